using Assize.Evaluation.Statistics;
using MathNet.Numerics;
using MathNet.Numerics.Integration;
using MathNet.Numerics.RootFinding;

namespace Assize.Evaluation.Drift;

/// <summary>
/// Scores to a false alarm of the two-sided EWMA chart, for independent normal scores whose mean and deviation are known. In units of its own standard deviation the mean
/// u = E/sd(E) is an autoregression of variance 1 that alarms outside ±L, and the expected scores from u on are
/// <code>
/// N_t(u) = 1 + ∫_(−L)^L φ((v − r u)/s)/s · N_(t+1)(v) dv      r = (1 − l)·sd(E_t)/sd(E_(t+1)), which becomes 1 − l      s² = 1 − r²
/// </code>
/// An old chart's N solves the integral equation with r = 1 − l, by Gauss-Legendre quadrature; a young one's, whose exact limits are narrower, follows from it backwards,
/// score by score. Source: Crowder 1987; Lucas, Saccucci 1990; Knoth 2003 (limits that are exact from the first score on).
/// </summary>
public static class EwmaRunLength
{
    // From where on (1 − l)^(2t), by which the limits of a chart of age t fall short of an old one's, changes no digit that is printed.
    private const double Old = 1e-6;

    // A chart that alarms at every score has no limit left.
    private const double Fewest = 1.01;

    /// <summary>With limits that are exact from the first score on, as <see cref="EwmaDetector"/> has them.</summary>
    /// <param name="weight">l, above 0 and at most 1.</param>
    /// <param name="limit">L, in standard deviations of E.</param>
    public static double Exact(double weight, double limit)
    {
        var nodes = Nodes(weight, limit);
        var scores = Steady(nodes, weight, limit);
        var kept = (1 - weight) * (1 - weight);
        for (var age = (int)Math.Ceiling(Math.Max(1, Math.Log(Old) / Math.Log(kept))); age > 1; age--)
        {
            var correlation = (1 - weight) * Math.Sqrt((1 - Math.Pow(kept, age - 1)) / (1 - Math.Pow(kept, age)));
            scores = [.. nodes.Select(node => Next(nodes, node.At, correlation, scores))];
        }

        return Next(nodes, 0, 0, scores);
    }

    /// <summary>With the limits of an old chart from the first score on: the chart of the textbooks.</summary>
    public static double Constant(double weight, double limit)
    {
        var nodes = Nodes(weight, limit);
        return Next(nodes, 0, 1 - weight, Steady(nodes, weight, limit));
    }

    /// <summary>The limit L of the exact chart that raises a false alarm once in so many scores.</summary>
    public static double Limit(double weight, double scores)
    {
        var wanted = Math.Max(Fewest, scores);
        // Scores that hang together stay inside their limits for longer than independent ones, for which L is a quantile (Šidák 1967).
        return Brent.FindRoot(limit => Math.Log(Exact(weight, limit) / wanted), 1e-3, -Normal.Quantile(1 / (2 * wanted)) + 1e-3, 1e-9, 200);
    }

    /// <summary>The nodes above 0: N is the same on both sides, so that half of them are enough.</summary>
    private static (double At, double Weight)[] Nodes(double weight, double limit)
    {
        // Closer together than the steps of u are wide.
        var order = 2 * (int)Math.Ceiling(limit * 2 / Spread(1 - weight) + 8);
        var rule = new GaussLegendreRule(-limit, limit, order);
        return [.. rule.Abscissas.Zip(rule.Weights).Where(node => node.First > 0)];
    }

    /// <summary>N of an old chart at the nodes. States are eliminated by what leaves them, which takes no differences of nearly equal numbers, however rare alarms are (Grassmann, Taksar, Heyman 1985).</summary>
    private static double[] Steady((double At, double Weight)[] nodes, double weight, double limit)
    {
        var (r, s) = (1 - weight, Spread(1 - weight));
        var steps = nodes.Select(from => nodes.Select(to => Step(from.At, to, r, s)).ToArray()).ToArray();
        var alarms = nodes.Select(from => Normal.Upper((limit - r * from.At) / s) + Normal.Upper((limit + r * from.At) / s)).ToArray();
        var scores = nodes.Select(_ => 1.0).ToArray();
        var leaving = new double[nodes.Length];
        for (var k = nodes.Length - 1; k >= 0; k--)
        {
            leaving[k] = alarms[k] + steps[k].AsSpan(0, k).ToArray().Sum();
            for (var i = 0; i < k; i++)
            {
                var share = steps[i][k] / leaving[k];
                alarms[i] += share * alarms[k];
                scores[i] += share * scores[k];
                for (var j = 0; j < k; j++)
                {
                    steps[i][j] += share * steps[k][j];
                }
            }
        }

        for (var k = 0; k < nodes.Length; k++)
        {
            scores[k] = (scores[k] + Enumerable.Range(0, k).Sum(j => steps[k][j] * scores[j])) / leaving[k];
        }

        return scores;
    }

    private static double Next((double At, double Weight)[] nodes, double from, double correlation, double[] after)
    {
        var spread = Spread(correlation);
        var sum = 1.0;
        for (var j = 0; j < nodes.Length; j++)
        {
            sum += Step(from, nodes[j], correlation, spread) * after[j];
        }

        return sum;
    }

    /// <summary>The probability of a step to a node or to its mirror image.</summary>
    private static double Step(double from, (double At, double Weight) to, double correlation, double spread)
    {
        var (near, far) = ((to.At - correlation * from) / spread, (to.At + correlation * from) / spread);
        return to.Weight * (Math.Exp(-near * near / 2) + Math.Exp(-far * far / 2)) / (spread * Constants.Sqrt2Pi);
    }

    private static double Spread(double correlation) => Math.Sqrt(1 - correlation * correlation);
}
