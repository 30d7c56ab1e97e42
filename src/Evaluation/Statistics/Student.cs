namespace Assize.Evaluation.Statistics;

/// <summary>Student's t distribution, by the regularised incomplete beta function; degrees of freedom need not be whole.</summary>
public static class Student
{
    /// <summary>P(|T| ≥ |t|) with df &gt; 0 degrees of freedom: I(df/(df + t²); df/2, ½). Exact far into the tail. Source: DLMF 8.17, Abramowitz and Stegun 26.7.1.</summary>
    public static double TwoSided(double t, double df) => Beta.Regularized(df / 2, 0.5, df / (df + t * t), t * t / (df + t * t));

    /// <summary>P(T ≥ t).</summary>
    public static double Upper(double t, double df) => t >= 0 ? TwoSided(t, df) / 2 : 1 - TwoSided(t, df) / 2;

    /// <summary>P(T ≤ t).</summary>
    public static double Lower(double t, double df) => Upper(-t, df);

    /// <summary>The t with P(T ≤ t) = p, for p in (0, 1): Newton's steps on the tail, kept inside a shrinking bracket.</summary>
    public static double Quantile(double p, double df)
    {
        if (p is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "a quantile is asked for a probability between 0 and 1");
        }

        if (p < 0.5)
        {
            return -Above(p, df);
        }

        return p == 0.5 ? 0 : Above(1 - p, df);
    }

    private static double Above(double tail, double df)
    {
        var scale = Gamma.Log((df + 1) / 2) - Gamma.Log(df / 2) - 0.5 * Math.Log(df * Math.PI);
        double low = 0, high = double.PositiveInfinity, t = Math.Max(1e-3, -Normal.Quantile(tail));
        for (var i = 0; i < 400; i++)
        {
            var miss = Upper(t, df) - tail;
            (low, high) = miss > 0 ? (t, high) : (low, t);

            // Newton on the logarithm of the tail, which is nearly straight far out.
            var density = Math.Exp(scale - (df + 1) / 2 * Math.Log(1 + t * t / df));
            var upper = miss + tail;
            var next = upper > 0 && density > 0 ? t + Math.Log(upper / tail) * upper / density : high / 2;
            if (!(next > low && next < high))
            {
                next = double.IsPositiveInfinity(high) ? 2 * t : (low + high) / 2;
            }

            if (Math.Abs(next - t) <= 1e-15 * t)
            {
                return next;
            }

            t = next;
        }

        return t;
    }
}
