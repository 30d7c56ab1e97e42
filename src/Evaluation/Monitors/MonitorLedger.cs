using System.Collections.Immutable;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// All that a monitor knows, in one record of bounded size: a batch, a score and an acknowledgement are pure transitions, so that the same ones in the same order
/// have the same bits wherever they are applied, and one write saves evidence and sequence together.
/// </summary>
public sealed record MonitorLedger
{
    public required MonitorSpec Spec { get; init; }

    /// <summary>Whether it takes nothing in for the moment.</summary>
    public bool Paused { get; init; }

    public Intake Intake { get; init; } = new();

    public required ScoreWatch Watch { get; init; }

    public Watchdog Watchdog { get; init; } = new();

    /// <summary>Drawn conversations that are not complete yet.</summary>
    public OpenConversations Conversations { get; init; } = new();

    public static MonitorLedger Begin(MonitorSpec spec) => new() { Spec = spec, Watch = ScoreWatch.Begin(spec) };

    /// <summary>Takes a batch in; what is new of it is to be judged and recorded as the last segment. A batch that is known changes nothing.</summary>
    public (MonitorLedger Next, ImmutableArray<Drawn> Fresh) Take(TrafficBatch batch, DateTimeOffset now)
    {
        var (next, fresh, _) = Admit(batch, behind: false, now);
        return (next, fresh);
    }

    /// <summary>Takes a batch in; besides what is to be judged by itself there may be turns, which are to be delivered to their conversations first.</summary>
    /// <param name="batch">What a gateway tells.</param>
    /// <param name="behind">Whether judging is so far behind that no other conversation is begun.</param>
    /// <param name="now">When it came.</param>
    public (MonitorLedger Next, ImmutableArray<Drawn> Fresh, ImmutableArray<ConversationTurn> Turns) Admit(TrafficBatch batch, bool behind, DateTimeOffset now)
    {
        var (intake, fresh, turns) = Intake.Take(batch, Spec.Definition.Sampler, Spec.Definition.Conversations is not null, now);
        if (ReferenceEquals(intake, Intake))
        {
            return (this, fresh, []);
        }

        var watchdog = Watchdog.Taken(intake.Counts.Drawn - Intake.Counts.Drawn, batch.Expected, now);
        var conversations = Conversations;
        var delivered = ImmutableArray.CreateBuilder<ConversationTurn>();
        foreach (var turn in turns)
        {
            (conversations, var to) = conversations.Take(turn, Spec.Definition.Conversations!, () =>
            {
                (intake, var inclusion) = intake.Begin(turn, Spec.Definition, behind, now);
                return inclusion;
            }, now);
            if (to is not null)
            {
                delivered.Add(new ConversationTurn(to.Number, turn.Interaction));
            }
        }

        return (this with { Intake = intake, Watchdog = watchdog, Conversations = conversations }, fresh, delivered.ToImmutable());
    }

    /// <summary>Whether anything waits to be judged.</summary>
    public bool HasWork(DateTimeOffset now) => !Intake.Pending.IsEmpty || !Closed(now).Conversations.Closing.IsEmpty;

    /// <summary>Completes the conversations that have been silent long enough; all of them where the monitor puts none together any more.</summary>
    public MonitorLedger Closed(DateTimeOffset now)
    {
        var idle = Spec.Definition.Conversations is { } settings ? TimeSpan.FromMinutes(settings.IdleMinutes) : TimeSpan.Zero;
        var next = Conversations.After(idle, now);
        return ReferenceEquals(next, Conversations) ? this : this with { Conversations = next };
    }

    /// <summary>Makes complete conversations a segment of so many samples that waits to be judged; the rest of them were lost.</summary>
    public MonitorLedger Finished(IReadOnlyCollection<long> conversations, int samples, int lost, DateTimeOffset now) => this with
    {
        Conversations = Conversations.Done(conversations, lost),
        Intake = Intake.Waiting(samples),
        Watchdog = lost > 0 ? Watchdog.Lost(lost, now) : Watchdog,
    };

    /// <summary>Takes the scores of a segment in, in the segment's order; a segment that is not pending changes nothing.</summary>
    public MonitorLedger Record(long segment, ImmutableArray<JudgedSample> samples, DateTimeOffset now)
    {
        if (!Intake.Pending.Any(pending => pending.Number == segment))
        {
            return this;
        }

        return this with
        {
            Intake = Intake.Done(segment),
            Watch = samples.Aggregate(Watch, (watch, sample) => watch.Observe(Spec, sample, now)),
            Watchdog = Watchdog.Judged(samples.Length, samples.Count(sample => sample.Score is not null), now),
        };
    }

    /// <summary>Takes another definition; where it judges otherwise, a new baseline is made and the old evidence is gone.</summary>
    public MonitorLedger Update(MonitorSpec spec)
    {
        var next = this with { Spec = spec with { Revision = Spec.Revision + 1 } };
        return spec.JudgesLike(Spec) ? next : next with { Watch = Watch.Anew(next.Spec) };
    }

    /// <summary>Notes that somebody has seen an alarm, or that it is over; only here a baseline may be given up for a new one.</summary>
    public MonitorLedger Acknowledge(long alarm, Acknowledgement how, DateTimeOffset now)
    {
        var watch = Watch with { Alarms = Watch.Alarms.Move(alarm, how.To, how.By, how.Note, now) };
        return this with { Watch = how.Rebaseline ? watch.Anew(Spec) : watch };
    }

    /// <summary>What keeps the monitor from doing its work, each a sentence.</summary>
    public ImmutableArray<string> Troubles(DateTimeOffset now) => Paused ? [] : [.. Watchdog.Troubles(this, now)];
}

/// <summary>An interaction on its way to the conversation that it is a part of.</summary>
public readonly record struct ConversationTurn(long Conversation, Interaction Interaction);

/// <summary>What somebody does about an alarm.</summary>
/// <param name="To">Acknowledged or resolved.</param>
/// <param name="By">Who.</param>
/// <param name="Note">What for.</param>
/// <param name="Rebaseline">Whether what is now becomes the new normal.</param>
public sealed record Acknowledgement(AlarmState To, string By, string Note, bool Rebaseline);
