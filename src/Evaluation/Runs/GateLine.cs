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

    /// <summary>Cases, or trials, that were due and lack a value on a side.</summary>
    public required long Missing { get; init; }

    /// <summary>The difference if everything missing had turned out worst, and best, for B; null when nothing is missing.</summary>
    public Bounds? Bounds { get; init; }

    /// <summary>Whether a pass rests on what is not known: with everything missing against it, B would be worse by the margin or more.</summary>
    public bool Fragile => Gate.Verdict is GateVerdict.Pass && Bounds is { } bounds && bounds.Worst <= -Margin;

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
            Difference = Signed(sign, line.Estimate.Value),
            Undefined = line.Estimate.Undefined,
            Margin = share * width,
            Pairs = line.Pairs,
            Missing = line.Unpaired,
            Bounds = Signed(sign, line.Bounds, 0),
            Gate = line.NonInferiority(share * width, sign == 1 ? line.A : line.B).Within(width),
        };
    }

    private static GateLine Of(PreferenceLine line, int sign, double share)
    {
        var ahead = Signed(sign, line.WinRate.Value - 0.5);
        var (better, worse) = sign == 1 ? (line.BWins, line.AWins) : (line.AWins, line.BWins);
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
            Missing = line.Coverage.Trials - line.Coverage.Scored,
            Bounds = Signed(sign, line.Bounds, 0.5),
            Gate = Gate.NonInferiority(ahead, line.StandardError, line.Clusters, line.Coverage.Scored, share, width, new Flows(better, worse)).Within(0.5),
        };
    }

    // The other way round, and no negative zero.
    private static double? Signed(int sign, double? value) => value is { } number ? sign * number + 0.0 : null;

    private static Bounds? Signed(int sign, Bounds? bounds, double from) => bounds is not { } known ? null
        : sign == 1 ? new Bounds(known.Worst - from, known.Best - from)
        : new Bounds(from - known.Best + 0.0, from - known.Worst + 0.0);

    private static bool Between(CandidateName one, CandidateName other, CandidateName a, CandidateName b) => (one == a && other == b) || (one == b && other == a);
}
