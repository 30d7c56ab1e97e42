namespace Assize.Evaluation.Statistics;

/// <summary>One p for several tests of the same hypothesis.</summary>
public static class Combination
{
    /// <summary>−2 Σ ln p, a chi-square of 2m degrees of freedom when the tests are independent. Source: Fisher 1932.</summary>
    public static (double Statistic, double P) Fisher(ReadOnlySpan<double> p)
    {
        double sum = 0;
        foreach (var value in p)
        {
            sum -= 2 * Math.Log(value);
        }

        return (sum, ChiSquare.Upper(sum, 2.0 * p.Length));
    }

    /// <summary>P(Z ≥ Σz/√m) with z the upper normal quantiles of independent p. Source: Stouffer et al. 1949.</summary>
    public static double Stouffer(ReadOnlySpan<double> p)
    {
        double sum = 0;
        foreach (var value in p)
        {
            sum -= Normal.Quantile(value);
        }

        return Normal.Upper(sum / Math.Sqrt(p.Length));
    }

    /// <summary>min m·p_(i)/i, for independent or positively dependent tests. Source: Simes 1986.</summary>
    public static double Simes(ReadOnlySpan<double> p)
    {
        var sorted = p.ToArray();
        Array.Sort(sorted);
        return sorted.Select((value, i) => sorted.Length * value / (i + 1)).Min();
    }

    /// <summary>min(1, m·min p), under any dependence.</summary>
    public static double Bonferroni(ReadOnlySpan<double> p)
    {
        var least = 1.0;
        foreach (var value in p)
        {
            least = Math.Min(least, value);
        }

        return Math.Min(1, p.Length * least);
    }
}
