namespace Assize.Evaluation.Statistics;

/// <summary>Shares of successes with their score intervals.</summary>
public static class Proportion
{
    /// <summary>The standard normal 97.5 % point.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>
    /// Wilson's score interval: centre (p + z²/2n)/(1 + z²/n), half width z/(1 + z²/n) · sqrt(p(1 − p)/n + z²/4n²), clipped to [0, 1]. Source: Wilson 1927.
    /// </summary>
    public static (double Low, double High) Wilson(long successes, long n, double z = Z95)
    {
        if (n <= 0 || successes < 0 || successes > n)
        {
            throw new ArgumentOutOfRangeException(nameof(n), $"{successes} successes of {n} are no proportion");
        }

        var p = (double)successes / n;
        var inflate = 1 + z * z / n;
        var centre = (p + z * z / (2.0 * n)) / inflate;
        var half = z / inflate * Math.Sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
        // At the ends the interval touches the end exactly; rounding must not leave a sliver.
        return (successes == 0 ? 0 : Math.Max(0, centre - half), successes == n ? 1 : Math.Min(1, centre + half));
    }

    /// <summary>
    /// McNemar's exact two-sided p for paired passes and failures: 2·P(X ≤ min(n01, n10)), X ~ Bin(n01 + n10, ½), at most 1. 1 when no pair differs.
    /// </summary>
    public static double McNemar(long n01, long n10)
    {
        var n = n01 + n10;
        if (n == 0)
        {
            return 1;
        }

        var k = Math.Min(n01, n10);
        // P(X ≤ k) = I(n − k, k + 1) at ½.
        return Math.Min(1, 2 * MathNet.Numerics.SpecialFunctions.BetaRegularized(n - k, k + 1, 0.5));
    }
}
