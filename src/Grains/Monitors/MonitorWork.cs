using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;

namespace Assize.Grains.Monitors;

/// <summary>Takes batches of a monitor to where they rest safely, and their samples to their scores, which are recorded in the order in which the samples came.</summary>
internal sealed class MonitorWork(LedgerChanges changes, SampleWork samples, ConversationWork conversations, AnchorWork anchors, BenchmarkWork benchmark, Leftovers leftovers, IGrainFactory grains, MonitorOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim oneBatch = new(1, 1);

    private readonly UnsavedScores unsaved = new(samples);

    /// <summary>Segments whose samples are with the judge.</summary>
    private readonly HashSet<long> asked = [];

    public void Dispose() => oneBatch.Dispose();

    /// <summary>Gives the monitor a definition. Where there is none yet, what one of its name may have left is deleted before it begins to count.</summary>
    /// <exception cref="LeavingException">It is being deleted.</exception>
    public Task<MonitorLedger> Give(MonitorSpec spec, bool rebaseline) => changes.Change(async found =>
    {
        if (found is { Leaving: true })
        {
            throw new LeavingException($"Monitor '{spec.Definition.Name}' is being deleted; another one of its name has to wait until that is done.");
        }

        var next = found.Given(spec, rebaseline, time.GetUtcNow());
        await (found is null ? leftovers.DeleteBeyond(next, Fence.Behind(next)) : Task.CompletedTask);
        return next;
    });

    /// <summary>Puts what is new into storage, and the batch's number into the ledger after it: what is half stored is offered again. Null where the monitor was told meanwhile to keep no text.</summary>
    public async Task<TakenAs?> Keep(TrafficBatch batch)
    {
        var (full, keeps) = (false, true);
        await changes.Change(async _ =>
        {
            var ledger = changes.Ledger;
            keeps = ledger.Spec.Definition.KeepText;
            if (!keeps)
            {
                return ledger;
            }

            var (next, fresh, turns) = ledger.Admit(batch, IsBehind(ledger), time.GetUtcNow());
            // Refused whatever was drawn, where anything could have been: else what is drawn would decide about what is taken.
            full = IsBehind(ledger) && (!fresh.IsEmpty || (batch.Expected > 0 && ledger.Spec.Definition.Conversations is null));
            if (full)
            {
                return ledger;
            }

            await conversations.Deliver(ledger, turns, keep: true);
            if (!fresh.IsEmpty)
            {
                await Segment(ledger, next.Intake.Segments).Put(new SampleSegment(fresh));
            }

            return next;
        });
        return !keeps ? null : full ? TakenAs.Full : TakenAs.Safe;
    }

    /// <summary>Judges what is new, and saves the batch's number and its scores in one write; until then the sender has the only copy.</summary>
    public async Task<TakenAs> Judge(TrafficBatch batch, CancellationToken stop)
    {
        if (changes.Ledger.Spec.Definition is var definition && batch.Drawn.All(drawn => definition.Conversations is not null && drawn.Interaction.Conversation is not null))
        {
            // Nothing in it waits for a judge, and so it waits for no other batch; unless a definition came meanwhile by which each is judged by itself.
            var apart = false;
            await changes.Change(async _ =>
            {
                var (next, fresh, turns) = changes.Ledger.Admit(batch, IsBehind(changes.Ledger), time.GetUtcNow());
                if (apart = !fresh.IsEmpty)
                {
                    return changes.Ledger;
                }

                await conversations.Deliver(changes.Ledger, turns, keep: false);
                return next;
            });
            if (!apart)
            {
                return TakenAs.Safe;
            }
        }

        await oneBatch.WaitAsync(stop);
        try
        {
            var now = time.GetUtcNow();
            while (!changes.Ledger.Intake.Knows(batch))
            {
                var spec = changes.Ledger.Spec;
                var judged = await unsaved.Judge(spec, changes.Ledger.Take(batch, now).Fresh);
                // A definition that changed meanwhile is to be judged by.
                await changes.Change(async _ =>
                {
                    var ledger = changes.Ledger;
                    if (ledger.Spec.Revision != spec.Revision)
                    {
                        return ledger;
                    }

                    if (ledger.AdmitJudged(batch, IsBehind(ledger), judged, now) is not var (next, wanted, turns))
                    {
                        return ledger;
                    }

                    await conversations.Deliver(ledger, turns, keep: false);
                    return Recorded(next, wanted);
                });
                if (changes.Ledger.Intake.Knows(batch))
                {
                    unsaved.Saved(spec, judged);
                    await samples.Finish(spec, judged);
                }
            }

            return TakenAs.Safe;
        }
        finally
        {
            oneBatch.Release();
        }
    }

    /// <summary>Works until nothing is pending; throws what stopped it, after the calls under way have come to rest.</summary>
    public async Task WorkThrough(CancellationToken stop)
    {
        var flying = new Queue<(long Segment, int Revision, Task<ImmutableArray<JudgedSample>> Judging)>();
        await leftovers.Tidy();
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await conversations.Close(stop);
                Start(flying);
                if (!flying.TryPeek(out var first))
                {
                    return;
                }

                var judged = await first.Judging;
                if (changes.Ledger.Spec.Revision != first.Revision)
                {
                    await Rest(flying);
                    continue;
                }

                var ledger = await changes.Change(ledger => ledger.Spec.Revision == first.Revision
                    ? leftovers.Noted(ledger).RecordLeaving(first.Segment, judged, time.GetUtcNow())
                    : ledger);
                flying.Dequeue();
                if (ledger.Intake.Pending.All(pending => pending.Number != first.Segment))
                {
                    // The texts last: from them the replies about them are found again.
                    await samples.Finish(ledger.Spec, judged);
                    await leftovers.Delete(ledger, first.Segment);
                }
            }
        }
        finally
        {
            await Rest(flying);
        }
    }

    /// <summary>Gives up what has waited for as long as its texts may rest: it stays without a score, and the texts go. No judge is waited for, who may be away.</summary>
    public async Task Expire()
    {
        if (changes.Found is not { } found || !found.HasExpired(time.GetUtcNow()))
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var pending in found.Intake.Pending.Where(pending => pending.Until <= now))
        {
            var texts = await Segment(found, pending.Number).Find();
            // Where a reply is on its way, who asked for it lets it go; to look for it would be to wait for it.
            var waits = asked.Contains(pending.Number);
            var ledger = await changes.Change(ledger => leftovers.Noted(ledger).RecordLeaving(pending.Number, JudgedSample.Expired(pending, texts, now), now));
            await leftovers.Delete(ledger, pending.Number, waits ? [] : ledger.Judges(pending.Number));
        }

        await conversations.Expire(now);
    }

    /// <summary>Notes that the monitor is to be deleted; whoever has it next goes on with that. What cannot be read is deleted unnoted.</summary>
    public Task Leave() => !changes.IsReadable || changes.Found is null or { Leaving: true }
        ? Task.CompletedTask
        : changes.Change(ledger => ledger with { Leaving = true, Paused = true });

    /// <summary>Forgets the monitor: what is pending, what was replied about it, what it knew, and its name last, by which it is found again where this is broken off.</summary>
    public async Task Discard(TenantName tenant, MonitorName name)
    {
        if (changes.IsReadable && changes.Found is { } ledger)
        {
            await samples.FinishAll(ledger.Spec);
        }

        // Nothing is taken in meanwhile: it would outlive the monitor.
        await changes.Clear(async last =>
        {
            await conversations.Discard(last);
            await leftovers.DeleteAll(last, options.SegmentsAtOnce);
            await anchors.Discard(last);
            await benchmark.Discard(last);
        });
        await Unlist(tenant, name);
    }

    /// <summary>Takes a monitor that is deleted off the list.</summary>
    public Task Unlist(TenantName tenant, MonitorName name) => changes.WhileNone(() => grains.Monitors(tenant).Forget(name));

    private bool IsBehind(MonitorLedger ledger) => ledger.Intake.Pending.Length >= options.MostPending;

    private void Start(Queue<(long Segment, int Revision, Task<ImmutableArray<JudgedSample>> Judging)> flying)
    {
        var ledger = changes.Ledger;
        var last = flying.Count == 0 ? 0 : flying.Max(one => one.Segment);
        foreach (var pending in ledger.Intake.Pending.Where(pending => pending.Number > last).Take(options.SegmentsAtOnce - flying.Count))
        {
            flying.Enqueue((pending.Number, ledger.Spec.Revision, Judged(ledger, pending)));
        }
    }

    private async Task<ImmutableArray<JudgedSample>> Judged(MonitorLedger ledger, PendingSegment pending)
    {
        asked.Add(pending.Number);
        try
        {
            // Where texts are gone, as after a deletion that was broken off, their samples stay without a score, and hold up nothing behind them.
            return await Segment(ledger, pending.Number).Find() is { } texts
                ? await samples.Judge(ledger.Spec, texts.Samples, keep: true)
                : JudgedSample.Expired(pending, null, time.GetUtcNow());
        }
        finally
        {
            asked.Remove(pending.Number);
        }
    }

    private MonitorLedger Recorded(MonitorLedger taken, ImmutableArray<JudgedSample> judged) =>
        judged.IsEmpty ? taken : taken.Record(taken.Intake.Segments, judged, time.GetUtcNow());

    private static async Task Rest(Queue<(long Segment, int Revision, Task<ImmutableArray<JudgedSample>> Judging)> flying)
    {
        while (flying.TryDequeue(out var one))
        {
            await ((Task)one.Judging).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private ISegmentGrain Segment(MonitorLedger ledger, long number) => grains.Segment(ledger.Spec.Tenant, ledger.Spec.Definition.Name, number);
}
