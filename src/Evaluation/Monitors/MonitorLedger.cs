using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Drift;
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

    /// <summary>Whether it is being deleted; it does nothing else any more.</summary>
    public bool Leaving { get; init; }

    public Intake Intake { get; init; } = new();

    /// <summary>How the daily budget is split; not yet where the stored ledger is older than that.</summary>
    public Allotment Allotment { get; init; } = new();

    public required ScoreWatch Watch { get; init; }

    /// <summary>Definitions by which texts may have been judged that are not deleted yet, oldest first.</summary>
    public ImmutableArray<FormerDefinition> Former { get; init; } = [];

    /// <summary>Rounds of the anchors to which replies may be kept that nobody needs, oldest first; none where the stored ledger is older than they are.</summary>
    public ImmutableArray<FormerRound> FormerRounds { get; init; } = [];

    /// <summary>Null where there are no anchors.</summary>
    public AnchorBook? Anchors { get; init; }

    /// <summary>Null where there is no scheduled benchmark.</summary>
    public BenchmarkBook? Benchmark { get; init; }

    /// <summary>Runs that may be held for the benchmark; none where the stored ledger is older than that.</summary>
    public ImmutableArray<HeldRun> Held { get; init; } = [];

    public Watchdog Watchdog { get; init; } = new();

    /// <summary>Where unknown texts may rest, until they are looked for.</summary>
    public ImmutableArray<Fence> Fences { get; init; } = [];

    /// <summary>Drawn conversations that are not complete yet.</summary>
    public OpenConversations Conversations { get; init; } = new();

    /// <summary>Notifications that are not delivered yet.</summary>
    public Outbox Outbox { get; init; } = new();

    public static MonitorLedger Begin(MonitorSpec spec) => new()
    {
        Spec = spec, Watch = ScoreWatch.Begin(spec), Anchors = spec.Anchors is null ? null : new AnchorBook { Asked = spec.FirstRound }, Benchmark = Books(spec),
    };

    /// <summary>Takes the scores of a segment in, in the segment's order; a segment that is not pending changes nothing.</summary>
    public MonitorLedger Record(long segment, ImmutableArray<JudgedSample> samples, DateTimeOffset now)
    {
        if (!Intake.Pending.Any(pending => pending.Number == segment))
        {
            return this;
        }

        var judge = Spec.Judge;
        var intake = Intake.Done(segment);
        var scored = samples.Count(sample => sample.Score is not null);
        var watch = samples.Aggregate(this.Following(scored, now), (watch, sample) => watch.Observe(Spec, sample, judge, Anchors?.Baseline, now)).Judged(now);
        return this with
        {
            Intake = intake,
            Allotment = Allotment.Scored(samples),
            Watch = watch,
            // Another baseline makes another promise, by its own pace.
            Watchdog = (watch.Baselines == Watch.Baselines ? Watchdog : Watchdog.Unpaced()).Judged(scored, samples.Length - scored, !intake.Pending.IsEmpty, now),
        };
    }

    /// <summary>Begins a round of the anchors where one is due; it is saved before anybody is asked.</summary>
    public MonitorLedger BeginRound(DateTimeOffset now) =>
        Paused || Anchors?.Next(Spec.Definition.Anchors!, now) is not { } next || ReferenceEquals(next, Anchors) ? this : this with { Anchors = next };

    /// <summary>Takes a round of the anchors in; one that is not under way changes nothing.</summary>
    public MonitorLedger Record(AnchorRound round, ImmutableArray<JudgedAnchor> judged, DateTimeOffset now)
    {
        if (Anchors is not { } anchors || anchors.Open != round)
        {
            return this;
        }

        var (done, judge) = (anchors.Done(Spec, judged, Watch.Drift is null, now), Spec.Judge);
        return this with
        {
            Anchors = done,
            Watch = round.Purpose switch
            {
                AnchorPurpose.Baseline => Watch.Anchored(Spec, done.Baseline),
                AnchorPurpose.Round => judged.Aggregate(Watch, (watch, anchor) => watch.Observe(Spec, anchor, round, judge, now)).Judged(now),
                _ => Watch,
            },
        };
    }

    /// <summary>Begins a run of the benchmark where one is due; it is saved before it is started.</summary>
    public MonitorLedger BeginBenchmark(DateTimeOffset now) =>
        Paused || Benchmark?.Next(Spec, now) is not { } next || ReferenceEquals(next, Benchmark) ? this : this with { Benchmark = next };

    /// <summary>
    /// Takes another definition. One that judges otherwise needs a bridge where the monitor has a baseline: both judges judge the anchors, and the present one goes on until
    /// somebody says yes.
    /// </summary>
    /// <param name="rebaseline">Whether the baseline is given up instead.</param>
    /// <exception cref="EvaluationException">There is nothing to build the bridge of.</exception>
    public MonitorLedger Update(MonitorSpec spec, bool rebaseline, DateTimeOffset now)
    {
        var next = this with { Spec = spec with { Revision = Spec.Revision + 1 }, Benchmark = spec.Runs(Spec) ? Benchmark?.Under(Spec, spec, now) : Books(spec) };
        var anchors = spec.Anchors is null ? null : spec.Anchors == Spec.Anchors && spec.JudgesLike(Spec) && !rebaseline ? Anchors!.Unbridged() : new AnchorBook();
        if (spec.JudgesLike(Spec) && !rebaseline)
        {
            var watch = ReferenceEquals(anchors?.Baseline, Anchors?.Baseline) ? Watch : Watch.Unanchored();
            var (schedule, before) = (spec.Definition.Anchors?.Schedule, Spec.Definition.Anchors?.Schedule);
            return next with { Anchors = schedule is null || schedule == before ? anchors : anchors!.Rescheduled(schedule, now), Watch = spec.AlarmsLike(Spec) ? watch : watch.Rearmed(next.Spec, this, now), Watchdog = spec.AlarmsLike(Spec) ? Watchdog : Watchdog.Unpaced() };
        }

        if (rebaseline || Watch.Drift is null)
        {
            return next with { Anchors = anchors, Watch = Watch.Anew(next.Spec, null, rebaseline ? new Acceptance(now, null, "") : null) };
        }

        return Anchors is { Baseline: not null } book && spec.Anchors == Spec.Anchors && spec.WatchesLike(Spec)
            ? this with { Anchors = book with { Bridge = new Bridge(spec, now), Open = null } }
            : throw new EvaluationException([new Mistake(
                $"Monitor '{Spec.Definition.Name}' would judge otherwise than its baseline was made.",
                Anchors is null || !spec.WatchesLike(Spec)
                    ? "Give it up for a new one: assize monitor apply --rebaseline. With anchors a change of the judge can be bridged."
                    : "Wait until its anchors are judged, or give the baseline up for a new one: assize monitor apply --rebaseline.") { Field = "judge" },
                .. Watch.Baseline?.Check(null, spec.Rubric) ?? []]);
    }

    /// <summary>Says yes to a judge that was bridged to, or no.</summary>
    /// <exception cref="EvaluationException">No bridge is wanted, it is not built yet, or it does not carry the baseline.</exception>
    public MonitorLedger Decide(BridgeDecision decision, string? by, DateTimeOffset now)
    {
        if (Anchors?.Bridge is not { } bridge)
        {
            throw new EvaluationException([new Mistake($"Monitor '{Spec.Definition.Name}' has no other judge waiting.", "Apply a definition with another judge first.")]);
        }

        var word = new BridgeWord(decision, bridge.To.Judge, now, by);
        if (decision is BridgeDecision.Keep)
        {
            return this with { Anchors = Anchors.Unbridged() with { Decided = word } };
        }

        var spec = bridge.To with { Revision = Spec.Revision + 1 };
        var findings = bridge.Found ?? throw new EvaluationException([new Mistake("The anchors are still being judged by both.", $"Look again: assize monitor show {Spec.Definition.Name}.")]);
        var book = Anchors with { Bridge = null, Open = null, Baseline = findings.Anchors, Decided = word };
        if (decision is BridgeDecision.Rebaseline)
        {
            return this with { Spec = spec, Anchors = book, Watch = Watch.Anew(spec, findings.Anchors, word.Acceptance()) };
        }

        return findings.Carries
            ? this with { Spec = spec, Anchors = book, Watch = Watch.Bridged(spec, findings) }
            : throw new EvaluationException([new Mistake($"Only {findings.Items} anchors were scored by both judges, too few for a bridge.", "Give the baseline up for a new one, or keep the present judge.")]);
    }

    /// <summary>Notes that somebody has seen an alarm, or that it is over; only here a baseline may be given up for a new one.</summary>
    public MonitorLedger Acknowledge(long alarm, Acknowledgement how, DateTimeOffset now)
    {
        var watch = Watch.Move(alarm, how.To, how.By, how.Note, now);
        if (Watch.Alarms.OfBenchmark(alarm))
        {
            return this.Dealt(watch, how);
        }

        // Where the judge moved and that is the new normal, the anchors have a new normal too. The same word sent again is not another one.
        return how.Rebaseline && !(ReferenceEquals(watch.Alarms, Watch.Alarms) && how.Gave(Watch.Learning.Accepted ?? Watch.Baseline?.Accepted))
            ? this with { Watch = watch.Anew(Spec, null, new Acceptance(now, how.By.Length > 0 ? how.By : null, how.Note)), Anchors = Anchors is { } book ? book with { Baseline = null, Due = null, Open = null, Bridge = null } : null }
            : this with { Watch = watch };
    }

    /// <summary>Takes nothing in for the moment, or goes on; the time in between is not held against the traffic.</summary>
    public MonitorLedger Pause(bool paused, DateTimeOffset now) =>
        paused == Paused ? this : this with { Paused = paused, Watchdog = paused ? Watchdog with { PausedAt = now } : Watchdog.Resumed(now), Watch = paused ? Watch : Watch with { Learning = Watch.Learning.Paused(now - (Watchdog.PausedAt ?? now)) } };

    /// <summary>Raises and resolves the watchdog's alarms; to be asked again and again, also while nothing comes in. Nothing new is the same ledger.</summary>
    public MonitorLedger Tend(DateTimeOffset now)
    {
        var alarms = Watch.Alarms.Tend([.. Watchdog.Findings(this, now)], Paused ? "The monitor is paused." : "It is over.", now);
        return ReferenceEquals(alarms, Watch.Alarms) ? this : this with { Watch = Watch with { Alarms = alarms } };
    }

    private static BenchmarkBook? Books(MonitorSpec spec) => spec.Benchmark is null ? null : new BenchmarkBook { Baseline = spec.Definition.Benchmark!.Baseline };
}
