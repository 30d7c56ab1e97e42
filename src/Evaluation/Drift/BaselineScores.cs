using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Drift;

/// <summary>A score that a baseline is made from, in the order in which it was recorded.</summary>
/// <param name="Slice">The part of the traffic; for an anchor, its item.</param>
/// <param name="Score">In points.</param>
public readonly record struct BaselineScore(Slice Slice, double Score)
{
    /// <summary>π, with which it was drawn; null where nobody kept it.</summary>
    public double? Inclusion { get; init; }

    /// <summary>What the judge gave by its other criteria, in their order and points; default where it has no other, or nobody kept it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<double> Others { get; init; }
}

/// <summary>Makes a baseline from recorded scores.</summary>
public static class BaselineScores
{
    /// <summary>With fewer scores nothing can be said.</summary>
    public const int Fewest = 50;

    /// <summary>From here on the band holds the false alarms where they should be; below it they are more.</summary>
    public const int Enough = 500;

    /// <summary>A slice with fewer scores is pooled with the other rare ones.</summary>
    public const int FewestInSlice = 30;

    /// <summary>More rare slices than this are not told apart: a baseline is saved with every score.</summary>
    public const int MostRareSlices = 256;

    private const double LowTailShare = 0.1;

    /// <summary>
    /// A baseline of the stream's own scores: slice means, s and ρ of the residuals, the band of one standard error, and the low tail
    /// (c = largest score with at most 10 % at or below; share (k + ½)/(n + 1) by slice). What it says of the traffic (means, shares) weighs each score by 1/π; what it says of the scores as
    /// they come to the detectors (s, ρ, c, and means and shares once more) does not. Where the probability of any of them is not known, none is weighted.
    /// </summary>
    /// <exception cref="EvaluationException">Scores lie outside the scale, or there are none.</exception>
    public static Baseline Of(BaselineId id, Scale scale, IReadOnlyList<BaselineScore> scores)
    {
        var width = Checked(scale, scores);
        var cutoff = Cutoff(scale, scores);
        var weight = Weights(scores);
        var slices = Slices(scores, weight, cutoff);
        var bare = new Baseline { Id = id, Scale = scale, Count = scores.Count, Mean = new ChannelBaseline(0, 1), LowCutoff = cutoff, Slices = new SliceTable(slices) };
        var (mean, within) = Of(bare, scores, (score, slice) => (score.Score - slice.MeanAsDrawn) / width, scores.Sum(score => weight(score) * (score.Score - scale.Min)) / scores.Sum(weight) / width);
        var known = bare with { Mean = mean, SliceCarry = within, Levels = ScoreCounts.Of(scale, [.. scores.Select(score => (score.Score, weight(score)))]) };
        if (slices[0].LowShare is null)
        {
            return known;
        }

        var (low, inside) = Of(
            bare, scores, (score, slice) => (score.Score <= cutoff ? 1 : 0) - slice.LowAsDrawn!.Value, slices.Sum(slice => slice.Stands * slice.LowShare!.Value) / slices.Sum(slice => slice.Stands));
        return known with { LowTail = low, LowSliceCarry = inside };
    }

    /// <summary>w = (largest π)/π, so that scores that were all drawn alike weigh 1 each.</summary>
    private static Func<BaselineScore, double> Weights(IReadOnlyList<BaselineScore> scores)
    {
        if (scores.Any(score => score.Inclusion is null))
        {
            return _ => 1;
        }

        var most = scores.Max(score => score.Inclusion!.Value);
        return score => most / score.Inclusion!.Value;
    }

    private static (ChannelBaseline Channel, double SliceCarry) Of(Baseline bare, IReadOnlyList<BaselineScore> scores, Func<BaselineScore, SliceBaseline, double> residual, double centre)
    {
        var table = bare.Slices;
        double squares = 0, products = 0, last = 0, inside = 0;
        var lastOf = new Dictionary<Slice, double>();
        foreach (var score in scores)
        {
            var slice = table.Find(score.Slice)!;
            var own = residual(score, slice);
            squares += own * own;
            products += own * last;
            inside += own * lastOf.GetValueOrDefault(slice.Slice);
            lastOf[slice.Slice] = last = own;
        }

        double Carry(double sum) => squares > 0 ? Math.Clamp(sum / squares, 0, 0.99) : 0;
        return (Channel(centre, squares, scores.Count, Math.Max(1, scores.Count - table.All.Length), Carry(products), bare.Effective), Carry(inside));
    }

