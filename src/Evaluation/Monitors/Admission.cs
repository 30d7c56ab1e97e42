using System.Collections.Immutable;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>How batches come into a monitor's ledger, and conversations to their end.</summary>
public static class Admission
{
    /// <summary>Takes a batch in; what is new of it is to be judged and recorded as the last segment. A batch that is known changes nothing.</summary>
    public static (MonitorLedger Next, ImmutableArray<Drawn> Fresh) Take(this MonitorLedger ledger, TrafficBatch batch, DateTimeOffset now)
    {
        var (next, fresh, _) = ledger.Admit(batch, behind: false, now);
        return (next, fresh);
    }

    /// <summary>Takes a batch in; besides what is to be judged by itself there may be turns, which are to be delivered to their conversations first.</summary>
    /// <param name="ledger">Whose batch it is.</param>
    /// <param name="batch">What a gateway tells.</param>
    /// <param name="behind">Whether judging is so far behind that no other conversation is begun.</param>
    /// <param name="now">When it came.</param>
    public static (MonitorLedger Next, ImmutableArray<Drawn> Fresh, ImmutableArray<ConversationTurn> Turns) Admit(this MonitorLedger ledger, TrafficBatch batch, bool behind, DateTimeOffset now)
    {
        var (definition, before) = (ledger.Spec.Definition, ledger.Intake);
        if (before.Knows(batch))
        {
            return (ledger, [], []);
        }

        var allotment = ledger.Allotment.At(ledger.Spec, before.SeenBySlice, now);
        allotment = allotment.Counted(batch);
        before = allotment.Rates.Made == ledger.Allotment.Rates.Made ? before : before.Rescaled(allotment.Rates.Change);
        var (intake, fresh, turns) = before.Take(batch, definition.Sampler, definition.Conversations is not null, now);
        var watchdog = ledger.Watchdog.Taken(intake.Counts.Seen - before.Counts.Seen, intake.Counts.Drawn - before.Counts.Drawn, fresh.Length, batch.Expected, batch.Seen.Sum(seen => seen.Value * allotment.RateOf(seen.Key, definition.Sampler)), now);
        var conversations = ledger.Conversations;
        var until = definition.KeepText && batch.MayKeep ? now + batch.KeepTextFor : null;
        var delivered = ImmutableArray.CreateBuilder<ConversationTurn>();
        foreach (var turn in turns)
        {
            (conversations, var to) = conversations.Take(turn, definition.Conversations!, () =>
            {
                (intake, var inclusion) = intake.Begin(turn, definition, allotment.Beginning(turn.Stratum, ledger.Spec.Definition, now), behind, now);
                return inclusion;
            }, now, until);
            if (to is not null)
            {
                delivered.Add(new ConversationTurn(to.Number, turn.Interaction));
            }
        }

        return (ledger with { Intake = intake, Allotment = allotment, Watchdog = watchdog, Conversations = conversations }, fresh, delivered.ToImmutable());
    }

    /// <summary>Takes in a batch whose samples were judged beforehand. What another batch brought meanwhile is left out; null where a sample is wanted that was not judged: a budget that began anew meanwhile has room for more.</summary>
    public static (MonitorLedger Next, ImmutableArray<JudgedSample> Samples, ImmutableArray<ConversationTurn> Turns)? AdmitJudged(
        this MonitorLedger ledger, TrafficBatch batch, bool behind, ImmutableArray<JudgedSample> judged, DateTimeOffset now)
    {
        var (next, fresh, turns) = ledger.Admit(batch, behind, now);
        var wanted = fresh.Select(drawn => drawn.Interaction.Id.Value).ToHashSet();
        return wanted.IsSubsetOf(judged.Select(sample => sample.Sample.Value)) ? (next, [.. judged.Where(sample => wanted.Contains(sample.Sample.Value))], turns) : null;
    }

    /// <summary>Whether anything waits to be judged.</summary>
    public static bool HasWork(this MonitorLedger ledger, DateTimeOffset now) => !ledger.Intake.Pending.IsEmpty || !ledger.Closed(now).Conversations.Closing.IsEmpty;

    /// <summary>Completes the conversations that have been silent long enough; all of them where the monitor puts none together any more.</summary>
    public static MonitorLedger Closed(this MonitorLedger ledger, DateTimeOffset now)
    {
        var idle = ledger.Spec.Definition.Conversations is { } settings ? TimeSpan.FromMinutes(settings.IdleMinutes) : TimeSpan.Zero;
        var next = ledger.Conversations.After(idle, now);
        return ReferenceEquals(next, ledger.Conversations) ? ledger : ledger with { Conversations = next };
    }

    /// <summary>Makes complete conversations a segment of so many samples that waits to be judged; the rest of them were lost.</summary>
    public static MonitorLedger Finished(this MonitorLedger ledger, IReadOnlyCollection<long> conversations, int samples, int lost, DateTimeOffset now) => ledger with
    {
        Conversations = ledger.Conversations.Done(conversations, lost),
        Intake = ledger.Intake.Waiting(samples, ledger.Conversations.Closing.Where(one => conversations.Contains(one.Number)).Min(one => one.Until)),
        Watchdog = ledger.Watchdog.Completed(samples, lost, now),
    };

    /// <summary>Takes the scores of a segment in and notes that its texts have to be deleted; a segment that is not pending changes nothing.</summary>
    public static MonitorLedger RecordLeaving(this MonitorLedger ledger, long segment, ImmutableArray<JudgedSample> samples, DateTimeOffset now) =>
        ledger.Record(segment, samples, now) is var next && ReferenceEquals(next, ledger) ? ledger : next.Leaving([segment], []);

    /// <summary>Segments and conversations whose texts may rest no longer, judged or not.</summary>
    public static bool HasExpired(this MonitorLedger ledger, DateTimeOffset now) => ledger.Intake.Pending.Any(pending => pending.Until <= now) || ledger.Conversations.Expired(now).Any();

    /// <summary>Notes texts that are no longer needed and have to be deleted; saved together with what made them so.</summary>
    public static MonitorLedger Leaving(this MonitorLedger ledger, IEnumerable<long> segments, IEnumerable<long> conversations) => ledger with
    {
        Intake = ledger.Intake with { Leaving = [.. ledger.Intake.Leaving, .. segments] },
        Conversations = ledger.Conversations with { Leaving = [.. ledger.Conversations.Leaving, .. conversations] },
    };

    /// <summary>Notes that texts are deleted.</summary>
    public static MonitorLedger Gone(this MonitorLedger ledger, IReadOnlyCollection<long> segments, IReadOnlyCollection<long> conversations)
    {
        var next = ledger with
        {
            Intake = ledger.Intake with { Leaving = ledger.Intake.Leaving.RemoveAll(segments.Contains) },
            Conversations = ledger.Conversations with { Leaving = ledger.Conversations.Leaving.RemoveAll(conversations.Contains) },
        };
        return next with { Former = next.Needed() };
    }
}

/// <summary>An interaction on its way to the conversation that it is a part of.</summary>
public readonly record struct ConversationTurn(long Conversation, Interaction Interaction);
