using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Drift;

/// <summary>
/// What a stream is held against: how scores behaved while all was well, by slice, who judged them and by which rubric. Made once from recorded scores
/// (<see cref="BaselineScores"/>) and changed only by an explicit acknowledgement.
/// </summary>
public sealed record Baseline
{
    public required BaselineId Id { get; init; }

    public required Scale Scale { get; init; }

    /// <summary>When the first and the last of its scores were made; null where no times were recorded.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>Who judged them; null where nobody wrote it down.</summary>
    public JudgeVersion? Judge { get; init; }

    /// <summary>What was judged by; null where nobody wrote it down.</summary>
    public RubricHash? Rubric { get; init; }

    /// <summary>Who wanted it in the place of another one; null for a first baseline, and where nobody wrote it down.</summary>
    public Acceptance? Accepted { get; init; }

    /// <summary>Judge versions whose scores may be compared with these because anchors were judged by both.</summary>
    public ImmutableArray<JudgeVersion> Bridges { get; init; } = [];

    /// <summary>Scores it was made from; 0 where its numbers are known and not estimated.</summary>
    public long Count { get; init; }

    public required ChannelBaseline Mean { get; init; }

    /// <summary>The low tail's; null where it is not watched: passes and failures need no second channel, and some scales have no low tail.</summary>
    public ChannelBaseline? LowTail { get; init; }

    /// <summary>c: scores at or below it are in the low tail.</summary>
    public double? LowCutoff { get; init; }

    public required SliceTable Slices { get; init; }

    /// <summary>ρ of the mean's residuals from one score of a slice to the next of the same slice, over all slices; null where nobody reckoned it, and then it is taken for 0.</summary>
    public double? SliceCarry { get; init; }

    /// <summary>The same of the low tail.</summary>
    public double? LowSliceCarry { get; init; }

    /// <summary>How often each score came, for descriptions; null where that was not kept.</summary>
    public ScoreCounts? Levels { get; init; }

    /// <summary>What the judge gave by its other criteria, in their order; none where it has no other, and across a bridge, which says nothing of them.</summary>
    public ImmutableArray<CriterionBaseline> Beside { get; init; } = [];

    /// <summary>How far the judge is known to have moved; null for a stream that is not corrected.</summary>
    public Correction? Correction { get; init; }

    /// <summary>
    /// As many equally weighted scores say as much about what the detectors hold the stream against, which is drawn as the baseline was: n²/Σ(n_k²/n'_k) of slices with n_k scores that say
    /// as much as n'_k. Their number where the scores of each slice weigh the same.
    /// </summary>
    [JsonIgnore]
    public double Effective => Count == 0 ? 0 : Squared(Sum(slice => slice.Count)) / Sum(slice => Squared(slice.Count) / slice.EffectiveCount);

    /// <summary>The scale's width in points.</summary>
    [JsonIgnore]
    public double Width => Scale.Max - Scale.Min;

    /// <summary>The mean over all slices in points.</summary>
    [JsonIgnore]
    public double MeanInPoints => Scale.Min + Mean.Centre * Width;

    /// <summary>A baseline whose mean and standard deviation (in points) are known; without a band and without slices.</summary>
    public static Baseline Known(BaselineId id, Scale scale, double mean, double deviation)
    {
        var width = scale.Max - scale.Min;
        return new Baseline
        {
            Id = id,
            Scale = scale,
            Mean = new ChannelBaseline((mean - scale.Min) / width, deviation / width),
            Slices = new SliceTable([new SliceBaseline(Slice.All, 0, mean, deviation * deviation)]),
        };
    }

    /// <summary>The baseline with one more known shift of the judge; errors add in quadrature.</summary>
    public Baseline Corrected(Correction more) => this with
    {
        Correction = Correction is { } before ? new Correction(before.Shift + more.Shift, Math.Sqrt(before.Error * before.Error + more.Error * more.Error)) : more,
    };

    /// <summary>
    /// The baseline for the scores of another judge, by what both said of the same items: its mean is shifted and its band widened by the shift's error. The low tail is no longer
    /// watched, for a shift of the mean does not say what became of its share.
    /// </summary>
    public Baseline Bridged(JudgeVersion judge, Shift shift) =>
        Corrected(new Correction(shift.Value, shift.Error)) with { Bridges = Bridges.Add(judge), LowTail = null, LowCutoff = null, LowSliceCarry = null, Beside = [] };

    /// <summary>What the scores would have been had the judge always judged as it is known to judge now: the same with the judge's shift in its means. How often each score would have come nobody knows.</summary>
    public Baseline AsJudgedNow() => Correction is not { Shift: var shift } ? this : this with
    {
        Correction = null,
        Levels = null,
        Mean = Mean with { Centre = Mean.Centre + shift / Width },
        Slices = new SliceTable(Slices.All.Select(slice => slice with { Mean = slice.Mean + shift, Drawn = slice.Drawn + shift, PooledScores = [.. slice.PooledScores.Select(scores => scores.Less(-shift))] })),
    };

    /// <summary>What the mean of a slice's scores should be as they come, as a share of the scale's width, the judge's known shift included.</summary>
    public double Centre(SliceBaseline slice) => (slice.MeanAsDrawn + (Correction?.Shift ?? 0) - Scale.Min) / Width;

