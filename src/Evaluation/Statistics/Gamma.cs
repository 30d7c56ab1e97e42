namespace Assize.Evaluation.Statistics;

/// <summary>The gamma function in logarithms, and the regularised incomplete gamma functions.</summary>
public static class Gamma
{
    private const double LogRootTwoPi = 0.91893853320467274178;

    /// <summary>From here on Stirling's series is exact to the last digit.</summary>
    private const double Far = 12;

    /// <summary>ln Γ(x) for x &gt; 0, by Stirling's series after x is shifted above 12. Source: DLMF 5.11.1 and 5.5.1.</summary>
    public static double Log(double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(x);
        if (x is 1 or 2)
        {
            return 0;
        }

        double shift = 0;
        if (x < Far)
        {
            var product = 1.0;
            while (x < Far)
            {
                product *= x;
                x++;
            }

            shift = Math.Log(product);
        }

        return (x - 0.5) * Math.Log(x) - x + LogRootTwoPi + Remainder(x) - shift;
    }

    /// <summary>What ln Γ(x) has beyond (x − ½) ln x − x + ½ ln 2π, for x ≥ 10: 1/12x − 1/360x³ + … Source: DLMF 5.11.1.</summary>
    public static double Remainder(double x)
    {
        var r = 1 / (x * x);
        return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * (691.0 / 360360 - r / 156)))))) / x;
    }

    /// <summary>
    /// Q(a, x) = Γ(a, x)/Γ(a) for a &gt; 0, x ≥ 0: the series of P below x = a + 1, and above it the continued fraction by Lentz's method,
    /// so that a small tail is never a difference of large numbers. Source: DLMF 8.11.4 and 8.9.2.
    /// </summary>
    public static double Upper(double a, double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(a);
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        return x < a + 1 ? 1 - Series(a, x) : Fraction(a, x);
    }

    private static double Series(double a, double x)
    {
        double term = 1 / a, sum = term;
        for (var n = 1; term > sum * 1e-17; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return x == 0 ? 0 : sum * Math.Exp(a * Math.Log(x) - x - Log(a));
    }

    private static double Fraction(double a, double x)
    {
        const double tiny = 1e-300;
        var b = x + 1 - a;
        double c = 1 / tiny, d = 1 / b, h = d;
        for (var i = 1; ; i++)
        {
            var an = -i * (i - a);
            b += 2;
            d = 1 / Nonzero(an * d + b, tiny);
            c = Nonzero(b + an / c, tiny);
            var step = d * c;
            h *= step;
            if (Math.Abs(step - 1) < 1e-16)
            {
                return h * Math.Exp(a * Math.Log(x) - x - Log(a));
            }
        }
    }

    private static double Nonzero(double x, double tiny) => Math.Abs(x) < tiny ? tiny : x;
}