    /// <summary>
    /// A channel from its sum of squares. Scores that hardly ever differed say little about how much they may: s is at least that of half a differing score,
    /// the band at least one score in n.
    /// </summary>
    /// <param name="centre">The mean.</param>
    /// <param name="squares">Σ of the squared residuals.</param>
    /// <param name="count">Scores.</param>
    /// <param name="freedom">What is left of them beside the means.</param>
    /// <param name="carry">ρ.</param>
    /// <param name="effective">n of the band: as many equally weighted scores say as much.</param>
    internal static ChannelBaseline Channel(double centre, double squares, long count, double freedom, double carry, double effective)
    {
        var deviation = Math.Max(Math.Sqrt(squares / freedom), 0.5 / Math.Sqrt(count + 1));
        return new ChannelBaseline(centre, deviation, carry, Math.Max(deviation / Math.Sqrt(effective), 1.0 / (effective + 1)));
    }

    private static double Checked(Scale scale, IReadOnlyList<BaselineScore> scores)
    {
        if (scores.Count == 0)
        {
            throw new EvaluationException("A baseline needs scores, and there are none.");
        }

        var outside = scores.Where(score => !(score.Score >= scale.Min && score.Score <= scale.Max)).Take(10)
            .Select(score => new Mistake(FormattableString.Invariant($"The score {score.Score} lies outside the scale {scale.Words()}."))).ToImmutableArray();
        return outside.IsEmpty ? scale.Max - scale.Min : throw new EvaluationException(outside);
    }

    private static SliceBaseline[] Slices(IReadOnlyList<BaselineScore> scores, Func<BaselineScore, double> weight, double? cutoff)
    {
        var groups = scores.GroupBy(score => score.Slice).ToArray();
        var rare = groups.Where(group => group.Count() < FewestInSlice).ToArray();
        var all = groups.Except(rare).Select(group => One(group.Key, [.. group], weight, cutoff)).ToList();
        if (rare.Length > 0)
        {
            var named = rare.OrderBy(group => group.Key).ToArray();
            all.Add(One(SliceTable.Rest, [.. rare.SelectMany(group => group)], weight, cutoff) with
            {
                Pooled = [.. named.Select(group => group.Key)], PooledScores = named.Length > MostRareSlices ? [] : [.. named.Select(group => Sum(group, weight))],
            });
        }

        return [.. all];
    }

    private static SliceBaseline One(Slice name, BaselineScore[] scores, Func<BaselineScore, double> weight, double? cutoff)
    {
        var weighted = Sum(scores, weight);
        var (total, effective) = (scores.Sum(weight), weighted.EffectiveCount);
        var plain = Sample.Of(scores.Select(score => score.Score).ToArray());
        var squares = plain.Squares + plain.Count * (plain.Mean - weighted.Mean) * (plain.Mean - weighted.Mean);
        var low = cutoff is { } c ? scores.Where(score => score.Score <= c).Sum(weight) * (effective / total) : 0;
        var uneven = effective != scores.Length;
        return new SliceBaseline(
            name, scores.Length, weighted.Mean, scores.Length > 1 ? squares / (scores.Length - 1) : 0, cutoff is null ? null : (low + 0.5) / (effective + 1))
        {
            Weight = total == scores.Length ? null : total,
            Effective = uneven ? effective : null,
            Drawn = uneven ? plain.Mean : null,
            DrawnLow = uneven && cutoff is { } lowest ? (scores.Count(score => score.Score <= lowest) + 0.5) / (scores.Length + 1) : null,
        };
    }

    private static WeightedSample Sum(IEnumerable<BaselineScore> scores, Func<BaselineScore, double> weight) =>
        scores.Aggregate(default(WeightedSample), (sum, score) => sum.Add(score.Score, weight(score)));

    /// <summary>c; null for scores of two values, whose mean says all, and where even the lowest score is too frequent.</summary>
    private static double? Cutoff(Scale scale, IReadOnlyList<BaselineScore> scores)
    {
        if (scale.IsPassFail)
        {
            return null;
        }

        var sorted = scores.Select(score => score.Score).Order().ToArray();
        if (sorted.Distinct().Take(3).Count() < 3)
        {
            return null;
        }

        var most = (int)Math.Floor(LowTailShare * sorted.Length);
        // With most = 10 the candidates are those whose every equal lies within the first 10.
        var at = most - 1;
        while (at >= 0 && at + 1 < sorted.Length && sorted[at] == sorted[at + 1])
        {
            at--;
        }

        return at >= 0 ? sorted[at] : null;
    }
}
