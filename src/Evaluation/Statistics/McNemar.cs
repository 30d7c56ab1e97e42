namespace Assize.Evaluation.Statistics;

/// <summary>Passes and failures of A and B on the same cases.</summary>
/// <param name="OnlyB">n01, cases that only B passed.</param>
/// <param name="OnlyA">n10, cases that only A passed.</param>
/// <param name="Cases">N, all cases.</param>
public readonly record struct McNemar(long OnlyB, long OnlyA, long Cases)
{
    /// <summary>B's pass rate less A's, (n01 − n10)/N.</summary>
    public double Difference => (double)(OnlyB - OnlyA) / Cases;

    /// <summary>The difference's standard error sqrt(n01 + n10 − (n01 − n10)²/N)/N. Source: Agresti, Categorical Data Analysis, 11.1.</summary>
    public double StandardError
    {
        get
        {
            double balance = OnlyB - OnlyA;
            return Math.Sqrt(Math.Max(0, OnlyB + OnlyA - balance * balance / Cases)) / Cases;
        }
    }

    /// <summary>The exact two-sided p of equal pass rates: 2·P(X ≤ min(n01, n10)), X ~ Bin(n01 + n10, ½), at most 1. Source: McNemar 1947.</summary>
    public double P => Binomial.FairTwoSided(OnlyB, OnlyA);

    /// <summary>The chi-square statistic with one degree of freedom, (|n01 − n10| − correction)²/(n01 + n10); null when no case differs.</summary>
    /// <param name="correction">1 for Edwards' correction of continuity.</param>
    public double? ChiSquare(double correction = 0)
    {
        var distance = Math.Abs(OnlyB - OnlyA) - correction;
        return OnlyB + OnlyA == 0 ? null : distance * distance / (OnlyB + OnlyA);
    }
}
