namespace Assize.Evaluation.Statistics;

/// <summary>How many pairs of a difference went up and down; the others are alike.</summary>
public readonly record struct Flows(long Better, long Worse)
{
    /// <summary>Whether some differ, and no more than half of so many.</summary>
    public bool AreSparse(long pairs) => Better + Worse > 0 && 2 * (Better + Worse) <= pairs;
}

/// <summary>
/// One-sided bounds of a mean difference of which few pairs differ. There the spread that was observed says too little: one lost case of 58 has a standard error of its own size, and d − t·SE would pass what no loss at all does not.
/// The spread is therefore taken under the bound itself, by the most likely shares p⁺ and p⁻ with (p⁺ − p⁻)·a = δ, where a is the typical size of a difference that is none of 0, and is never smaller than the observed one:
/// <code>
/// d − δ − c = t(0.95, C − 1)·√(max(s², a²(p⁺ + p⁻) − δ²)/C)      c = (1 − f)·a/(2n), half a step where a share f of the pairs differs
/// </code>
/// For pass and fail a = 1, and this is Tango's score interval with t in the place of z. Source: Tango 1998, Statistics in Medicine 17; with half a step at most 5 % of what is worse by just the margin passes
/// at all of 12 to 600 pairs and margins of 0.02 to 0.3 with losses alone (4.97 % at most, enumerated), and with wins and losses fewer.
/// </summary>
internal sealed class ScoreBound
{
    private const int Halvings = 60;

    private readonly double d, variance, width, typical, better, worse, step, clusters, t;

    /// <param name="d">The mean difference.</param>
    /// <param name="error">Its standard error, above 0.</param>
    /// <param name="clusters">C ≥ 2.</param>
    /// <param name="pairs">n.</param>
    /// <param name="flows">Pairs that differ, at least one.</param>
    /// <param name="width">W: a difference lies within ±W.</param>
    /// <param name="t">The quantile of Student's distribution.</param>
    public ScoreBound(double d, double error, long clusters, long pairs, Flows flows, double width, double t)
    {
        (this.d, this.width, this.clusters, this.t) = (d, width, clusters, t);
        variance = error * error * clusters;
        (better, worse) = ((double)flows.Better / pairs, (double)flows.Worse / pairs);
        typical = Math.Sqrt((variance * (clusters - 1) / clusters + d * d) / (better + worse));
        step = (1 - better - worse) / (2.0 * pairs);
    }

    /// <summary>How far below d a bound at δ would have to lie at least.</summary>
    public double Reach(double delta)
    {
        var size = Math.Min(width, Math.Max(typical, 2 * Math.Abs(delta)));
        var share = delta / size;
        return t * Math.Sqrt(Math.Max(variance, size * size * (Differing(share) - share * share)) / clusters) + step * size;
    }

    /// <summary>The lower bound: the largest δ below d that is not as likely as d; −W where all are.</summary>
    public double Lower() => Farthest(-width);

    /// <summary>The upper bound.</summary>
    public double Upper() => Farthest(width);

    private double Farthest(double end)
    {
        var (near, far) = (d, end);
        if (Math.Abs(d - far) <= Reach(far))
        {
            return end;
        }

        for (var i = 0; i < Halvings; i++)
        {
            var middle = (near + far) / 2;
            (near, far) = Math.Abs(d - middle) <= Reach(middle) ? (middle, far) : (near, middle);
        }

        return far;
    }

    /// <summary>p⁺ + p⁻ at its most likely, given p⁺ − p⁻: the root of a falling function.</summary>
    private double Differing(double share)
    {
        var (low, high) = (Math.Abs(share), 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var all = (low + high) / 2;
            var rising = Part(better, all + share) + Part(worse, all - share) - Part(1 - better - worse, 1 - all);
            (low, high) = rising > 0 ? (all, high) : (low, all);
        }

        return (low + high) / 2;
    }

    private static double Part(double seen, double likely) => seen <= 0 ? 0 : likely <= 0 ? double.PositiveInfinity : seen / likely;
}
