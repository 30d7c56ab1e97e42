using MathNet.Numerics;

namespace Assize.Evaluation.Statistics;

/// <summary>Student's t distribution, by the regularised incomplete beta function.</summary>
public static class Student
{
    /// <summary>P(|T| ≥ |t|) with df degrees of freedom: I(df/2, 1/2) at df/(df + t²). Exact far into the tail.</summary>
    public static double TwoSided(double t, double df) => SpecialFunctions.BetaRegularized(df / 2, 0.5, df / (df + t * t));

    /// <summary>P(T ≥ t).</summary>
    public static double Upper(double t, double df) => t >= 0 ? TwoSided(t, df) / 2 : 1 - TwoSided(t, df) / 2;

    /// <summary>
    /// The t with P(T ≤ t) = p, for p in (0, 1) and df ≥ 1, by bisection of the tail, which is monotone.
    /// </summary>
    public static double Quantile(double p, double df)
    {
        if (p is <= 0 or >= 1)
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "a quantile is asked for a probability between 0 and 1");
        }

        if (p < 0.5)
        {
            return -Quantile(1 - p, df);
        }

        var tail = 1 - p;
        double low = 0, high = 1;
        while (Upper(high, df) > tail)
        {
            high *= 2;
        }

        for (var i = 0; i < 200 && high - low > 1e-15 * high; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Upper(middle, df) > tail ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