    /// <summary>How large a share of scores moves a mean by so many points at least where they fall from it into the low tail: δ/(m − c). What moves the mean by less in this way lies within it.</summary>
    internal double LowShare(double points, double centre) => points > 0 && LowCutoff is { } c ? points / Math.Max(points, centre * Width - (c - Scale.Min)) : 0;

    /// <summary>The baseline of one slice by itself: its own mean, spread and standard error, and the carry-over between neighbours of one slice.</summary>
    public Baseline Only(SliceBaseline slice)
    {
        var several = Slices.All.Length > 1;
        return !several ? this : this with
        {
            Count = slice.Count,
            Mean = BaselineScores.Channel(Centre(slice), slice.Variance / (Width * Width) * Math.Max(0, slice.Count - 1), slice.Count, Math.Max(1, slice.Count - 1), SliceCarry ?? 0, slice.EffectiveCount),
            // Across a bridge nothing is known of the low tail, and nothing of a slice's.
            LowTail = LowTail is not null && slice.LowAsDrawn is { } low ? BaselineScores.Channel(low, slice.Count * low * (1 - low), slice.Count, slice.Count, LowSliceCarry ?? 0, slice.EffectiveCount) : null,
        };
    }

    /// <summary>
    /// How far scores lie from what their slices' baselines say, in points, each weighted by one over the probability with which it was drawn: the mix does not count. Errors of both sides add
    /// in quadrature; that of autocorrelated scores is larger by sqrt((1 + ρ)/(1 − ρ)).
    /// </summary>
    /// <param name="scores">In points, by slice.</param>
    public Shift Moved(IEnumerable<KeyValuePair<Slice, WeightedSample>> scores)
    {
        var residuals = default(WeightedSample);
        foreach (var (name, sample) in scores)
        {
            if ((Slices.Find(name) ?? Slices.All.FirstOrDefault(each => each.Slice == name)) is { } slice)
            {
                residuals = residuals.Merge(sample.Less(slice.Mean).Less(Correction?.Shift ?? 0));
            }
        }

        var spread = Math.Sqrt((1 + Mean.Carry) / (1 - Mean.Carry));
        // Scores that hardly differ yet say little about how much they may: their error is at least that of as many as spread as the baseline's.
        var usual = Mean.Deviation * Width / Math.Sqrt(Math.Max(1, residuals.EffectiveCount));
        var now = spread * Math.Max(residuals.StandardError ?? 0, usual);
        var (then, corrected) = (Mean.Error * Design, Correction?.Error ?? 0);
        return new Shift(residuals.Mean, Math.Sqrt(now * now + then * Width * then * Width * spread * spread + corrected * corrected));
    }

    /// <summary>How far scores lie from these, as a description; null where that is not known, or the judge moved since.</summary>
    /// <param name="scores">In points, with their weights 1/π.</param>
    public ScoreDistances? DistancesOf(IReadOnlyCollection<(double Score, double Weight)> scores) => Levels is { } levels && Correction is null ? ScoreDistances.Of(levels, ScoreCounts.Of(Scale, scores), scores.Count) : null;

    /// <summary>Whether scores of a judge may be held against these: nobody wrote down who judged, it is the same version, or there is a bridge.</summary>
    public bool Accepts(JudgeVersion? judge) => judge is null || Judge is null || judge == Judge || Bridges.Contains(judge.Value);

    /// <summary>Why scores of a judge or by a rubric are not comparable; empty when they are. A bridge leads from one rubric to another too.</summary>
    public ImmutableArray<Mistake> Check(JudgeVersion? judge, RubricHash? rubric = null)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        if (!Accepts(judge))
        {
            mistakes.Add(new Mistake(
                $"Scores of judge '{judge}' cannot be compared with baseline '{Id}', whose judge is '{Judge}'.",
                "Judge the anchors with both and declare the bridge, or make a baseline with the new judge."));
        }

        if (rubric is not null && Rubric is not null && rubric != Rubric && !(judge is { } over && Bridges.Contains(over)))
        {
            mistakes.Add(new Mistake($"Scores by rubric '{rubric}' cannot be compared with baseline '{Id}', whose rubric is '{Rubric}'.", "Make a baseline with the new rubric."));
        }

        return mistakes.DrainToImmutable();
    }

    /// <summary>By how much the error of a mean over the traffic is larger than over what was drawn of it: √ of the effective number of the one over that of the other, (Σw)²/Σ(w_k²/n'_k) by slice.</summary>
    private double Design => Count == 0 ? 1 : Math.Sqrt(Effective * Sum(slice => Squared(slice.Stands) / slice.EffectiveCount) / Squared(Sum(slice => slice.Stands)));

    private double Sum(Func<SliceBaseline, double> of) => Slices.All.Sum(of);

    private static double Squared(double x) => x * x;
}

/// <summary>The judge's shift as the anchors show it, known before the scores it is applied to.</summary>
/// <param name="Shift">In points; positive when the judge became lenient.</param>
/// <param name="Error">Its standard error in points, by which the band is widened.</param>
public sealed record Correction(double Shift, double Error);
