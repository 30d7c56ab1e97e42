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
    private bool looked;

    /// <summary>Whether an earlier activation, or work that was broken off, may have left something.</summary>
    public bool Any => changes.Found is { } ledger && (!looked || !ledger.Intake.Leaving.All(segments.Contains) || !ledger.Conversations.Leaving.All(conversations.Contains));

    /// <summary>Deletes a segment whose scores are saved.</summary>
    public async Task Delete(MonitorLedger ledger, long segment)
    {
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
        return segments.Count + conversations.Count == 0 ? ledger : ledger.Gone(segments, conversations);
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
                if (await grains.Segment(ledger.Spec.Tenant, ledger.Spec.Definition.Name, segment).Find() is { } left)
                {
                    await samples.Forget(ledger.Spec, left.Samples);
                }

                await Delete(ledger, segment);
            }

            await Delete(ledger, ledger.Conversations.Leaving.Where(number => !conversations.Contains(number)).ToArray());
            if (!looked)
            {
                // What was stored by a batch whose number was not saved: its sender may never offer it again.
                await Delete(ledger, ledger.Intake.Segments + 1);
                if (ledger.Spec.Definition.Conversations is not null)
                {
                    await Delete(ledger, Enumerable.Range(1, MostUnknown).Select(i => ledger.Conversations.Opened + i));
                }
            }

            looked = true;
            return Noted(ledger);
        });
    }
}
