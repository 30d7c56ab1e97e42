namespace Assize.Evaluation.Statistics;

/// <summary>The beta distribution: its tails by the regularised incomplete beta function, and its quantiles.</summary>
public static class Beta
{
    /// <summary>
    /// I(x; a, b) for a, b &gt; 0 and x in [0, 1]: the continued fraction by the modified Lentz method, with a and b exchanged above x = (a + 1)/(a + b + 2).
    /// Source: DLMF 8.17.22.
    /// </summary>
    public static double Regularized(double a, double b, double x) => Regularized(a, b, x, 1 - x);

    /// <summary>The same where 1 − x is known better than x: both tails keep all of their digits.</summary>
    internal static double Regularized(double a, double b, double x, double complement)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(a);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(b);
        if (!(x >= 0 && complement >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, "a probability lies in [0, 1]");
        }

        if (x == 0 || complement == 0)
        {
            return x == 0 ? 0 : 1;
        }

        var front = Math.Exp(LogPower(a, b, x, complement));
        return x < (a + 1) / (a + b + 2)
            ? front * Fraction(a, b, x) / a
            : 1 - front * Fraction(b, a, complement) / b;
    }

    /// <summary>The x with I(x; a, b) = p, for p in [0, 1]: Newton's steps on the smaller tail, kept inside a shrinking bracket.</summary>
    public static double Quantile(double p, double a, double b)
    {
        if (!(p is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "a probability lies in [0, 1]");
        }

        if (p is 0 or 1)
        {
            return p;
        }

        double low = 0, high = 1, x = a / (a + b);
        for (var i = 0; i < 400; i++)
        {
            var miss = Regularized(a, b, x) - p;
            (low, high) = miss > 0 ? (low, x) : (x, high);
            var next = x - miss / Math.Exp(LogPower(a, b, x, 1 - x) - Math.Log(x) - Math.Log(1 - x));

            // Quantiles near 0 are found by their size, so the bracket is halved geometrically there.
            if (!(next > low && next < high))
            {
                next = low == 0 ? high / 16 : low < high / 4 ? Math.Sqrt(low * high) : (low + high) / 2;
            }

            if (Math.Abs(next - x) <= 1e-15 * x || next == 0)
            {
                return next;
            }

            x = next;
        }

        return x;
    }

    /// <summary>
    /// ln( xᵃ (1 − x)ᵇ / B(a, b) ). For large a and b around the peak a/(a + b), where the powers and the beta function would cancel. Source: Loader 2000.
    /// </summary>
    private static double LogPower(double a, double b, double x, double complement)
    {
        var n = a + b;
        if (a < 10 || b < 10)
        {
            return a * LogOf(x, complement) + b * LogOf(complement, x) - LogBeta(a, b);
        }

        var distance = x * b - complement * a;
        return a * LogOnePlus(distance / a) + b * LogOnePlus(-distance / b)
            + 0.5 * Math.Log(a * b / (2 * Math.PI * n))
            + Gamma.Remainder(n) - Gamma.Remainder(a) - Gamma.Remainder(b);
    }

    private static double LogOf(double x, double complement) => x < 0.5 ? Math.Log(x) : LogOnePlus(-complement);

    /// <summary>ln B(a, b); with one argument large the two large logarithms of gamma are subtracted by hand.</summary>
    private static double LogBeta(double a, double b)
    {
        var (small, large) = a < b ? (a, b) : (b, a);
        if (large < 10)
        {
            return Gamma.Log(small) + Gamma.Log(large) - Gamma.Log(small + large);
        }

        var n = small + large;
        return Gamma.Log(small) + small - small * Math.Log(n) - (large - 0.5) * LogOnePlus(small / large) + Gamma.Remainder(large) - Gamma.Remainder(n);
    }

    private static double LogOnePlus(double x)
    {
        var y = 1 + x;
        return y == 1 ? x : Math.Log(y) * x / (y - 1);
    }

    private static double Fraction(double a, double b, double x)
    {
        const double tiny = 1e-300;
        double c = 1, d = 1 / Nonzero(1 - (a + b) * x / (a + 1), tiny), h = d;

        // The number of terms grows with the square root of the larger parameter.
        var most = 1000 + 20 * (int)Math.Sqrt(Math.Min(1e12, Math.Max(a, b)));
        for (var m = 1; m <= most; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Nonzero(1 + even * d, tiny);
            c = Nonzero(1 + even / c, tiny);
            h *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Nonzero(1 + odd * d, tiny);
            c = Nonzero(1 + odd / c, tiny);
            var step = d * c;
            h *= step;
            if (Math.Abs(step - 1) < 3e-16)
            {
                return h;
            }
        }

        throw new ArithmeticException($"the incomplete beta function of a = {a:R}, b = {b:R}, x = {x:R} did not converge");
    }

    private static double Nonzero(double x, double tiny) => Math.Abs(x) < tiny ? tiny : x;
}
