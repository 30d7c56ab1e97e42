using System.Collections.Immutable;

namespace Assize.Evaluation.Statistics;

/// <summary>Procedures on e-values: numbers that are at most 1 on average while nothing is true of them, whatever they depend on.</summary>
public static class EValues
{
    /// <summary>e-BH: the indices of the k* largest, k* = max{k : e_(k) ≥ m/(k·α)}; false discovery rate at most α under any dependence. Source: Wang, Ramdas 2022.</summary>
    public static ImmutableArray<int> Discover(ImmutableArray<double> values, double alpha) => Largest(values, rank => values.Length / (rank * alpha));

    /// <summary>e-d-BH on running e-detectors: k* = max{k : R_(k) ≥ K·A/k}, K streams and A each one's patience in its own samples. Source: Dandapanthula, Ramdas 2025.</summary>
    public static ImmutableArray<int> Detect(ImmutableArray<double> detectors, int streams, double patience) => Largest(detectors, rank => streams * patience / rank);

    /// <summary>The mean of e-values is an e-value.</summary>
    public static double Merge(ReadOnlySpan<double> values) => Sample.Of(values).Mean;

    /// <summary>κ·p^(κ − 1), an e-value for every κ in (0, 1). Source: Vovk, Wang 2021.</summary>
    public static double FromP(double p, double kappa = 0.5) => kappa * Math.Pow(p, kappa - 1);

    private static ImmutableArray<int> Largest(ImmutableArray<double> values, Func<int, double> needed)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i])];
        var count = order.Length;
        while (count > 0 && values[order[count - 1]] < needed(count))
        {
            count--;
        }

        return [.. order.Take(count)];
    }
}
