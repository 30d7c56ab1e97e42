using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Budgets;

/// <summary>
/// The money of a tenant or a model, shared by runs. Each run has a claim: what it has spent, and what it may still spend. A run says what it has spent in all, so that saying it twice changes nothing;
/// what all claims hold together never exceeds the budget of the period, however many runs draw on it.
/// </summary>
public sealed record Purse
{
    /// <summary>Ended runs that are remembered, so that an end told twice is not paid twice.</summary>
    public const int MostEnded = 256;

    /// <summary>When the period began.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Spent in this period, in millionths.</summary>
    public long Spent { get; init; }

    public ImmutableSortedDictionary<RunId, Drawing> Runs { get; init; } = ImmutableSortedDictionary<RunId, Drawing>.Empty;

    /// <summary>What runs may still spend of what they were given.</summary>
    [JsonIgnore]
    public long Reserved => Runs.Values.Sum(one => one.Claim - one.Spent);

    /// <summary>Takes in what a run has spent and wants, and says how far it may go.</summary>
    public (Purse Next, Advance Answer) Draw(PurseName name, Budget budget, Draft draft, DateTimeOffset now)
    {
        var turned = Turned(budget, now);
        var before = turned.Runs.GetValueOrDefault(draft.Run) ?? new Drawing(0, 0);
        if (before.Ended)
        {
            return (turned, new Advance(name, before.Spent));
        }

        var spent = Math.Max(before.Spent, draft.Spent);
        var claim = draft.Ending ? spent : Math.Max(spent, draft.Held);
        var heard = turned.With(draft.Run, before, new Drawing(spent, claim) { Moving = draft.Moving && !draft.Ending, Ended = draft.Ending });
        var room = budget.Micros - heard.Spent - heard.Reserved;
        if (draft.Ending || draft.Least == 0)
        {
            return (heard.Forgetting(), new Advance(name, claim));
        }

        if (room < draft.Least)
        {
            // What others hold may come back; only when nobody moves any more is nothing to be waited for.
            var others = heard.Runs.Any(one => one.Key != draft.Run && one.Value.Moving);
            return (heard, new Advance(name, claim, name.Told(budget), Final: !others));
        }

        var more = Math.Max(draft.Least, Math.Min(draft.Wanted, room / 3));
        return (heard.With(draft.Run, heard.Runs[draft.Run], new Drawing(spent, claim + more) { Moving = true }), new Advance(name, claim + more));
    }

    /// <summary>The purse as it is at a moment: in a new period nothing is spent yet. It never goes back, whatever clock is read.</summary>
    public Purse Turned(Budget budget, DateTimeOffset now) => budget.Since(now) is var since && since > Since
        ? this with { Since = since, Spent = 0, Runs = Runs.RemoveRange(Runs.Where(one => one.Value.Ended).Select(one => one.Key)) }
        : this;

    private Purse With(RunId run, Drawing before, Drawing after) =>
        this with { Spent = Spent + after.Spent - before.Spent, Runs = Runs.SetItem(run, after) };

    private Purse Forgetting()
    {
        var ended = Runs.Where(one => one.Value.Ended).Select(one => one.Key).ToArray();
        return ended.Length <= MostEnded ? this : this with { Runs = Runs.RemoveRange(ended.Take(ended.Length - MostEnded)) };
    }
}

/// <summary>A run's part of a purse.</summary>
/// <param name="Spent">By the run in all, in whatever period.</param>
/// <param name="Claim">How far its spending may go.</param>
public sealed record Drawing(long Spent, long Claim)
{
    /// <summary>Whether calls are under way that will give back what they do not take.</summary>
    public bool Moving { get; init; }

    public bool Ended { get; init; }
}

/// <summary>What a run says to a purse.</summary>
public sealed record Draft
{
    public required RunId Run { get; init; }

    /// <summary>Spent by the run in all.</summary>
    public required long Spent { get; init; }

    /// <summary>How far its shards may go already.</summary>
    public required long Held { get; init; }

    /// <summary>What it has to have beyond that to go on.</summary>
    public long Least { get; init; }

    /// <summary>What it would like to have beyond that.</summary>
    public long Wanted { get; init; }

    public bool Moving { get; init; }

    /// <summary>It has ended and gives back what it did not spend.</summary>
    public bool Ending { get; init; }
}

/// <summary>A purse's answer.</summary>
/// <param name="Claim">How far the run's spending may go.</param>
/// <param name="Lacking">The budget that has not enough left, in words; null when it has.</param>
/// <param name="Final">Whether waiting is pointless: nobody else holds anything that may come back.</param>
public sealed record Advance(PurseName Purse, long Claim, string? Lacking = null, bool Final = false);
