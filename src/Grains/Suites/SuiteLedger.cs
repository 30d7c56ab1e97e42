using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Grains.Suites;

/// <summary>A suite's versions, and the pages on which its runs stand, oldest first. What it keeps of a run is a part of one line here, however many there are.</summary>
public sealed record SuiteLedger(SuiteRecord Suite, ImmutableArray<RunPageLine> Pages)
{
    /// <summary>Set when the suite is being removed; nothing of it is found any more.</summary>
    public bool Leaving { get; init; }

    /// <summary>Where the cases rest of versions that are no longer the suite's, until they are known to be deleted; none where the stored ledger is older than that.</summary>
    public ImmutableArray<CasePlan> Dropped { get; init; } = [];

    /// <exception cref="LeavingException">The suite is being removed.</exception>
    public SuiteLedger Staying() => Leaving ? throw new LeavingException($"Suite '{Suite.Name}' is being removed; what is to come after it has to wait until that is done.") : this;

    /// <summary>Takes versions out of the suite; their cases have yet to be deleted.</summary>
    public SuiteLedger WithoutVersions(IReadOnlyCollection<SuiteContents> versions) => versions.Count == 0 ? this : this with
    {
        Suite = Suite.Without([.. versions.Select(version => version.Version)]),
        Dropped = Dropped.AddRange(versions.Select(version => version.Plan)),
    };

    /// <summary>Opens a page whose first run this is.</summary>
    public SuiteLedger WithPage(RunId first) => this with { Pages = Pages.Add(new RunPageLine(Pages.IsEmpty ? 0 : Pages[^1].Number + 1, first)) };

    public SuiteLedger WithoutPage(int number) => this with { Pages = Pages.RemoveAll(page => page.Number == number) };

    /// <summary>Numbers of the pages, the likeliest for a run first: ids rise with time, give or take the difference of two machines' clocks.</summary>
    public IEnumerable<int> Likely(RunId run) => Pages.Reverse().OrderBy(page => string.CompareOrdinal(page.First.Value, run.Value) > 0).Select(page => page.Number);
}

/// <summary>A page of a suite's runs: its number, and the run it began with.</summary>
public sealed record RunPageLine(int Number, RunId First);
