namespace Assize.Evaluation.Statistics;

/// <summary>
/// How far two histograms over the same ordered categories lie apart: descriptions for a report and never an alarm, for each has a floor that sampling alone reaches
/// (<see cref="NullStability"/>). a is the reference's share of a category, b the current one's. Source: statistics.md 1.8.
/// </summary>
public sealed class Divergence
{
    private const double Floor = 1e-4;

    private readonly double[] values;
    private readonly double[] reference;
    private readonly double[] current;
    private readonly double[] a;
    private readonly double[] b;
    private readonly double n1;
    private readonly double n2;

    /// <param name="values">The categories' values, rising.</param>
    /// <param name="reference">Counts; some must be positive.</param>
    /// <param name="current">Counts; some must be positive.</param>
    public Divergence(ReadOnlySpan<double> values, ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        (this.values, this.reference, this.current) = (values.ToArray(), reference.ToArray(), current.ToArray());
        (n1, n2) = (this.reference.Sum(), this.current.Sum());
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n2);
        (a, b) = ([.. this.reference.Select(count => count / n1)], [.. this.current.Select(count => count / n2)]);
    }

    /// <summary>PSI = Σ(b − a) ln(b/a), with half a count more in every category: (count + ½)/(n + K/2).</summary>
    public double Stability => Sum((p, q) => (q - p) * Math.Log(q / p), Half(reference, n1), Half(current, n2));

    /// <summary>PSI as it is often computed: shares below 1e-4 raised to that, so that one empty category alone may exceed 0.1.</summary>
    public double FlooredStability => Sum((p, q) => p == 0 && q == 0 ? 0 : (Math.Max(q, Floor) - Math.Max(p, Floor)) * Math.Log(Math.Max(q, Floor) / Math.Max(p, Floor)), a, b);

    /// <summary>What sampling alone makes PSI, on average: (K − 1)(1/n₁ + 1/n₂), K categories seen.</summary>
    public double NullStability => (Seen - 1) * (1 / n1 + 1 / n2);

    /// <summary>P(PSI at least as large) when both came from one law: PSI/(1/n₁ + 1/n₂) is about a chi-square of K − 1 degrees of freedom; null with one category.</summary>
    public double? StabilityP => Seen > 1 ? ChiSquare.Upper(Stability / (1 / n1 + 1 / n2), Seen - 1) : null;

    /// <summary>Jensen and Shannon's divergence in nats; over ln 2 in bits.</summary>
    public double JensenShannon => Sum((p, q) => (Part(p, q) + Part(q, p)) / 2, a, b);

    /// <summary>Its root, in root nats.</summary>
    public double JensenShannonDistance => Math.Sqrt(Math.Max(0, JensenShannon));

    /// <summary>What sampling alone makes the divergence, on average: an eighth of <see cref="NullStability"/>, for small differences.</summary>
    public double NullJensenShannon => NullStability / 8;

    /// <summary>Σ b ln(b/a) with half a count more in every category, in nats.</summary>
    public double KullbackLeibler => Sum((p, q) => q * Math.Log(q / p), Half(reference, n1), Half(current, n2));

    /// <summary>½ Σ|b − a|.</summary>
    public double TotalVariation => Sum((p, q) => Math.Abs(q - p), a, b) / 2;

    /// <summary>sqrt(½ Σ(√b − √a)²).</summary>
    public double Hellinger => Math.Sqrt(Sum((p, q) => Square(Math.Sqrt(q) - Math.Sqrt(p)), a, b) / 2);

    /// <summary>Wasserstein-1 = Σ|F − G|·step, in points.</summary>
    public double Wasserstein => Steps((gap, step) => Math.Abs(gap) * step);

    /// <summary>What sampling alone makes it, on average: Σ sqrt( 2/π·F(1 − F)(1/n₁ + 1/n₂) )·step, in points.</summary>
    public double NullWasserstein
    {
        get
        {
            double below = 0, sum = 0;
            for (var k = 0; k + 1 < values.Length; k++)
            {
                below += (reference[k] + current[k]) / (n1 + n2);
                sum += Math.Sqrt(2 / Math.PI * Math.Max(0, below * (1 - below)) * (1 / n1 + 1 / n2)) * (values[k + 1] - values[k]);
            }

            return sum;
        }
    }

    /// <summary>sqrt(2 Σ(F − G)²·step), in root points.</summary>
    public double Energy => Math.Sqrt(2 * Steps((gap, step) => gap * gap * step));

    /// <summary>D = max|F − G|.</summary>
    public double Kolmogorov
    {
        get
        {
            double gap = 0, most = 0;
            for (var k = 0; k < values.Length; k++)
            {
                gap += b[k] - a[k];
                most = Math.Max(most, Math.Abs(gap));
            }

            return most;
        }
    }

    /// <summary>The reference's standard deviation in points, divided by n.</summary>
    public double ReferenceDeviation
    {
        get
        {
            var mean = values.Zip(a, (value, share) => value * share).Sum();
            return Math.Sqrt(values.Zip(a, (value, share) => share * Square(value - mean)).Sum());
        }
    }

    private int Seen => reference.Zip(current, (p, q) => p + q > 0).Count(seen => seen);

    /// <summary>The same of two samples of any numbers: every distinct value is a category.</summary>
    public static Divergence Of(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        var (x, y) = (reference.ToArray(), current.ToArray());
        double[] values = [.. x.Concat(y).Distinct().Order()];
        return new Divergence(values, Counts(x, values), Counts(y, values));
    }

    private static double[] Counts(double[] sample, double[] values)
    {
        var counts = new double[values.Length];
        foreach (var value in sample)
        {
            counts[Array.BinarySearch(values, value)]++;
        }

        return counts;
    }

    private static double[] Half(double[] counts, double n) => [.. counts.Select(count => (count + 0.5) / (n + counts.Length / 2.0))];

    private static double Part(double p, double q) => p > 0 ? p * Math.Log(2 * p / (p + q)) : 0;

    private static double Sum(Func<double, double, double> term, double[] p, double[] q) => p.Zip(q, term).Sum();

    private static double Square(double x) => x * x;

    private double Steps(Func<double, double, double> term)
    {
        double gap = 0, sum = 0;
        for (var k = 0; k + 1 < values.Length; k++)
        {
            gap += b[k] - a[k];
            sum += term(gap, values[k + 1] - values[k]);
        }

        return sum;
    }
}
