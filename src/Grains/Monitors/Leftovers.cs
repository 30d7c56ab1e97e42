using Assize.Evaluation.Monitors;

namespace Assize.Grains.Monitors;

/// <summary>
/// Deletes texts that are no longer needed, and the replies that may quote them. The ledger names them from the write that made them so until they are known to be gone, so that
/// a silo that is lost in between leaves nothing behind.
/// </summary>
internal sealed class Leftovers(LedgerChanges changes, SampleWork samples, IGrainFactory grains)
{
    /// <summary>The most that one batch can have put into storage before the ledger that knows of it was saved: a batch draws no more.</summary>
    private const int MostUnknown = 64;

    private readonly HashSet<long> segments = [], conversations = [];
    private readonly HashSet<Fence> fences = [];

    /// <summary>Whether an earlier activation, or work that was broken off, may have left something.</summary>
    public bool Any => changes.Found is { } ledger && (!ledger.Fences.All(fences.Contains) || !ledger.Intake.Leaving.All(segments.Contains) || !ledger.Conversations.Leaving.All(conversations.Contains));

    /// <summary>Deletes a segment whose scores are saved, and before it the replies that other definitions may have left: they are found again from its texts.</summary>
    public Task Delete(MonitorLedger ledger, long segment) => Delete(ledger, segment, ledger.Judges(segment).Skip(1));

    /// <param name="ledger">Whose segment it is.</param>
    /// <param name="segment">What is deleted.</param>
    /// <param name="definitions">By which replies may be kept that nobody else lets go.</param>
    public async Task Delete(MonitorLedger ledger, long segment, IEnumerable<MonitorSpec> definitions)
    {
        await Forget(ledger, segment, definitions);
        await grains.Segment(ledger.Spec.Tenant, ledger.Spec.Definition.Name, segment).Delete();
        segments.Add(segment);
    }

    /// <summary>Deletes conversations that were handed on or lost.</summary>
    public async Task Delete(MonitorLedger ledger, IEnumerable<long> numbers) => await Task.WhenAll(numbers.Select(async number =>
    {
        await grains.Conversation(ledger.Spec.Tenant, ledger.Spec.Definition.Name, number).Delete();
        conversations.Add(number);
    }));

    /// <summary>The ledger without what is gone: noted with the next write, and worth none of its own.</summary>
    public MonitorLedger Noted(MonitorLedger ledger)
    {
        segments.IntersectWith(ledger.Intake.Leaving);
        conversations.IntersectWith(ledger.Conversations.Leaving);
        fences.IntersectWith(ledger.Fences);
        return segments.Count + conversations.Count + fences.Count == 0 ? ledger : ledger.Gone(segments, conversations) with { Fences = ledger.Fences.RemoveAll(fences.Contains) };
    }

    /// <summary>Deletes all that is stored, and the replies about what may have been asked about: the oldest segments that wait, and those that were judged.</summary>
    public async Task DeleteAll(MonitorLedger ledger, int asked)
    {
        var pending = ledger.Intake.Pending.Select(pending => pending.Number).ToArray();
        foreach (var segment in ledger.Intake.Leaving.Concat(pending.Take(asked)))
        {
            await Forget(ledger, segment, [ledger.Spec]);
        }

        await Task.WhenAll(ledger.Intake.Leaving.Concat(pending).Select(segment => Delete(ledger, segment)));
        foreach (var fence in ledger.Fences.Append(Fence.Behind(ledger)))
        {
            await DeleteBeyond(ledger, fence);
        }
    }

    /// <summary>Deletes what one batch may have put into storage beyond what a ledger knew.</summary>
    public async Task DeleteBeyond(MonitorLedger ledger, Fence fence)
    {
        await Delete(ledger, fence.Segments + 1);
        if (ledger.Spec.Definition.Conversations is not null)
        {
            await Delete(ledger, Enumerable.Range(1, MostUnknown).Select(i => fence.Conversations + i));
        }
    }

    private async Task Forget(MonitorLedger ledger, long segment, IEnumerable<MonitorSpec> definitions)
    {
        MonitorSpec[] all = [.. definitions];
        var left = all.Length == 0 ? null : await grains.Segment(ledger.Spec.Tenant, ledger.Spec.Definition.Name, segment).Find();
        foreach (var definition in left is null ? [] : all)
        {
            await samples.Forget(definition, left!.Samples);
        }
    }

    /// <summary>Deletes what was left. Nothing else deletes meanwhile, and nothing is put into storage.</summary>
    public async Task Tidy()
    {
        if (!Any)
        {
            return;
        }

        await changes.Change(async _ =>
        {
            var ledger = changes.Ledger;
            foreach (var segment in ledger.Intake.Leaving.Where(segment => !segments.Contains(segment)))
            {
                await Forget(ledger, segment, [ledger.Spec]);
                await Delete(ledger, segment);
            }

            await Delete(ledger, ledger.Conversations.Leaving.Where(number => !conversations.Contains(number)).ToArray());
            // What was stored by a batch whose number was not saved: its sender may never offer it again.
            foreach (var fence in ledger.Fences)
            {
                await DeleteBeyond(ledger, fence);
                fences.Add(fence);
            }

            return Noted(ledger);
        });
    }
}
