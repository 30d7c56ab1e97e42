using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>One criterion of a release gate, or one judge of pairs: whether B is no worse than A by more than a margin.</summary>
public sealed record GateLine
{
    public required JudgeName Judge { get; init; }

    /// <summary>The criterion; null for a judge of pairs, of whom the win rate is held.</summary>
    public CriterionName? Criterion { get; init; }

    /// <summary>The scale of what is held; a win rate's is 0 to 1.</summary>
    public required Scale Scale { get; init; }

    /// <summary>B − A on the scale, or B's win rate − ½; null when nothing was paired.</summary>
    public required double? Difference { get; init; }

    /// <summary>Why there is no difference; null when there is one.</summary>
    public string? Undefined { get; init; }

    /// <summary>M, the margin in points of the scale.</summary>
    public required double Margin { get; init; }

    /// <summary>Cases, or trials of a judge of pairs, that the difference rests on.</summary>
    public required long Pairs { get; init; }

    /// <summary>The verdict; its bounds are cut off where no difference can lie.</summary>
    public required Gate Gate { get; init; }

    /// <summary>The name by which it is asked for, as in <c>quality/correctness</c>, or <c>duel</c> for a judge of pairs.</summary>
    public string Name => Criterion is { } criterion ? $"{Judge}/{criterion}" : Judge.Value;

    /// <summary>Everything in a report by which B can be held against A, over all of its cases.</summary>
    /// <param name="report">The report, whole or partial.</param>
    /// <param name="a">The baseline.</param>
    /// <param name="b">The candidate in question.</param>
    /// <param name="share">How much worse is still good enough, as a share of the scale's width, 0 to 1.</param>
    public static ImmutableArray<GateLine> Of(Report report, CandidateName a, CandidateName b, double share) =>
    [
        .. report.Differences.Where(line => line.Slice == Slice.All && Between(line.A, line.B, a, b)).Select(line => Of(line, line.A == a ? 1 : -1, share)),
        .. report.Preferences.Where(line => line.Slice == Slice.All && Between(line.A, line.B, a, b)).Select(line => Of(line, line.A == a ? 1 : -1, share)),
    ];

    private static GateLine Of(DifferenceLine line, int sign, double share)
    {
        var width = line.Scale.Max - line.Scale.Min;
        return new GateLine
        {
            Judge = line.Judge,
            Criterion = line.Criterion,
            Scale = line.Scale,
            Difference = sign * line.Estimate.Value,
            Undefined = line.Estimate.Undefined,
            Margin = share * width,
            Pairs = line.Pairs,
            Gate = Gate.NonInferiority(sign * line.Estimate.Value, line.StandardError, line.Clusters, line.Pairs, share * width, width).Within(width),
        };
    }

    private static GateLine Of(PreferenceLine line, int sign, double share)
    {
        var ahead = sign * (line.WinRate.Value - 0.5);
        // A report from before standard errors were kept has p, and is no case of comparisons that all ended alike.
        var width = line.P is null ? 0.5 : (double?)null;
        return new GateLine
        {
            Judge = line.Judge,
            Scale = Scale.PassFail,
            Difference = ahead,
            Undefined = line.WinRate.Undefined,
            Margin = share,
            Pairs = line.Coverage.Scored,
            Gate = Gate.NonInferiority(ahead, line.StandardError, line.Clusters, line.Coverage.Scored, share, width).Within(0.5),
        };
    }

    private static bool Between(CandidateName one, CandidateName other, CandidateName a, CandidateName b) => (one == a && other == b) || (one == b && other == a);
}
