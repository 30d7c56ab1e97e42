using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Drift;

/// <summary>
/// All that a monitor knows of one metric, in one record that is saved in one write: what it is held against, its detectors, the last sequence, whom it has seen,
/// and whether it is in drift. A pure transition takes one observation in.
/// </summary>
public sealed record Watch
{
    public required Baseline Baseline { get; init; }

    /// <summary>The anchors' baseline, by item; null where no anchors are declared.</summary>
    public Baseline? Anchors { get; init; }

    public required Patience Patience { get; init; }

    /// <summary>Those that watch production scores.</summary>
    public required ImmutableArray<Detector> Detectors { get; init; }

    /// <summary>Watches the judge on the anchors; null where there are none.</summary>
    public MixtureDetector? JudgeDetector { get; init; }

    /// <summary>Watches production scores less the judge's shift, and so finds a product drop that a lenient judge hides; null where there are no anchors.</summary>
    public MixtureDetector? CorrectedDetector { get; init; }

    /// <summary>The last sequence given; what is observed next gets one more.</summary>
    public long Sequence { get; init; }

    public long Duplicates { get; init; }

    public ImmutableSortedDictionary<Reason, long> Unscored { get; init; } = ImmutableSortedDictionary<Reason, long>.Empty;

    /// <summary>Anchors that the baseline does not have: counted, and nothing else is done with them.</summary>
    public long UnplacedAnchors { get; init; }

    /// <summary>By which repeats are known; null where whoever observes knows them already.</summary>
    public SeenSamples? Seen { get; init; }

    public History History { get; init; } = new();

    public AnchorTrack Track { get; init; } = new();

    /// <summary>The first alarm since the baseline was made or acknowledged; null while none was raised. It stays until somebody acknowledges it.</summary>
    public Alarm? InDrift { get; init; }

    /// <summary>A watch with the default detectors, and with those for anchors where there are any.</summary>
    /// <param name="anchorsPerDay">Anchor judgements a day, of which the judge's detector counts its own patience.</param>
    public static Watch Of(Baseline baseline, Patience patience, Baseline? anchors = null, double anchorsPerDay = 0, params ImmutableArray<Detector> detectors)
    {
        var watch = new Watch { Baseline = baseline, Patience = patience, Seen = new(), Detectors = detectors.IsDefaultOrEmpty ? UsualDetectors.Of(baseline, patience) : detectors };
        return anchors is null ? watch : watch.Anchored(anchors, anchorsPerDay);
    }

    /// <summary>The watch with anchors from now on.</summary>
    public Watch Anchored(Baseline anchors, double perDay, double leastShift = 0, double dropWeight = 0.5) => this with
    {
        Anchors = anchors,
        JudgeDetector = Alone(anchors, Patience with { PerDay = perDay }) with { LeastShift = leastShift },
        CorrectedDetector = Alone(Baseline, Patience) with { LeastShift = leastShift, DropWeight = dropWeight },
    };

    /// <summary>The watch without anchors.</summary>
    public Watch Unanchored() => this with { Anchors = null, JudgeDetector = null, CorrectedDetector = null, Track = new AnchorTrack { Most = Track.Most } };

    /// <summary>The largest evidence over threshold of any detector.</summary>
    [JsonIgnore]
    public double Level => Math.Max(Detectors.Max(detector => detector.Level), Math.Max(JudgeDetector?.Level ?? 0, CorrectedDetector?.Level ?? 0));

    /// <summary>Takes one observation in; its own sequence is not read, for the watch counts arrivals. A sample seen before changes nothing but the count of duplicates.</summary>
    /// <exception cref="EvaluationException">The score lies outside the scale, or its judge may not be compared with the baseline's; then nothing was taken in.</exception>
    public (Watch Next, ImmutableArray<Alarm> Alarms) Observe(Observation observation)
    {
        var seen = Seen?.Add(observation.Sample);
        if (Seen is not null && seen is null)
        {
            return (this with { Duplicates = Duplicates + 1 }, []);
        }

        var placed = observation with { Sequence = Sequence + 1 };
        var next = this with { Sequence = placed.Sequence, Seen = seen };
        if (!placed.IsScored)
        {
            var reason = placed.Unscored ?? Reason.Unparsed;
            next = next with { Unscored = Unscored.SetItem(reason, Unscored.GetValueOrDefault(reason) + 1) };
            return placed.Anchor ? (next, []) : (next with { Detectors = [.. Detectors.Select(detector => detector.Observe(placed, Baseline).Next)] }, []);
        }

        var (after, alarms) = placed.Anchor ? next.Judged(placed) : next.Produced(placed);
        return alarms.IsEmpty ? (after, alarms) : (after with { InDrift = InDrift ?? alarms[0], History = after.History.Bordered() }, alarms);
    }

