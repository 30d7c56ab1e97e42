using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// The stream of scores in the order of its sequence: first a baseline is made of it, then a <see cref="Drift.Watch"/> goes over it, the same that goes over a recorded stream,
/// and what that finds is explained and becomes an alarm in the book. The baseline changes only by an acknowledgement.
/// </summary>
public sealed record ScoreWatch
{
    /// <summary>Stretches of the stream that are remembered, and judgements of anchors: enough for what came since an alarm, and small.</summary>
    private const int MostStretches = 32, MostAnchors = 1024;

    /// <summary>The last sample taken in, scored or not.</summary>
    public long Sequence { get; init; }

    public long Scored { get; init; }

    public ImmutableSortedDictionary<Reason, long> Unscored { get; init; } = ImmutableSortedDictionary<Reason, long>.Empty;

    /// <summary>Baselines made so far.</summary>
    public int Baselines { get; init; }

    /// <summary>The baseline in the making; empty while there is one.</summary>
    public Learning Learning { get; init; } = new();

    /// <summary>Baseline, detectors and evidence; null while the baseline is being made.</summary>
    public Watch? Drift { get; init; }

    /// <summary>Scores kept to explain an alarm by.</summary>
    public RecentScores Recent { get; init; } = RecentScores.Empty;

    public AlarmBook Alarms { get; init; } = new();

    public long UnscoredInAll() => Unscored.Values.Sum();

    [JsonIgnore]
    public Baseline? Baseline => Drift?.Baseline;

    /// <summary>How often a false alarm is put up with; null while there is no baseline.</summary>
    [JsonIgnore]
    public Patience? Patience => Drift?.Patience;

    /// <summary>The largest evidence over threshold; 0 while there is no baseline.</summary>
    [JsonIgnore]
    public double Level => Drift?.Level ?? 0;

    /// <summary>Scores that were learnt from since the baseline.</summary>
    [JsonIgnore]
    public long Watched => Drift?.Detectors[0].Scored ?? 0;

    /// <summary>Scores of slices that the baseline does not have.</summary>
    [JsonIgnore]
    public long Unplaced => Drift?.Detectors[0].Unplaced ?? 0;

    /// <summary>A watch that begins: at once where the baseline is known.</summary>
    public static ScoreWatch Begin(MonitorSpec spec) => new ScoreWatch().Anew(spec, null);

    /// <summary>Without baseline and evidence, to make a new one; counts and alarms stay.</summary>
    /// <param name="anchors">What the anchors should have; null where that is not known.</param>
    public ScoreWatch Anew(MonitorSpec spec, Baseline? anchors, Acceptance? accepted = null)
    {
        var bare = this with { Drift = null, Learning = new Learning { Accepted = accepted }, Recent = RecentScores.Empty };
        if (spec.Definition is not { Baseline.Known: { } known, Watched: { } watched })
        {
            return bare;
        }

        var perDay = spec.Definition.Alarm.PerDay ?? spec.Definition.Sampler.PerDay ?? throw new EvaluationException(MonitorCheck.Of(spec.Definition));
        return bare.With(Baseline.Known(Name(spec), watched.Scale, known.Mean, known.Deviation) with { Judge = spec.Judge, Rubric = spec.Rubric, Accepted = accepted }, spec, perDay).Anchored(spec, anchors);
    }

    /// <summary>The watch with anchors from now on; without a baseline of either, as it is.</summary>
    public ScoreWatch Anchored(MonitorSpec spec, Baseline? anchors)
    {
        if (Drift is null || anchors is null || spec is not { Definition: { Anchors: { } settings, Alarm: { } alarm } })
        {
            return this;
        }

        var perDay = anchors.Slices.All.Length * settings.Schedule.PerDay(anchors.From ?? spec.Changed);
        return this with { Drift = Drift.Anchored(anchors, perDay, alarm.LeastShift, alarm.DropWeight) with { Track = new AnchorTrack { Most = MostAnchors } } };
    }

    /// <summary>The watch without anchors, as long as their baseline is not made.</summary>
    public ScoreWatch Unanchored() => this with { Drift = Drift?.Unanchored() };

    /// <summary>The watch with another judge, whose scores are held against the same baseline over the bridge.</summary>
    public ScoreWatch Bridged(MonitorSpec to, BridgeFindings bridge) => Drift is not { } drift ? this : (this with
    {
        Drift = drift.Acknowledge(drift.Baseline.Bridged(to.Judge, bridge.Shift)), Recent = RecentScores.Empty,
    }).Anchored(to, bridge.Anchors);

    /// <summary>Takes the judgement of an anchor in; it has its place in the same sequence.</summary>
    public ScoreWatch Observe(MonitorSpec spec, JudgedAnchor anchor, AnchorRound round, JudgeVersion judge, DateTimeOffset now) => Drift?.Anchors is null ? this : (this with { Sequence = Sequence + 1 }).Learn(
        new Observation
        {
            Sequence = Sequence + 1,
            Sample = new(string.Create(CultureInfo.InvariantCulture, $"anchor {anchor.Item}, round {round.Number}")),
            Slice = new(anchor.Item.Value),
            Score = anchor.Score,
            Unscored = anchor.Unscored,
            Time = round.Begun,
            Judge = judge,
            Anchor = true,
        },
        spec, now);

