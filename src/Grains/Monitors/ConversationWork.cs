using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;

namespace Assize.Grains.Monitors;

/// <summary>Takes turns to where their conversations are put together, and complete conversations to the judge.</summary>
internal sealed class ConversationWork(LedgerChanges changes, SampleWork samples, Leftovers leftovers, IGrainFactory grains, TimeProvider time)
{
    /// <summary>Conversations that are handed on in one write.</summary>
    private const int AtOnce = 16;

    private readonly UnsavedScores unsaved = new(samples);

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

    /// <summary>Gives up conversations whose texts may rest no longer, complete or not: they stay without a score.</summary>
    public async Task Expire(DateTimeOffset now)
    {
        var expired = changes.Ledger.Conversations.Expired(now).Take(AtOnce).ToArray();
        if (expired.Length == 0)
        {
            return;
        }

        ImmutableArray<long> numbers = [.. expired.Select(one => one.Number)];
        var held = await Task.WhenAll(expired.Select(one => Texts(changes.Ledger, one.Number).Get()));
        var found = expired.Zip(held).Where(pair => !pair.Second.Turns.Turns.IsEmpty)
            .ToDictionary(pair => pair.First.Number, pair => JudgedSample.Expired(new Drawn(pair.Second.Turns.Whole(pair.First.Number), pair.First.Stratum, pair.First.Inclusion)));
        var saved = await changes.Change(ledger =>
        {
            // What was handed on meanwhile is a segment by now.
            var here = ledger.Conversations.Expired(now).Select(one => one.Number).Where(numbers.Contains).ToArray();
            ImmutableArray<JudgedSample> unscored = [.. here.Where(found.ContainsKey).Select(number => found[number])];
            var next = (leftovers.Noted(ledger) with { Conversations = ledger.Conversations.Ended(here) }).Finished(here, unscored.Length, here.Length - unscored.Length, now).Leaving([], here);
            return unscored.IsEmpty ? next : next.Record(next.Intake.Segments, unscored, now);
        });
        await leftovers.Delete(saved, numbers.Where(number => saved.Conversations.Leaving.Contains(number)).ToArray());
    }

    /// <summary>Forgets the texts of all conversations.</summary>
    public Task Discard(MonitorLedger ledger) =>
        leftovers.Delete(ledger, ledger.Conversations.Closing.Concat(ledger.Conversations.Open.Values).Select(one => one.Number).Concat(ledger.Conversations.Leaving));

    private async Task Finish(OpenConversation[] done, ImmutableArray<Drawn> drawn, int lost, bool kept)
    {
        ImmutableArray<long> numbers = [.. done.Select(one => one.Number)];
        var spec = changes.Ledger.Spec;
        var judged = kept ? [] : await unsaved.Judge(spec, drawn);
        var saved = await changes.Change(async _ =>
        {
            var ledger = changes.Ledger;
            if (!numbers.All(number => ledger.Conversations.Closing.Any(one => one.Number == number)))
            {
                // One of them was given up meanwhile; the others are looked at again.
                return ledger;
            }

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
            unsaved.Saved(spec, judged);
            await leftovers.Delete(saved, numbers);
        }
    }

    private IConversationGrain Texts(MonitorLedger ledger, long number) => grains.Conversation(ledger.Spec.Tenant, ledger.Spec.Definition.Name, number);
}
