using MathNet.Numerics;

namespace Assize.Evaluation.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    /// <summary>P(Z ≤ z) = erfc(−z/√2)/2, exact far into the tail.</summary>
    public static double Lower(double z) => SpecialFunctions.Erfc(-z / Constants.Sqrt2) / 2;

    /// <summary>P(Z ≥ z).</summary>
    public static double Upper(double z) => Lower(-z);

    /// <summary>P(|Z| ≥ |z|).</summary>
    public static double TwoSided(double z) => SpecialFunctions.Erfc(Math.Abs(z) / Constants.Sqrt2);

    /// <summary>The z with P(Z ≤ z) = p, for p in (0, 1); one step of Newton's method sharpens the inverse of erfc.</summary>
    public static double Quantile(double p)
    {
        if (p is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "a quantile is asked for a probability between 0 and 1");
        }

        if (p > 0.5)
        {
            return -Quantile(1 - p);
        }

        var z = -Constants.Sqrt2 * SpecialFunctions.ErfcInv(2 * p);
        var density = Math.Exp(-z * z / 2) / Constants.Sqrt2Pi;
        return density > 0 ? z - (Lower(z) - p) / density : z;
    }
}
