using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
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

    /// <summary>Says that a removal is done: of the run, or of everything but its replies.</summary>
    [Alias("Forget")]
    Task Forget(RunId run, bool stripped);

    /// <summary>Begins to remove the suite with all versions and cases; refused while it has runs.</summary>
    [Alias("Leave")]
    Task<RemovalAnswer> Leave();

    /// <summary>Removes what is due, a few runs after another.</summary>
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

[GenerateSerializer, Immutable, Alias("assize.run-entries")]
public sealed record RunEntries([property: Id(0)] ImmutableArray<RunId> Runs);

/// <summary>A suite's versions, and the pages on which its runs stand, oldest first. What it keeps of a run is a part of one line here, however many there are.</summary>
public sealed record SuiteLedger(SuiteRecord Suite, ImmutableArray<RunPageLine> Pages)
{
    /// <summary>Set when the suite is being removed; nothing of it is found any more.</summary>
    public bool Leaving { get; init; }

    /// <exception cref="LeavingException">The suite is being removed.</exception>
    public SuiteLedger Staying() => Leaving ? throw new LeavingException() : this;

    /// <summary>Opens a page whose first run this is.</summary>
    public SuiteLedger WithPage(RunId first) => this with { Pages = Pages.Add(new RunPageLine(Pages.IsEmpty ? 0 : Pages[^1].Number + 1, first)) };

    public SuiteLedger WithoutPage(int number) => this with { Pages = Pages.RemoveAll(page => page.Number == number) };

    /// <summary>Numbers of the pages, the likeliest for a run first: ids rise with time, give or take the difference of two machines' clocks.</summary>
    public IEnumerable<int> Likely(RunId run) => Pages.Reverse().OrderBy(page => string.CompareOrdinal(page.First.Value, run.Value) > 0).Select(page => page.Number);
}

/// <summary>A page of a suite's runs: its number, and the run it began with.</summary>
public sealed record RunPageLine(int Number, RunId First);
