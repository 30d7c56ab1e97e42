using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Grains.Suites;

/// <summary>A suite's versions and its runs.</summary>
[Alias("assize.suite")]
public interface ISuiteGrain : IGrainWithStringKey
{
    /// <summary>Adds a version whose chunks are stored; a version that is there already keeps its own chunks and is answered as it is.</summary>
    [Alias("Commit")]
    Task<SuiteContents> Commit(SuiteContents contents);

    /// <summary>The suite, or nothing when no version was ever committed.</summary>
    [Alias("Get")]
    Task<SuiteRecord?> Get();

    /// <summary>Starts a run, or answers the one that the same request started before.</summary>
    [Alias("Start")]
    Task<RunEntry> Start(StartRun request);

    /// <summary>Puts an unfinished run back to work; false when there is no such run to finish.</summary>
    [Alias("Resume")]
    Task<bool> Resume(RunId run);

    /// <summary>Runs started before the given one (or the newest), newest first.</summary>
    [Alias("Runs")]
    Task<RunEntries> Runs(RunId? before, int most);

    /// <summary>Begins to remove an ended run; it is no longer found from then on.</summary>
    [Alias("Remove")]
    Task<RemovalAnswer> Remove(RunId run);

    /// <summary>Notes that a monitor needs a run, or that it needs it no more: as long as one does it is not removed, by hand or by age. False where there is no such run any more; said again, it changes nothing.</summary>
    [Alias("Hold")]
    Task<bool> Hold(RunId run, MonitorName monitor, bool held);

    /// <summary>The monitors that need a run.</summary>
    [Alias("Holders")]
    Task<RunHolders> Holders(RunId run);

    /// <summary>Says that a removal is done: of the run, or of everything but its replies.</summary>
    [Alias("Forget")]
    Task Forget(RunId run, bool stripped);

    /// <summary>Begins to remove the suite with all versions and cases; refused while it has runs, or a monitor has its anchors or its benchmark there.</summary>
    [Alias("Leave")]
    Task<RemovalAnswer> Leave();

    /// <summary>Removes what is due: runs, a few after another, and versions that were replaced and that nothing needs.</summary>
    [Alias("Expire")]
    Task Expire(Expiry expiry);
}

/// <summary>What comes of the wish to remove something.</summary>
[GenerateSerializer, Alias("assize.removal-answer")]
public enum RemovalAnswer
{
    /// <summary>There is nothing, or nothing any more.</summary>
    Absent,

    /// <summary>It is being removed.</summary>
    Begun,

    /// <summary>It is in use: a run at work, a suite with runs.</summary>
    InUse,

    /// <summary>A monitor needs it.</summary>
    Held,
}

/// <summary>What a caller asks for when a run is to start.</summary>
[GenerateSerializer, Immutable, Alias("assize.start-run")]
public sealed record StartRun
{
    /// <summary>The caller's id of this request; a repeated one starts nothing.</summary>
    [Id(0)] public required string RequestId { get; init; }

    /// <summary>The id the run gets if it is new.</summary>
    [Id(1)] public required RunId Run { get; init; }

    [Id(2)] public required SuiteVersion Version { get; init; }

    [Id(3)] public long? Seed { get; init; }

    [Id(4)] public required ModelCards Models { get; init; }

    [Id(5)] public required string Program { get; init; }

    [Id(6)] public required DateTimeOffset At { get; init; }

    [Id(7)] public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the run may spend; null when nothing bounds it but others' budgets.</summary>
    [Id(8)] public Budget? Budget { get; init; }

    /// <summary>Set where everybody is to be asked anew; see <see cref="RunSpec.Draw"/>.</summary>
    [Id(9)] public int? Draw { get; init; }
}

/// <summary>A run of a suite, with all that is needed to start it again after a crash.</summary>
[GenerateSerializer, Immutable, Alias("assize.run-entry")]
public sealed record RunEntry([property: Id(0)] RunId Run, [property: Id(1)] string RequestId, [property: Id(2)] RunSpecParts Parts)
{
    /// <summary>What is left of the run.</summary>
    [Id(3)] public RunFate Fate { get; init; }

    /// <summary>The monitors that need it; null where none does.</summary>
    [Id(4)] public RunHolders? Holders { get; init; }
}

/// <summary>What of a run's specification is not already in its suite.</summary>
[GenerateSerializer, Immutable, Alias("assize.run-spec-parts")]
public sealed record RunSpecParts(
    [property: Id(0)] SuiteVersion Version,
    [property: Id(1)] long Seed,
    [property: Id(2)] ModelCards Models,
    [property: Id(3)] string Program,
    [property: Id(4)] DateTimeOffset Started,
    [property: Id(5)] ImmutableSortedDictionary<string, string> Labels,
    [property: Id(6)] Budget? Budget = null,
    [property: Id(7)] int? Draw = null)
{
    public RunSpec Spec(TenantName tenant, RunId run, SuiteContents suite) => new()
    {
        Run = run, Tenant = tenant, Suite = suite, Seed = Seed, Models = Models, Program = Program, Started = Started, Labels = Labels, Budget = Budget, Draw = Draw,
    };
}

/// <summary>The monitors whose benchmarks are held against a run.</summary>
[GenerateSerializer, Immutable, Alias("assize.run-holders")]
public sealed record RunHolders([property: Id(0)] ImmutableArray<MonitorName> Monitors);

[GenerateSerializer, Immutable, Alias("assize.run-entries")]
public sealed record RunEntries([property: Id(0)] ImmutableArray<RunId> Runs);
