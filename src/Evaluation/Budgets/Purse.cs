using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Budgets;

/// <summary>
/// The money of a tenant or a model, shared by runs and monitors. Each has a claim: what it has spent, and what it may still spend. It says what it has spent in all, so that saying it twice changes nothing;
/// what all claims hold together never exceeds the budget of the period, however many draw on it.
/// </summary>
public sealed record Purse
{
    /// <summary>Runs that have ended and are remembered, so that an end told twice is not paid twice.</summary>
    public const int MostEnded = 256;

    /// <summary>The same of monitors.</summary>
    public const int MostMonitorsEnded = 32;

    /// <summary>After so long without a word of a silo's monitors the silo is taken for lost, and what they held for spent.</summary>
    public static readonly TimeSpan Lapse = TimeSpan.FromMinutes(10);

    /// <summary>When the period began.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Spent in this period, in millionths.</summary>
    public long Spent { get; init; }

    public ImmutableSortedDictionary<DrawerId, Drawing> Drawings { get; init; } = ImmutableSortedDictionary<DrawerId, Drawing>.Empty;

    /// <summary>What may still be spent of what was given.</summary>
    [JsonIgnore]
    public long Reserved => Drawings.Values.Sum(one => one.Claim - one.Spent);

    /// <summary>Takes in what somebody has spent and wants, and says how far it may go.</summary>
    public (Purse Next, Advance Answer) Draw(PurseName name, Budget budget, Draft draft, DateTimeOffset now)
    {
        var turned = Turned(budget, now);
        var before = turned.Drawings.GetValueOrDefault(draft.Drawer) ?? new Drawing(0, 0);
        if (before.Ended)
        {
            // The last word counts: what was in flight at the end may have cost something else than was expected of it.
            var last = draft.Ending ? before with { Spent = draft.Spent, Claim = draft.Spent } : before;
            return (turned.With(draft.Drawer, before, last), new Advance(name, last.Spent) { Over = true });
        }

        var spent = Math.Max(before.Spent, draft.Spent);
        var claim = draft.Ending ? spent : Math.Max(spent, draft.Held);
        var after = new Drawing(spent, claim) { Moving = draft.Moving && !draft.Ending && !draft.Drawer.IsMonitors, Ended = draft.Ending, Heard = draft.Drawer.IsMonitors ? now : null };
        var heard = turned.With(draft.Drawer, before, after);
        var room = budget.Micros - heard.Spent - heard.Reserved;
        if (draft.Ending || draft.Least == 0)
        {
            return (heard.Forgetting(), new Advance(name, claim));
        }

        if (room < draft.Least && !(draft.Drawer.IsMonitors && budget.MonitorsGoOn))
        {
            // What others hold may come back; only when nobody moves any more is nothing to be waited for.
            var others = heard.Drawings.Any(one => one.Key != draft.Drawer && one.Value.Moving);
            return (heard, new Advance(name, claim, name.Told(budget), Final: !others));
        }

        // Who goes on all the same is not asked to come back for every sample.
        var more = Math.Max(draft.Least, draft.Drawer.IsMonitors && budget.MonitorsGoOn ? draft.Wanted : Math.Min(draft.Wanted, room / 3));
        var given = after with { Claim = claim + more, Moving = !draft.Drawer.IsMonitors };
        return (heard.With(draft.Drawer, after, given), new Advance(name, claim + more));
    }

    /// <summary>The purse as it is at a moment: in a new period nothing is spent yet, and who is lost has spent what it held. It never goes back, whatever clock is read.</summary>
    public Purse Turned(Budget budget, DateTimeOffset now)
    {
        var turned = budget.Since(now) is var since && since > Since
            ? this with { Since = since, Spent = 0, Drawings = Drawings.RemoveRange(Drawings.Where(one => one.Value.Ended).Select(one => one.Key)) }
            : this;
        return turned.Drawings.Where(one => !one.Value.Ended && now - one.Value.Heard > Lapse)
            .Aggregate(turned, (purse, lost) => purse.With(lost.Key, lost.Value, lost.Value with { Spent = lost.Value.Claim, Moving = false, Ended = true }));
    }

    private Purse With(DrawerId drawer, Drawing before, Drawing after) =>
        this with { Spent = Spent + after.Spent - before.Spent, Drawings = Drawings.SetItem(drawer, after) };

    /// <summary>The oldest ends are forgotten, of runs and of monitors apart: a silo's monitors end often, and say it once.</summary>
    private Purse Forgetting()
    {
        var ended = Drawings.Where(one => one.Value.Ended).ToLookup(one => one.Key.IsMonitors);
        var old = ended[false].SkipLast(MostEnded).Concat(ended[true].OrderBy(one => one.Value.Heard).SkipLast(MostMonitorsEnded)).Select(one => one.Key).ToArray();
        return old.Length == 0 ? this : this with { Drawings = Drawings.RemoveRange(old) };
    }
}

/// <summary>One's part of a purse.</summary>
/// <param name="Spent">In all, in whatever period.</param>
/// <param name="Claim">How far its spending may go.</param>
public sealed record Drawing(long Spent, long Claim)
{
    /// <summary>Whether calls are under way that will give back what they do not take. Monitors take it again for the next ones, and nobody waits for them.</summary>
    public bool Moving { get; init; }

    public bool Ended { get; init; }

    /// <summary>When monitors said something last; null for a run, which is always taken up again.</summary>
    public DateTimeOffset? Heard { get; init; }
}

/// <summary>What a run, or the monitors of a silo, say to a purse.</summary>
public sealed record Draft
{
    public required DrawerId Drawer { get; init; }

    /// <summary>Spent by it in all.</summary>
    public required long Spent { get; init; }

    /// <summary>How far it may go already.</summary>
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
/// <param name="Claim">How far the spending of who asked may go.</param>
/// <param name="Lacking">The budget that has not enough left, in words; null when it has.</param>
/// <param name="Final">Whether waiting is pointless: nobody else holds anything that may come back.</param>
public sealed record Advance(PurseName Purse, long Claim, string? Lacking = null, bool Final = false)
{
    /// <summary>Whether who asked has ended before, or was taken for lost: it gets nothing any more.</summary>
    public bool Over { get; init; }
}
