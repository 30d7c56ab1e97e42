using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// The stream of scores in the order of its sequence: first a baseline is made of it, then a detector watches it, and what that finds becomes alarms.
/// The baseline changes only by an acknowledgement.
/// </summary>
public sealed record ScoreWatch
{
    /// <summary>Scores kept to explain an alarm by.</summary>
    public const int MostRecent = 512;

    /// <summary>A pace measured in less time than this says nothing about a day.</summary>
    private static readonly TimeSpan ShortestPace = TimeSpan.FromMinutes(1);

    /// <summary>The last sample taken in, scored or not.</summary>
    public long Sequence { get; init; }

    public long Scored { get; init; }

    public ImmutableSortedDictionary<Reason, long> Unscored { get; init; } = ImmutableSortedDictionary<Reason, long>.Empty;

    /// <summary>Baselines made so far.</summary>
    public int Baselines { get; init; }

    /// <summary>Scores that wait to become a baseline; none while there is one.</summary>
    public ImmutableList<BaselineScore> Collected { get; init; } = [];

    /// <summary>When the first of them came.</summary>
    public DateTimeOffset? CollectedSince { get; init; }

    /// <summary>Null while it is being made.</summary>
    public Baseline? Baseline { get; init; }

    public Detector? Detector { get; init; }

    /// <summary>How often a false alarm is put up with; null while there is no baseline.</summary>
    public Patience? Patience { get; init; }

    public ImmutableList<RecentScore> Recent { get; init; } = [];

    public AlarmBook Alarms { get; init; } = new();

    public long UnscoredInAll => Unscored.Values.Sum();

    /// <summary>A watch that begins: at once where the baseline is known.</summary>
    public static ScoreWatch Begin(MonitorSpec spec) => new ScoreWatch().Anew(spec);

    /// <summary>Without baseline and evidence, to make a new one; counts and alarms stay.</summary>
    public ScoreWatch Anew(MonitorSpec spec)
    {
        var bare = this with { Baseline = null, Detector = null, Patience = null, Collected = [], CollectedSince = null, Recent = [] };
        if (spec.Definition is not { Baseline.Known: { } known, Watched: { } watched })
        {
            return bare;
        }

        var perDay = spec.Definition.Alarm.PerDay ?? spec.Definition.Sampler.PerDay ?? throw new EvaluationException(MonitorCheck.Of(spec.Definition));
        return bare.With(Baseline.Known(Name(spec), watched.Scale, known.Mean, known.Deviation) with { Judge = spec.Judge }, spec, perDay);
    }

    /// <summary>Takes the next sample in; its place in the sequence is the next one.</summary>
    public ScoreWatch Observe(MonitorSpec spec, JudgedSample sample, DateTimeOffset now)
    {
        var next = this with { Sequence = Sequence + 1 };
        if (sample.Score is not { } score)
        {
            var reason = sample.Unscored ?? throw new InvalidOperationException("a sample without a score says why");
            next = next with { Unscored = Unscored.SetItem(reason, Unscored.GetValueOrDefault(reason) + 1) };
        }
        else
        {
            next = next with { Scored = Scored + 1 };
            if (Baseline is null)
            {
                return next.Collect(spec, new BaselineScore(sample.Slice, score), now);
            }

            var kept = Recent.Count < MostRecent ? Recent : Recent.RemoveAt(0);
            next = next with { Recent = kept.Add(new RecentScore(next.Sequence, sample.Sample, Placed(sample.Slice), score) { Inclusion = sample.Inclusion, Time = sample.Time }) };
        }

        return Baseline is null || Detector is null ? next : next.Learn(spec, sample, now);
    }

    private ScoreWatch Learn(MonitorSpec spec, JudgedSample sample, DateTimeOffset now)
    {
        var (detector, alarm) = Detector!.Observe(new Observation
        {
            Sequence = Sequence,
            Sample = sample.Sample,
            Slice = Placed(sample.Slice),
            Score = sample.Score,
            Unscored = sample.Unscored,
            Time = sample.Time,
            Inclusion = sample.Inclusion,
            Judge = spec.Judge,
        }, Baseline!);
        var next = this with { Detector = detector };
        return alarm is null ? next : next with { Alarms = Alarms.Raise(alarm, Explanation.Of(alarm, Baseline!, Recent), Baseline!.Id, Patience!.Sentence, now) };
    }

    private ScoreWatch Collect(MonitorSpec spec, BaselineScore score, DateTimeOffset now)
    {
        var next = this with { Collected = Collected.Add(score), CollectedSince = CollectedSince ?? now };
        if (next.Collected.Count < spec.Definition.Baseline.Scores)
        {
            return next;
        }

        var since = next.CollectedSince!.Value;
        var took = now - since > ShortestPace ? now - since : ShortestPace;
        var baseline = BaselineScores.Of(Name(spec), spec.Definition.Watched!.Scale, next.Collected) with { From = since, Until = now, Judge = spec.Judge };
        var perDay = spec.Definition.Alarm.PerDay ?? spec.Definition.Sampler.PerDay ?? next.Collected.Count / took.TotalDays;
        return (next with { Collected = [], CollectedSince = null }).With(baseline, spec, perDay);
    }

    private ScoreWatch With(Baseline baseline, MonitorSpec spec, double perDay)
    {
        var alarm = spec.Definition.Alarm;
        var patience = new Patience(perDay, alarm.Days);
        return this with
        {
            Baseline = baseline,
            Baselines = Baselines + 1,
            Patience = patience,
            Detector = MixtureDetector.Of(Math.Max(1, patience.Threshold)) with { LeastShift = alarm.LeastShift, DropWeight = alarm.DropWeight, Sequence = Sequence },
        };
    }

    private BaselineId Name(MonitorSpec spec) => new(string.Create(CultureInfo.InvariantCulture, $"{spec.Definition.Name}-{Baselines + 1}"));

    /// <summary>Known numbers are about the whole stream.</summary>
    private Slice Placed(Slice slice) => Baseline is { Count: 0 } ? Slice.All : slice;
}

/// <summary>A score that is remembered for a while.</summary>
public readonly record struct RecentScore(long Sequence, SampleId Sample, Slice Slice, double Score)
{
    /// <summary>π, with which its interaction was drawn.</summary>
    public double Inclusion { get; init; } = 1;

    /// <summary>When the interaction was; null where nobody wrote it down.</summary>
    public DateTimeOffset? Time { get; init; }
}
