using System.Collections.Immutable;
using Assize.Evaluation;

namespace Assize.Grains.Tenants;

/// <summary>What belongs to a tenant: its suites, and the runs that are not finished.</summary>
[Alias("assize.tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    [Alias("AddSuite")]
    Task AddSuite(SuiteName suite);

    [Alias("Suites")]
    Task<SuiteNames> Suites();

    /// <summary>Notes a run before it starts, so that no crash can leave it behind.</summary>
    [Alias("Opened")]
    Task Opened(SuiteName suite, RunId run);

    [Alias("Closed")]
    Task Closed(RunId run);

    /// <summary>The runs that are not finished, or not wholly removed.</summary>
    [Alias("Open")]
    Task<OpenRuns> Open();

    /// <summary>Notes a suite before it is removed.</summary>
    [Alias("Leaving")]
    Task Leaving(SuiteName suite);

    /// <summary>Takes the note away: the suite is gone, or stays after all.</summary>
    [Alias("Left")]
    Task Left(SuiteName suite, bool gone);

    /// <summary>The suites that are being removed.</summary>
    [Alias("LeavingSuites")]
    Task<SuiteNames> LeavingSuites();

    /// <summary>Begins to remove runs that have been kept for long enough, and does so from time to time from now on.</summary>
    [Alias("Expire")]
    Task Expire();
}

/// <summary>The names of a tenant's suites, in ordinal order.</summary>
[GenerateSerializer, Immutable, Alias("assize.suite-names")]
public sealed record SuiteNames([property: Id(0)] ImmutableArray<SuiteName> Names);

/// <summary>The unfinished runs of a tenant.</summary>
[GenerateSerializer, Immutable, Alias("assize.open-runs")]
public sealed record OpenRuns([property: Id(0)] ImmutableArray<OpenRun> Runs);

/// <summary>A tenant's suites, and those among them that are being removed.</summary>
public sealed record TenantLedger(ImmutableArray<SuiteName> Suites, ImmutableArray<SuiteName> Leaving)
{
    public static TenantLedger Empty { get; } = new([], []);

    /// <summary>With a suite that is there; an older one of its name that was being removed is gone then.</summary>
    public TenantLedger WithSuite(SuiteName suite) => (Suites.Contains(suite), Leaving.Contains(suite)) is (true, false)
        ? this
        : new(Suites.Contains(suite) ? Suites : Suites.Add(suite).Sort(NameOrder<SuiteName>.Ordinal), Leaving.Remove(suite));

    public TenantLedger WithLeaving(SuiteName suite) => Leaving.Contains(suite) ? this : this with { Leaving = Leaving.Add(suite) };

    public TenantLedger WithoutLeaving(SuiteName suite, bool gone) => !Leaving.Contains(suite) ? this : this with { Leaving = Leaving.Remove(suite), Suites = gone ? Suites.Remove(suite) : Suites };
}

/// <summary>An unfinished run and the suite it belongs to.</summary>
[GenerateSerializer, Immutable, Alias("assize.open-run")]
public sealed record OpenRun([property: Id(0)] SuiteName Suite, [property: Id(1)] RunId Run);
