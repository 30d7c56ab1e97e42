using System.Collections.Immutable;
using Assize.Evaluation.Notifications;
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

    /// <summary>Notifications that are not delivered yet.</summary>
    public Outbox Outbox { get; init; } = new();

    public static MonitorLedger Begin(MonitorSpec spec) => new() { Spec = spec, Watch = ScoreWatch.Begin(spec) };

    /// <summary>Takes a batch in; what is new of it is to be judged and recorded as the last segment. A batch that is known changes nothing.</summary>
    public (MonitorLedger Next, ImmutableArray<Drawn> Fresh) Take(TrafficBatch batch, DateTimeOffset now)
    {
        var (intake, fresh) = Intake.Take(batch, Spec.Definition.Sampler, now);
        return ReferenceEquals(intake, Intake)
            ? (this, fresh)
            : (this with { Intake = intake, Watchdog = Watchdog.Taken(intake.Counts.Seen - Intake.Counts.Seen, intake.Counts.Drawn - Intake.Counts.Drawn, fresh.Length, batch.Expected, now) }, fresh);
    }

    /// <summary>Takes the scores of a segment in, in the segment's order; a segment that is not pending changes nothing.</summary>
    public MonitorLedger Record(long segment, ImmutableArray<JudgedSample> samples, DateTimeOffset now)
    {
        if (!Intake.Pending.Any(pending => pending.Number == segment))
        {
            return this;
        }

        var intake = Intake.Done(segment);
        var scored = samples.Count(sample => sample.Score is not null);
        return this with
        {
            Intake = intake,
            Watch = samples.Aggregate(Watch, (watch, sample) => watch.Observe(Spec, sample, now)),
            Watchdog = Watchdog.Judged(scored, samples.Length - scored, !intake.Pending.IsEmpty, now),
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

    /// <summary>Takes nothing in for the moment, or goes on; the time in between is not held against the traffic.</summary>
    public MonitorLedger Pause(bool paused, DateTimeOffset now) =>
        paused == Paused ? this : this with { Paused = paused, Watchdog = paused ? Watchdog : Watchdog with { ResumedAt = now } };

    /// <summary>Raises and resolves the watchdog's alarms; to be asked again and again, also while nothing comes in. Nothing new is the same ledger.</summary>
    public MonitorLedger Tend(DateTimeOffset now)
    {
        var alarms = Watch.Alarms.Tend([.. Watchdog.Findings(this, now)], Paused ? "The monitor is paused." : "It is over.", now);
        return ReferenceEquals(alarms, Watch.Alarms) ? this : this with { Watch = Watch with { Alarms = alarms } };
    }

    /// <summary>The ledger after a transition, with what is to be told of its alarms.</summary>
    public MonitorLedger Announced(MonitorLedger before, DateTimeOffset now)
    {
        var outbox = Outbox.Add(Spec, before.Watch.Alarms, Watch.Alarms);
        return ReferenceEquals(outbox, Outbox) ? this
            : outbox.Excess.Aggregate(this with { Outbox = outbox }, (ledger, notice) => ledger.GivenUp(ledger.Outbox.Without(notice), notice, "too many others wait", now));
    }

    /// <summary>A channel has taken a notification.</summary>
    public MonitorLedger Delivered(Notice notice) => this with { Outbox = Outbox.Without(notice) };

    /// <summary>A channel has not taken a notification: it is offered again later, or given up, and then the alarm's history says so.</summary>
    public MonitorLedger NotDelivered(Notice notice, string why, RetryTimes retry, DateTimeOffset now)
    {
        var (outbox, givenUp) = Outbox.Failed(notice, why, retry, now);
        return givenUp ? GivenUp(outbox, notice, $"it did not get through for {retry.Words}, lastly: {why}", now) : this with { Outbox = outbox };
    }

    /// <summary>What keeps the monitor from doing its work, each a sentence.</summary>
    public ImmutableArray<string> Troubles(DateTimeOffset now) => [.. Watchdog.Findings(this, now).Select(finding => finding.Sentence), .. Outbox.Troubles];

    private MonitorLedger GivenUp(Outbox outbox, Notice notice, string why, DateTimeOffset now) => this with
    {
        Outbox = outbox,
        Watch = Watch with { Alarms = Watch.Alarms.Remark(notice.Alarm, "notifications", $"Channel '{notice.Channel}' was not told that it was {notice.Event}: {why}", now) },
    };
}

/// <summary>What somebody does about an alarm.</summary>
/// <param name="To">Acknowledged or resolved.</param>
/// <param name="By">Who.</param>
/// <param name="Note">What for.</param>
/// <param name="Rebaseline">Whether what is now becomes the new normal.</param>
public sealed record Acknowledgement(AlarmState To, string By, string Note, bool Rebaseline);
