namespace Assize.Evaluation.Statistics;

/// <summary>A share of successes, with its intervals.</summary>
public static class Proportion
{
    /// <summary>The standard normal 97.5 % point.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>
    /// Wilson's score interval: centre (p + z²/2n)/(1 + z²/n), half width z/(1 + z²/n) · sqrt(p(1 − p)/n + z²/4n²), clipped to [0, 1]. Source: Wilson 1927.
    /// </summary>
    public static (double Low, double High) Wilson(long successes, long n, double z = Z95)
    {
        Check(successes, n);
        return Wilson((double)successes / n, (double)n, z);
    }

    /// <summary>The same of a share that is as certain as one of so many independent observations, as after weighting.</summary>
    /// <param name="p">In [0, 1].</param>
    /// <param name="n">Above 0, whole or not.</param>
    public static (double Low, double High) Wilson(double p, double n, double z = Z95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegative(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p, 1);
        var inflate = 1 + z * z / n;
        var centre = (p + z * z / (2 * n)) / inflate;
        var half = z / inflate * Math.Sqrt(p * (1 - p) / n + z * z / (4 * n * n));
        // At the ends the interval touches the end exactly; rounding must not leave a sliver.
        return (p == 0 ? 0 : Math.Max(0, centre - half), p == 1 ? 1 : Math.Min(1, centre + half));
    }

    /// <summary>The Clopper-Pearson interval, which covers at least so often: Beta(α/2; k, n − k + 1) to Beta(1 − α/2; k + 1, n − k). Source: Clopper and Pearson 1934.</summary>
    /// <param name="confidence">1 − α, in (0, 1).</param>
    public static (double Low, double High) ClopperPearson(long successes, long n, double confidence)
    {
        Check(successes, n);
        var tail = (1 - confidence) / 2;
        return (
            successes == 0 ? 0 : Beta.Quantile(tail, successes, n - successes + 1),
            successes == n ? 1 : Beta.Quantile(1 - tail, successes + 1, n - successes));
    }

    /// <summary>The Agresti-Coull interval: Wald's after z²/2 successes and as many failures were added, clipped to [0, 1]. Source: Agresti and Coull 1998.</summary>
    public static (double Low, double High) AgrestiCoull(long successes, long n, double confidence)
    {
        Check(successes, n);
        var z = Normal.Quantile(0.5 + confidence / 2);
        var more = n + z * z;
        var p = (successes + z * z / 2) / more;
        var half = z * Math.Sqrt(p * (1 - p) / more);
        return (Math.Max(0, p - half), Math.Min(1, p + half));
    }

    /// <summary>Jeffreys' interval: the equal tails of Beta(k + ½, n − k + ½), ends not overridden. Source: Brown, Cai, DasGupta 2001.</summary>
    public static (double Low, double High) Jeffreys(long successes, long n, double confidence)
    {
        Check(successes, n);
        var tail = (1 - confidence) / 2;
        return (Beta.Quantile(tail, successes + 0.5, n - successes + 0.5), Beta.Quantile(1 - tail, successes + 0.5, n - successes + 0.5));
    }

    private static void Check(long successes, long n)
    {
        if (n <= 0 || successes < 0 || successes > n)
        {
            throw new ArgumentOutOfRangeException(nameof(n), $"{successes} successes of {n} are no proportion");
        }
    }
}
