namespace Assize.Evaluation.Statistics;

/// <summary>The first of two independent shares less the second.</summary>
public static class ProportionDifference
{
    /// <summary>
    /// Newcombe's interval from the two Wilson intervals (l, u): d − sqrt((p1 − l1)² + (u2 − p2)²) to d + sqrt((u1 − p1)² + (p2 − l2)²). Source: Newcombe 1998, method 10.
    /// </summary>
    public static (double Low, double High) Newcombe(long successes1, long n1, long successes2, long n2, double confidence)
    {
        var z = Normal.Quantile(0.5 + confidence / 2);
        var (low1, high1) = Proportion.Wilson(successes1, n1, z);
        var (low2, high2) = Proportion.Wilson(successes2, n2, z);
        var (p1, p2) = ((double)successes1 / n1, (double)successes2 / n2);
        return (p1 - p2 - Length(p1 - low1, high2 - p2), p1 - p2 + Length(high1 - p1, p2 - low2));
    }

    /// <summary>The z statistic of no difference, with the pooled share p in its standard error sqrt(p(1 − p)(1/n1 + 1/n2)); null when all or none succeeded.</summary>
    public static double? PooledZ(long successes1, long n1, long successes2, long n2)
    {
        var p = (double)(successes1 + successes2) / (n1 + n2);
        var error = Math.Sqrt(p * (1 - p) * (1.0 / n1 + 1.0 / n2));
        return error > 0 ? ((double)successes1 / n1 - (double)successes2 / n2) / error : null;
    }

    /// <summary>The standard error sqrt(p1(1 − p1)/n1 + p2(1 − p2)/n2).</summary>
    public static double UnpooledError(long successes1, long n1, long successes2, long n2)
    {
        var (p1, p2) = ((double)successes1 / n1, (double)successes2 / n2);
        return Math.Sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2);
    }

    private static double Length(double a, double b) => Math.Sqrt(a * a + b * b);
}
