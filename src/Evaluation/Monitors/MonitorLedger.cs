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

    public static MonitorLedger Begin(MonitorSpec spec) => new() { Spec = spec, Watch = ScoreWatch.Begin(spec) };

    /// <summary>Takes a batch in; what is new of it is to be judged and recorded as the last segment. A batch that is known changes nothing.</summary>
    public (MonitorLedger Next, ImmutableArray<Drawn> Fresh) Take(TrafficBatch batch, DateTimeOffset now)
    {
        var (intake, fresh) = Intake.Take(batch, Spec.Definition.Sampler, now);
        return ReferenceEquals(intake, Intake)
            ? (this, fresh)
            : (this with { Intake = intake, Watchdog = Watchdog.Taken(intake.Counts.Drawn - Intake.Counts.Drawn, batch.Expected, now) }, fresh);
    }

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
            Watchdog = Watchdog.Judged(samples.Count(sample => sample.Score is not null), now),
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

/// <summary>What somebody does about an alarm.</summary>
/// <param name="To">Acknowledged or resolved.</param>
/// <param name="By">Who.</param>
/// <param name="Note">What for.</param>
/// <param name="Rebaseline">Whether what is now becomes the new normal.</param>
public sealed record Acknowledgement(AlarmState To, string By, string Note, bool Rebaseline);
