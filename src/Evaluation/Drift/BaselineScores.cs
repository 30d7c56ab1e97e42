using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Drift;

/// <summary>A score that a baseline is made from, in the order in which it was recorded.</summary>
/// <param name="Slice">The part of the traffic; for an anchor, its item.</param>
/// <param name="Score">In points.</param>
public readonly record struct BaselineScore(Slice Slice, double Score);

/// <summary>Makes a baseline from recorded scores.</summary>
public static class BaselineScores
{
    /// <summary>With fewer scores nothing can be said.</summary>
    public const int Fewest = 50;

    /// <summary>From here on the band holds the false alarms where they should be; below it they are more.</summary>
    public const int Enough = 500;

    /// <summary>A slice with fewer scores is pooled with the other rare ones.</summary>
    public const int FewestInSlice = 30;

    private const double LowTailShare = 0.1;

    /// <summary>
    /// A baseline of the stream's own scores: slice means, s and ρ of the residuals, the band of one standard error, and the low tail
    /// (c = largest score with at most 10 % at or below; share (k + ½)/(n + 1) by slice).
    /// </summary>
    /// <exception cref="EvaluationException">Scores lie outside the scale, or there are none.</exception>
    public static Baseline Of(BaselineId id, Scale scale, IReadOnlyList<BaselineScore> scores)
    {
        var width = Checked(scale, scores);
        var cutoff = Cutoff(scale, scores);
        var slices = Slices(scores, cutoff);
        var table = new SliceTable(slices);
        return new Baseline
        {
            Id = id,
            Scale = scale,
            Count = scores.Count,
            Mean = Of(scores, table, (score, slice) => (score.Score - slice.Mean) / width, scores.Average(score => score.Score - scale.Min) / width),
            LowTail = slices[0].LowShare is null ? null : Of(
                scores, table, (score, slice) => (score.Score <= cutoff ? 1 : 0) - slice.LowShare!.Value, slices.Sum(slice => slice.Count * slice.LowShare!.Value) / scores.Count),
            LowCutoff = cutoff,
            Slices = table,
        };
    }

    private static ChannelBaseline Of(IReadOnlyList<BaselineScore> scores, SliceTable table, Func<BaselineScore, SliceBaseline, double> residual, double centre)
    {
        double squares = 0, products = 0, last = 0;
        foreach (var score in scores)
        {
            var own = residual(score, table.Find(score.Slice)!);
            squares += own * own;
            products += own * last;
            last = own;
        }

        return Channel(centre, squares, scores.Count, Math.Max(1, scores.Count - table.All.Length), squares > 0 ? Math.Clamp(products / squares, 0, 0.99) : 0);
    }

    /// <summary>
    /// A channel from its sum of squares. Scores that hardly ever differed say little about how much they may: s is at least that of half a differing score,
    /// the band at least one score in n.
    /// </summary>
    internal static ChannelBaseline Channel(double centre, double squares, long count, double freedom, double carry)
    {
        var deviation = Math.Max(Math.Sqrt(squares / freedom), 0.5 / Math.Sqrt(count + 1));
        return new ChannelBaseline(centre, deviation, carry, Math.Max(deviation / Math.Sqrt(count), 1.0 / (count + 1)));
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

    private static SliceBaseline[] Slices(IReadOnlyList<BaselineScore> scores, double? cutoff)
    {
        var groups = scores.GroupBy(score => score.Slice).ToArray();
        var rare = groups.Where(group => group.Count() < FewestInSlice).ToArray();
        var all = groups.Except(rare).Select(group => One(group.Key, [.. group], cutoff)).ToList();
        if (rare.Length > 0)
        {
            all.Add(One(SliceTable.Rest, [.. rare.SelectMany(group => group)], cutoff) with { Pooled = [.. rare.Select(group => group.Key).Order()] });
        }

        return [.. all];
    }

    private static SliceBaseline One(Slice name, BaselineScore[] scores, double? cutoff)
    {
        var sample = Sample.Of(scores.Select(score => score.Score).ToArray());
        return new SliceBaseline(name, scores.Length, sample.Mean, sample.Variance ?? 0, cutoff is { } c ? (scores.Count(score => score.Score <= c) + 0.5) / (scores.Length + 1) : null);
    }

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
