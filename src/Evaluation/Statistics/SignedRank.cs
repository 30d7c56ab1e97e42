namespace Assize.Evaluation.Statistics;

/// <summary>Wilcoxon's signed-rank test; beside a paired t only a check of how much the mean hangs on a few items.</summary>
/// <param name="Smaller">min(W+, W−), sums of the mid-ranks of |d| over positive and over negative differences.</param>
/// <param name="P">Two-sided p by the normal law with the correction for ties; null when no item differs.</param>
public readonly record struct SignedRank(double Smaller, double? P)
{
    /// <summary>
    /// Drops zeros; z = (W − n(n + 1)/4)/sqrt(n(n + 1)(2n + 1)/24 − Σ(t³ − t)/48), no correction of continuity. Source: Wilcoxon 1945, Lehmann 1975.
    /// </summary>
    public static SignedRank Of(IEnumerable<double> differences)
    {
        var sizes = differences.Where(d => d != 0).OrderBy(Math.Abs).ToArray();
        double n = sizes.Length, positive = 0, ties = 0;
        for (var start = 0; start < sizes.Length;)
        {
            var end = start;
            while (end < sizes.Length && Math.Abs(sizes[end]) == Math.Abs(sizes[start]))
            {
                end++;
            }

            double tied = end - start;
            ties += tied * tied * tied - tied;
            positive += sizes[start..end].Count(d => d > 0) * (start + 1 + end) / 2.0;
            start = end;
        }

        var smaller = Math.Min(positive, n * (n + 1) / 2 - positive);
        var variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48;
        return new SignedRank(smaller, variance > 0 ? Normal.TwoSided((smaller - n * (n + 1) / 4) / Math.Sqrt(variance)) : null);
    }
}
