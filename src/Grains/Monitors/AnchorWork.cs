using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;

namespace Assize.Grains.Monitors;

/// <summary>Has a monitor's anchors judged when they are due: the round is saved first, then everybody is asked, then what was found is saved, and then the replies go.</summary>
internal sealed class AnchorWork(LedgerChanges changes, SampleWork samples, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private TimeSpan pause = FirstPause;
    private DateTimeOffset notBefore;

    /// <summary>Whether there is a round to begin, to go on with, or to clear away.</summary>
    public bool IsDue => changes.Found is { FormerRounds.IsEmpty: false } || IsRoundDue;

    private bool IsRoundDue => changes.Found is { Paused: false, Anchors: { } anchors } ledger
        && (anchors.Open is not null || !ReferenceEquals(ledger.BeginRound(time.GetUtcNow()), ledger)) && time.GetUtcNow() >= notBefore;

    /// <summary>What a round waits for, in words for a person; null when none waits.</summary>
    public string? Waiting { get; private set; }

    /// <summary>Works through one round; throws what stopped it. A round for which there is no money is not begun: one in parts, on several days, would say nothing.</summary>
    public async Task WorkThrough()
    {
        await Tidy();
        if (!IsRoundDue || changes.Ledger.BeginRound(time.GetUtcNow()) is not { Spec: { Anchors: { } source } spec } planned || planned.RoundUnderWay() is not var (plan, judges))
        {
            return;
        }

        var anchors = await Items(source);
        foreach (var judge in changes.Ledger.Anchors?.Open is null ? judges : [])
        {
            if (await samples.Lacks(judge, plan, anchors) is { } budget)
            {
                Wait(budget);
                return;
            }
        }

        // What changed meanwhile is planned anew.
        if (await changes.Change(ledger => ledger.BeginRound(time.GetUtcNow())) is not { Anchors.Open: { } round } begun || round.Purpose != plan.Purpose || begun.Spec.Revision != spec.Revision)
        {
            return;
        }

        var judged = ImmutableArray<JudgedAnchor>.Empty;
        foreach (var judge in judges)
        {
            var (found, lacking) = await samples.Judge(spec, judge, round, anchors);
            if (lacking is not null)
            {
                Wait(lacking);
                return;
            }

            judged = judged.AddRange(found);
        }

        await changes.Change(now => now.Record(round, judged, time.GetUtcNow()));
        (Waiting, pause) = (null, FirstPause);
        await samples.Finish(spec, round);
        await changes.Change(now => now.Gone(round));
    }

    /// <summary>Lets the replies go of all rounds, also of the one under way: the monitor is deleted.</summary>
    public async Task Discard(MonitorLedger last)
    {
        foreach (var former in last.RoundUnderWay() is { } open ? last.FormerRounds.Add(open) : last.FormerRounds)
        {
            await Forget(former);
        }
    }

    /// <summary>Lets the replies go of rounds that were given up, or that another activation has recorded.</summary>
    private async Task Tidy()
    {
        foreach (var former in changes.Ledger.FormerRounds)
        {
            await Forget(former);
            await changes.Change(ledger => ledger.Gone(former.Round));
        }
    }

    // Where the anchors themselves are deleted, only what this activation asked can be found.
    private async Task Forget(FormerRound former) => await samples.Forget(former, await Find(former.Judges[0].Anchors!) ?? []);

    private void Wait(string budget)
    {
        Waiting = $"The anchors wait: {budget} has not enough left for all of them";
        (notBefore, pause) = (time.GetUtcNow() + pause, pause * 2 < LongestPause ? pause * 2 : LongestPause);
    }

    private async Task<ImmutableArray<Exhibit>> Items(AnchorSource source) => await Find(source) ?? throw new InvalidOperationException(
        $"The anchors cannot be read: version {source.Version} of suite '{source.Suite}' is not stored any more. Apply the monitor again to take the newest one.");

    private async Task<ImmutableArray<Exhibit>?> Find(AnchorSource source)
    {
        var chunks = from partition in Enumerable.Range(0, source.Plan.Partitions)
                     from segment in Enumerable.Range(0, source.Plan.Segments[partition])
                     select grains.Chunk(source.Plan.Upload, partition, segment).Get();
        try
        {
            return [.. (await Task.WhenAll(chunks)).SelectMany(chunk => chunk.Exhibits).OrderBy(exhibit => exhibit.Case.Id.Value, StringComparer.Ordinal)];
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
