namespace Assize.Evaluation.Statistics;

/// <summary>The hypergeometric distribution: how many marked ones a draw without replacement holds.</summary>
public static class Hypergeometric
{
    /// <summary>P(X ≤ k) for a population with so many marked, and so many drawn: Σ C(marked, i)·C(population − marked, drawn − i)/C(population, drawn).</summary>
    public static double Lower(long k, long population, long marked, long drawn)
    {
        if (marked < 0 || drawn < 0 || marked > population || drawn > population)
        {
            throw new ArgumentOutOfRangeException(nameof(population), $"{marked} marked and {drawn} drawn do not fit into a population of {population}");
        }

        var (least, most) = (Math.Max(0, drawn + marked - population), Math.Min(marked, drawn));
        if (k >= most)
        {
            return 1;
        }

        var sum = 0.0;
        for (var i = least; i <= k; i++)
        {
            sum += Math.Exp(LogChoose(marked, i) + LogChoose(population - marked, drawn - i) - LogChoose(population, drawn));
        }

        return Math.Min(1, sum);
    }

    private static double LogChoose(long n, long k) => Gamma.Log(n + 1.0) - Gamma.Log(k + 1.0) - Gamma.Log(n - k + 1.0);
}