    /// <summary>Somebody has seen the drift: evidence begins anew, against a new baseline where one is given; without one the old one goes on.</summary>
    public Watch Acknowledge(Baseline? baseline = null, Baseline? anchors = null) => this with
    {
        Baseline = baseline ?? Baseline,
        Anchors = anchors ?? Anchors,
        Detectors = [.. Detectors.Select(detector => detector.Restarted())],
        JudgeDetector = (MixtureDetector?)JudgeDetector?.Restarted(),
        CorrectedDetector = (MixtureDetector?)CorrectedDetector?.Restarted(),
        History = new History { Most = History.Most },
        // Against the same anchors the judge's shift goes on, whatever was thought of an alarm.
        Track = anchors is null ? Track : new AnchorTrack { Most = Track.Most },
        InDrift = null,
    };

    /// <summary>Judge or product, for the first alarm.</summary>
    public AnchorVerdict? Verdict() => InDrift is { } alarm ? Verdict(alarm) : null;

    /// <summary>
    /// Judge or product, from what was judged since an alarm. While that decides nothing, the anchors since the change are taken as well: production's alarm did not
    /// choose them by their scores. The anchors' own alarm did, and so its word is taken only until enough of them are judged again. Of an alarm of the anchors production is
    /// taken since the change, for its scores had no part in it. Null without anchors, or while there are too few of them.
    /// </summary>
    public AnchorVerdict? Verdict(Alarm alarm)
    {
        if (Anchors is null)
        {
            return null;
        }

        var production = History.Since(alarm is { Stream: AlarmSource.Anchors, ChangedAt: { } changed } ? Track.Shown(changed) : alarm.Sequence + 1);
        Shift? raw = production.Values.Sum(sample => sample.Count) > 1 ? Baseline.Moved(production) : null;
        var since = Told(alarm.Sequence + 1, raw);
        return since is null || (alarm.Stream is not AlarmSource.Anchors && since.Culprit is Culprit.Undecided) ? Told(alarm.ChangedAt ?? alarm.Sequence, raw) ?? since : since;
    }

    /// <summary>How far the anchors show the judge to have moved in the last week before a day, or before the newest judgement; null with too few judgements.</summary>
    public Correction? JudgeShift(long? day = null) => day is { } at ? Track.Correction(at, Baseline.Scale) : Track.Newest(Baseline.Scale);

    /// <summary>A detector of the mean that keeps a promise of its own, with the band that takes.</summary>
    private static MixtureDetector Alone(Baseline baseline, Patience patience)
    {
        var threshold = Math.Max(1, patience.Threshold);
        return MixtureDetector.Of(threshold) with { MeanOnly = true, Errors = UsualDetectors.Errors(baseline.Effective, threshold) };
    }

    private AnchorVerdict? Told(long since, Shift? raw) => Track.Since(since, Baseline.Scale) is { Items.Count: >= AnchorScores.FewestItems } anchors
        ? new AnchorVerdict(anchors.Seen, raw, anchors.Items.Count) { Unseen = anchors.Unseen }
        : null;

    private (Watch Next, ImmutableArray<Alarm> Alarms) Produced(Observation placed)
    {
        var alarms = ImmutableArray.CreateBuilder<Alarm>();
        var detectors = Detectors.Select(detector => Told(detector.Observe(placed, Baseline), alarms)).ToImmutableArray();
        var corrected = CorrectedDetector;
        if (corrected is not null && JudgeShift(Day(placed)) is { } correction)
        {
            var found = ImmutableArray.CreateBuilder<Alarm>();
            corrected = (MixtureDetector)Told(corrected.Observe(placed, Baseline.Corrected(correction)), found);
            alarms.AddRange(found.Select(alarm => alarm with { Stream = AlarmSource.Corrected }));
        }

        var next = this with { Detectors = detectors, CorrectedDetector = corrected };
        var known = Baseline.Slices.Find(placed.Slice)?.Slice;
        return (next with { History = known is { } slice ? History.Add(placed.Sequence, slice, placed.Score!.Value, 1 / placed.Inclusion, alarms.Count > 0 ? 1 : next.Level) : History }, alarms.DrainToImmutable());
    }

    private (Watch Next, ImmutableArray<Alarm> Alarms) Judged(Observation placed)
    {
        if (Anchors?.Slices.Find(placed.Slice) is not { } item || JudgeDetector is null)
        {
            return (this with { UnplacedAnchors = UnplacedAnchors + 1 }, []);
        }

        var alarms = ImmutableArray.CreateBuilder<Alarm>();
        var judge = (MixtureDetector)Told(JudgeDetector.Observe(placed, Anchors), alarms);
        var track = Track.Add(new AnchorJudgement(placed.Sequence, Day(placed), item.Slice, placed.Score!.Value - item.Mean));
        return (this with { JudgeDetector = judge, Track = track }, [.. alarms.Select(alarm => alarm with { Stream = AlarmSource.Anchors })]);
    }

    /// <summary>The day of an observation; by the count of samples where no times are recorded.</summary>
    private long Day(Observation placed) => placed.Time is { } time ? (long)Math.Floor((time.UtcDateTime - DateTime.UnixEpoch).TotalDays) : (long)(placed.Sequence / Math.Max(1, Patience.PerDay));

    private static Detector Told((Detector Next, Alarm? Alarm) step, ImmutableArray<Alarm>.Builder alarms)
    {
        if (step.Alarm is { } alarm)
        {
            alarms.Add(alarm);
        }

        return step.Next;
    }
}
