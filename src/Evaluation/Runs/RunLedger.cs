using System.Collections.Immutable;
using Assize.Evaluation.Budgets;

namespace Assize.Evaluation.Runs;

/// <summary>
/// The life of a run: which shards are out, which have reported, and what they found together. Summaries are folded in the order of the shards,
/// whatever order they arrive in, so that a report has the same bits every time; only what waits for an earlier shard is kept apart.
/// </summary>
public sealed record RunLedger
{
    /// <summary>How far a shard may be handed out ahead of the earliest unfinished one; bounds what waits.</summary>
    public const int Window = 48;

    public required RunSpec Spec { get; init; }

    public RunStatus Status { get; init; } = RunStatus.Running;

    /// <summary>All shards before this one are folded into <see cref="Folded"/>.</summary>
    public int Next { get; init; }

    public Summary Folded { get; init; } = Summary.Empty;

    /// <summary>Summaries of later shards, by the shard's index.</summary>
    public ImmutableSortedDictionary<int, Summary> Waiting { get; init; } = ImmutableSortedDictionary<int, Summary>.Empty;

    /// <summary>Set when the run was asked to stop; it then ends also if that takes a restart.</summary>
    public bool CancelAsked { get; init; }

    /// <summary>The budget that ends the run, in words: no shard is handed out any more that was not before.</summary>
    public string? StoppedBy { get; init; }

    /// <summary>The shard before which a budget ended the run; null when none did.</summary>
    public int? Limit { get; init; }

    /// <summary>Calls in flight when the run was cancelled, by the shard that still waits for them.</summary>
    public ImmutableSortedDictionary<int, int> Unsettled { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    /// <summary>Set once the run has ended.</summary>
    public Report? Report { get; init; }

    public int Shards => Spec.Suite.Plan.Partitions;

    public bool Complete => Next == Last;

    private int Last => Limit ?? Shards;

    public bool Has(int shard) => shard < Next || Waiting.ContainsKey(shard);

    /// <summary>Takes in a shard's summary; a repeated one changes nothing.</summary>
    public RunLedger Absorb(int shard, Summary summary)
    {
        if (Has(shard) || Report is not null)
        {
            return this;
        }

        var waiting = Waiting.Add(shard, summary);
        var next = Next;
        var folded = Folded;
        while (waiting.TryGetValue(next, out var due))
        {
            folded = folded.Merge(due);
            waiting = waiting.Remove(next);
            next++;
        }

        return this with { Next = next, Folded = folded, Waiting = waiting };
    }

    /// <summary>Ends the run before shards that nobody can have begun; those that may have been begun are waited for.</summary>
    public RunLedger Stop(string why) => StoppedBy is not null || Report is not null
        ? this
        : this with { StoppedBy = why, Limit = Math.Min(Shards, Next + Window) };

    /// <summary>The shards that should be at work now, at most so many.</summary>
    public IEnumerable<int> Due(int atOnce)
    {
        var given = 0;
        for (var shard = Next; shard < Math.Min(Last, Next + Window) && given < atOnce; shard++)
        {
            if (!Waiting.ContainsKey(shard))
            {
                given++;
                yield return shard;
            }
        }
    }

    /// <summary>What all shards found so far, with what shards at work add for the moment.</summary>
    public Summary Total(IReadOnlyDictionary<int, Summary> atWork)
    {
        var total = Folded;
        for (var shard = Next; shard < Math.Min(Last, Next + Window); shard++)
        {
            if (Waiting.TryGetValue(shard, out var summary) || atWork.TryGetValue(shard, out summary))
            {
                total = total.Merge(summary);
            }
        }

        return total;
    }

    /// <summary>Unfinished shards that may have been handed out.</summary>
    public IEnumerable<int> Touched() => Due(Window);

    /// <summary>Ends the run with its report on all that is finished, also in shards that are not.</summary>
    public RunLedger End(RunStatus status, IReadOnlyDictionary<int, Summary> unfinished, DateTimeOffset at, ImmutableArray<BudgetLine> budgets) => this with
    {
        Status = status,
        Report = Report.From(Spec, Total(unfinished), status, at) with { Budgets = budgets, StoppedBy = StoppedBy },
        Waiting = ImmutableSortedDictionary<int, Summary>.Empty,
        Unsettled = unfinished.Where(one => one.Value.Unsettled > 0).ToImmutableSortedDictionary(one => one.Key, one => one.Value.Unsettled),
    };

    /// <summary>Takes in what a shard's calls that were in flight at the end have cost; said again, it changes nothing.</summary>
    public RunLedger Settle(int shard, Summary late) => Report is { } report && Unsettled.TryGetValue(shard, out var calls)
        ? this with { Report = report.With(late, calls), Unsettled = Unsettled.Remove(shard) }
        : this;
}
