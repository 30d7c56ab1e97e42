using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;

namespace Assize.Grains.Monitors;

/// <summary>Takes turns to where their conversations are put together, and complete conversations to the judge.</summary>
internal sealed class ConversationWork(LedgerChanges changes, SampleWork samples, Leftovers leftovers, IGrainFactory grains, TimeProvider time)
{
    /// <summary>Conversations that are handed on in one write.</summary>
    private const int AtOnce = 16;

    /// <summary>Returns once every turn is where it rests as safely as it may.</summary>
    public Task Deliver(MonitorLedger ledger, ImmutableArray<ConversationTurn> turns, bool keep) => Task.WhenAll(turns.GroupBy(turn => turn.Conversation).Select(conversation =>
        Texts(ledger, conversation.Key).Add(new ConversationTurns([.. conversation.Select(turn => turn.Interaction)]), keep)));

    /// <summary>Hands on what is complete: as a segment where texts may be kept, else straight to the judge.</summary>
    public async Task Close(CancellationToken stop)
    {
        var ledger = await changes.Change(ledger => ledger.Closed(time.GetUtcNow()));
        while (!ledger.Conversations.Closing.IsEmpty && !stop.IsCancellationRequested)
        {
            var closing = ledger.Conversations.Closing.Take(AtOnce).ToArray();
            var held = await Task.WhenAll(closing.Select(one => Texts(changes.Ledger, one.Number).Get()));
            var whole = closing.Zip(held).Where(pair => pair.Second.Turns.Turns.Length + pair.Second.Turns.Repeated >= pair.First.Turns).ToArray();
            var lost = closing.Except(whole.Select(pair => pair.First)).ToArray();
            if (lost.Length > 0)
            {
                await Finish(lost, [], lost.Length, kept: true);
            }

            foreach (var group in whole.GroupBy(pair => pair.Second.Kept))
            {
                ImmutableArray<Drawn> drawn = [.. group.Select(pair => new Drawn(pair.Second.Turns.Whole(pair.First.Number), pair.First.Stratum, pair.First.Inclusion))];
                await Finish([.. group.Select(pair => pair.First)], drawn, 0, group.Key);
            }

            ledger = changes.Ledger;
        }
    }

    /// <summary>Forgets the texts of all conversations.</summary>
    public Task Discard(MonitorLedger ledger) =>
        leftovers.Delete(ledger, ledger.Conversations.Closing.Concat(ledger.Conversations.Open.Values).Select(one => one.Number).Concat(ledger.Conversations.Leaving));

    private async Task Finish(OpenConversation[] done, ImmutableArray<Drawn> drawn, int lost, bool kept)
    {
        ImmutableArray<long> numbers = [.. done.Select(one => one.Number)];
        var spec = changes.Ledger.Spec;
        var judged = kept ? [] : await samples.Judge(spec, drawn, keep: false);
        var saved = await changes.Change(async _ =>
        {
            var ledger = changes.Ledger;
            var next = leftovers.Noted(ledger).Finished(numbers, drawn.Length, lost, time.GetUtcNow()).Leaving([], numbers);
            if (kept && !drawn.IsEmpty)
            {
                await grains.Segment(ledger.Spec.Tenant, ledger.Spec.Definition.Name, next.Intake.Segments).Put(new SampleSegment(drawn));
            }

            // A definition that changed meanwhile is to be judged by: what is closing stays so, and is judged again.
            return kept ? next : ledger.Spec.Revision == spec.Revision ? next.Record(next.Intake.Segments, judged, time.GetUtcNow()) : ledger;
        });
        await samples.Finish(spec, judged);
        if (saved.Conversations.Closing.All(one => !numbers.Contains(one.Number)))
        {
            await leftovers.Delete(saved, numbers);
        }
    }

    private IConversationGrain Texts(MonitorLedger ledger, long number) => grains.Conversation(ledger.Spec.Tenant, ledger.Spec.Definition.Name, number);
}