    /// <summary>What is known by now of whether the judge or the product moved, at every alarm that stands.</summary>
    public ScoreWatch Judged(DateTimeOffset now) => Drift is not { Anchors: not null } drift ? this : this with { Alarms = Alarms.Judged(alarm => drift.Verdict(alarm), now) };

    /// <summary>Takes the next sample in; its place in the sequence is the next one.</summary>
    /// <param name="judge">Whose score it is.</param>
    /// <param name="anchors">What the anchors should have, for a baseline that is complete with this sample.</param>
    public ScoreWatch Observe(MonitorSpec spec, JudgedSample sample, JudgeVersion judge, Baseline? anchors, DateTimeOffset now)
    {
        var next = this with { Sequence = Sequence + 1 };
        if (sample.Score is { } score)
        {
            next = next with { Scored = Scored + 1 };
            if (Drift is null)
            {
                return next.Collect(spec, new BaselineScore(sample.Slice, score) { Inclusion = sample.Inclusion, Others = sample.Others }, judge, now).Anchored(spec, anchors);
            }

            next = next with { Recent = Recent.Add(new RecentScore(next.Sequence, sample.Sample, Placed(sample.Slice), score, sample.Time.ToUnixTimeSeconds()) { Inclusion = sample.Inclusion, Others = sample.Others }) };
        }
        else
        {
            var reason = sample.Unscored ?? throw new InvalidOperationException("a sample without a score says why");
            next = next with { Unscored = Unscored.SetItem(reason, Unscored.GetValueOrDefault(reason) + 1) };
        }

        return Drift is null ? next : next.Learn(new Observation
        {
            Sequence = next.Sequence,
            Sample = sample.Sample,
            Slice = Placed(sample.Slice),
            Score = sample.Score,
            Unscored = sample.Unscored,
            Time = sample.Time,
            Inclusion = sample.Inclusion,
            Judge = judge,
        }, spec, now);
    }

    /// <summary>Somebody has dealt with an alarm: where none stands any more, evidence begins anew against the same baseline.</summary>
    public ScoreWatch Move(long alarm, AlarmState to, string by, string note, DateTimeOffset now)
    {
        var next = this with { Alarms = Alarms.Move(alarm, to, by, note, now) };
        // Neither the watchdog's alarms nor a benchmark's say anything about the evidence, and what was resolved before is not resolved again.
        return to is AlarmState.Resolved && Drifts(Alarms).Any(one => one.Number == alarm) && !Drifts(next.Alarms).Any() ? next with { Drift = Drift?.Acknowledge() } : next;
    }

    private static IEnumerable<MonitorAlarm> Drifts(AlarmBook alarms) => alarms.Standing.Where(one => one.Alarm.Stream is not AlarmSource.Benchmark);

    private ScoreWatch Learn(Observation observation, MonitorSpec spec, DateTimeOffset now)
    {
        var (drift, alarms) = Drift!.Observe(observation);
        return this with
        {
            Drift = drift,
            Alarms = alarms.Aggregate(Alarms, (book, alarm) =>
                book.Raise(alarm, one => Explanation.Of(one, drift, Recent, spec.Definition.Slices), Recent.Count > 0 ? Recent[0].Sequence : null, drift, now)),
        };
    }

    private ScoreWatch Collect(MonitorSpec spec, BaselineScore score, JudgeVersion judge, DateTimeOffset now)
    {
        var learning = Learning.Add(score, now);
        if (learning.Scores.Count < spec.Definition.Baseline.Scores)
        {
            return this with { Learning = learning };
        }

        var perDay = spec.Definition.Alarm.PerDay ?? spec.Definition.Sampler.PerDay ?? learning.PerDay(now);
        return (this with { Learning = new Learning() }).With(learning.Made(Name(spec), spec, judge, now), spec, perDay);
    }

    private ScoreWatch With(Baseline baseline, MonitorSpec spec, double perDay)
    {
        var patience = new Patience(perDay, spec.Definition.Alarm.Days);
        return this with
        {
            Baselines = Baselines + 1,
            // Repeated samples are known before they are judged.
            Drift = Watch.Of(baseline, patience, detectors: spec.Definition.Alarm.Watching(baseline, patience)) with { Seen = null, Sequence = Sequence, History = new History { Most = MostStretches } },
        };
    }

    private BaselineId Name(MonitorSpec spec) => new(string.Create(CultureInfo.InvariantCulture, $"{spec.Definition.Name}-{Baselines + 1}"));

    /// <summary>Known numbers are about the whole stream.</summary>
    private Slice Placed(Slice slice) => Baseline is { Count: 0 } ? Slice.All : slice;
}
