namespace Assize.Evaluation.Statistics;

/// <summary>The chi-square distribution.</summary>
public static class ChiSquare
{
    /// <summary>P(X ≥ x) with df &gt; 0 degrees of freedom, for x ≥ 0: Q(df/2, x/2).</summary>
    public static double Upper(double x, double df) => Gamma.Upper(df / 2, x / 2);
}
