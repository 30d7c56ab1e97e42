using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Budgets;

/// <summary>
/// The money of a tenant or a model, shared by runs and monitors. Each has a claim: what it has spent, and what it may still spend. It says what it has spent in all, so that saying it twice changes nothing;
/// what all claims hold together never exceeds the budget of the period, however many draw on it.
/// </summary>
public sealed record Purse
{
    /// <summary>Runs that have ended and are remembered, also in later periods, so that an end told twice is not paid twice.</summary>
    public const int MostEnded = 256;

    /// <summary>The same of monitors, of those that said their end and of those that were taken for lost.</summary>
    public const int MostMonitorsEnded = 32;

    /// <summary>After so long without a word of a silo's monitors the silo is taken for lost, and what they held for spent.</summary>
    public static readonly TimeSpan Lapse = TimeSpan.FromMinutes(10);

    /// <summary>When the period began.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Spent in this period, in millionths.</summary>
    public long Spent { get; init; }

    /// <summary>Ends so far; the number of the last one.</summary>
    public long Ends { get; init; }

    public ImmutableSortedDictionary<DrawerId, Drawing> Drawings { get; init; } = ImmutableSortedDictionary<DrawerId, Drawing>.Empty;

    /// <summary>What may still be spent of what was given.</summary>
    [JsonIgnore]
    public long Reserved => Drawings.Values.Sum(one => one.Claim - one.Spent);

    /// <summary>Takes in what somebody has spent and wants, and says how far it may go.</summary>
    public (Purse Next, Advance Answer) Draw(PurseName name, Budget budget, Draft draft, DateTimeOffset now)
    {
        var turned = Turned(budget, now);
        var before = turned.Drawings.GetValueOrDefault(draft.Drawer) ?? Drawing.Of(draft.Told);
        if (before.Ended)
        {
            // The last word counts: what was in flight at the end may have cost something else than was expected of it.
            var last = draft.Ending ? before with { Spent = draft.Spent, Claim = draft.Spent } : before;
            return (turned.With(draft.Drawer, before, last), new Advance(name, last.Spent) { Over = true });
        }

        var spent = Math.Max(before.Spent, draft.Spent);
        var claim = draft.Ending ? spent : Math.Max(spent, draft.Held);
        var after = before with { Spent = spent, Claim = claim, Moving = draft.Moving && !draft.Drawer.IsMonitors, Heard = draft.Drawer.IsMonitors ? now : null };
        if (draft.Ending)
        {
            return (turned.Ending(draft.Drawer, before, after), new Advance(name, claim));
        }

        var heard = turned.With(draft.Drawer, before, after);
        if (draft.Least == 0)
        {
            return (heard, new Advance(name, claim));
        }

        var room = budget.Micros - heard.Spent - heard.Reserved;

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
        // Who has ended stays: its last word may come again, or late, and all that it ever spent is not of the new period.
        var turned = budget.Since(now) is var since && since > Since
            ? this with { Since = since, Spent = 0, Drawings = Drawings.ToImmutableSortedDictionary(one => one.Key, one => one.Value.Turned()) }
            : this;
        return turned.Drawings.Where(one => !one.Value.Ended && now - one.Value.Heard > Lapse)
            .Aggregate(turned, (purse, lost) => purse.Ending(lost.Key, lost.Value, lost.Value with { Spent = lost.Value.Claim, Lost = true }));
    }

    private Purse With(DrawerId drawer, Drawing before, Drawing after) =>
        this with { Spent = Spent + after.Counted - before.Counted, Drawings = Drawings.SetItem(drawer, after) };

    private Purse Ending(DrawerId drawer, Drawing before, Drawing after) =>
        (With(drawer, before, after with { Moving = false, Ended = true, End = Ends + 1 }) with { Ends = Ends + 1 }).Forgetting();

    /// <summary>
    /// The ends that were told first are forgotten, of runs and of monitors apart: a silo's monitors end often, and say it once. One that was taken for lost may wake much later, and is not forgotten for those.
    /// </summary>
    private Purse Forgetting()
    {
        var ended = Drawings.Where(one => one.Value.Ended).GroupBy(one => (one.Key.IsMonitors, one.Value.Lost));
        var old = ended.SelectMany(some => some.OrderBy(one => one.Value.End).SkipLast(some.Key.IsMonitors ? MostMonitorsEnded : MostEnded)).Select(one => one.Key).ToArray();
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

    /// <summary>Whether it was taken for lost, and did not say itself that it ended.</summary>
    public bool Lost { get; init; }

    /// <summary>Which end of all that were told it was; 0 until then, and where ends were not numbered yet.</summary>
    public long End { get; init; }

    /// <summary>How much of what it spent was counted in earlier periods.</summary>
    public long Earlier { get; init; }

    /// <summary>How much of it this period counts: a correction takes nothing back that another one has counted.</summary>
    [JsonIgnore]
    public long Counted => Math.Max(0, Spent - Earlier);

    /// <summary>When monitors said something last; null for a run, which is always taken up again.</summary>
    public DateTimeOffset? Heard { get; init; }

    /// <summary>One that is not known here: a new one, or one whose end was told and is forgotten; of that it is not known any more which period has counted it.</summary>
    public static Drawing Of(long? told) => told is { } spent ? new(spent, spent) { Ended = true, Earlier = spent } : new(0, 0);

    /// <summary>The same in a new period.</summary>
    public Drawing Turned() => this with { Earlier = Math.Max(Earlier, Spent) };
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

    /// <summary>What was told at its end before, which the purse may have forgotten; null where no end was told, or only monitors'.</summary>
    public long? Told { get; init; }
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
