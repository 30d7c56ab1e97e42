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

    /// <summary>Puts every unfinished run back to work; called when a silo starts.</summary>
    [Alias("Resume")]
    Task<int> Resume();
}

/// <summary>The names of a tenant's suites, in ordinal order.</summary>
[GenerateSerializer, Immutable, Alias("assize.suite-names")]
public sealed record SuiteNames([property: Id(0)] ImmutableArray<SuiteName> Names);

/// <summary>A tenant's suites and open runs.</summary>
public sealed record TenantLedger(ImmutableArray<SuiteName> Suites, ImmutableArray<OpenRun> Open)
{
    public static TenantLedger Empty { get; } = new([], []);

    public TenantLedger WithSuite(SuiteName suite) => Suites.Contains(suite)
        ? this
        : this with { Suites = Suites.Add(suite).Sort(NameOrder<SuiteName>.Ordinal) };

    public TenantLedger WithOpen(OpenRun run) => Open.Contains(run) ? this : this with { Open = Open.Add(run) };

    public TenantLedger WithoutOpen(RunId run) => this with { Open = Open.RemoveAll(open => open.Run == run) };
}

/// <summary>An unfinished run and the suite it belongs to.</summary>
public sealed record OpenRun(SuiteName Suite, RunId Run);
