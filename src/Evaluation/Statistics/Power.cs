namespace Assize.Evaluation.Statistics;

/// <summary>How many items a comparison needs, and what it can see with those it has; two-sided at level α with power 1 − β.</summary>
public static class Power
{
    /// <summary>Items to see a mean difference δ of paired values with standard deviation s: ((z + z)·s/δ)² × design effect.</summary>
    public static double Items(double effect, double deviation, double alpha, double power, double designEffect = 1)
    {
        var ratio = Reach(alpha, power) * deviation / effect;
        return ratio * ratio * designEffect;
    }

    /// <summary>The least difference that n items show with the power: (z + z)·s/√n, n divided by the design effect where items come in clusters.</summary>
    public static double LeastDifference(double items, double deviation, double alpha, double power) => Reach(alpha, power) * deviation / Math.Sqrt(items);

    /// <summary>The same number of items by the noncentral t law instead of the normal one, found by bisection; not rounded. At least 2.</summary>
    public static double ItemsByT(double effect, double deviation, double alpha, double power)
    {
        var shift = Math.Abs(effect) / deviation;
        double low = 2, high = Math.Max(4, 2 * Items(effect, deviation, alpha, power) + 10);
        for (var i = 0; i < 60 && high - low > 1e-9 * high; i++)
        {
            var n = (low + high) / 2;
            (low, high) = OfT(shift, n, alpha) < power ? (n, high) : (low, n);
        }

        return (low + high) / 2;
    }

    /// <summary>Items per side to see two independent shares apart: (z + z)²·(p1 q1 + p2 q2)/(p1 − p2)².</summary>
    public static double ItemsPerSide(double p1, double p2, double alpha, double power)
    {
        var ratio = Reach(alpha, power) / (p1 - p2);
        return ratio * ratio * (p1 * (1 - p1) + p2 * (1 - p2));
    }

    /// <summary>The same on the arcsine scale: 2·((z + z)/h)².</summary>
    public static double ItemsPerSideByArcsine(double p1, double p2, double alpha, double power)
    {
        var ratio = Reach(alpha, power) / CohensH(p1, p2);
        return 2 * ratio * ratio;
    }

    /// <summary>h = 2 asin √p1 − 2 asin √p2. Source: Cohen 1988.</summary>
    public static double CohensH(double p1, double p2) => 2 * Math.Asin(Math.Sqrt(p1)) - 2 * Math.Asin(Math.Sqrt(p2));

    private static double Reach(double alpha, double power) => Normal.Quantile(1 - alpha / 2) + Normal.Quantile(power);

    /// <summary>The power of a two-sided t test of n items with a shift of so many standard deviations.</summary>
    private static double OfT(double shift, double n, double alpha)
    {
        var df = n - 1;
        var critical = Student.Quantile(1 - alpha / 2, df);
        var centre = shift * Math.Sqrt(n);

        // T = (Z + centre)/S with S² a chi-square over df: the tails given S = s, averaged over its law by Simpson's rule.
        const int steps = 400;
        var (low, high) = (Math.Max(1e-9, 1 - 9 / Math.Sqrt(2 * df)), 1 + 9 / Math.Sqrt(2 * df));
        var scale = Math.Log(2) + df / 2 * Math.Log(df / 2) - Gamma.Log(df / 2);
        var sum = 0.0;
        for (var i = 0; i <= steps; i++)
        {
            var s = low + (high - low) * i / steps;
            var density = Math.Exp(scale + (df - 1) * Math.Log(s) - df * s * s / 2);
            var weight = i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * density * (Normal.Upper(critical * s - centre) + Normal.Lower(-critical * s - centre));
        }

        return sum * (high - low) / steps / 3;
    }
}
