using System.Globalization;

namespace Assize.Evaluation.Statistics;

/// <summary>Estimates from <see cref="Moments"/>: means with t intervals of C − 1 degrees of freedom.</summary>
public static class ClusteredMean
{
    /// <summary>The mean with its 95 % interval m ± t(0.975, C − 1)·SE, inside the given limits.</summary>
    public static Estimate Of(Moments moments, double lowest = double.NegativeInfinity, double highest = double.PositiveInfinity)
    {
        if (moments.Centre is not { } mean)
        {
            return Estimate.Nothing("clustered t", "Nothing was scored.");
        }

        var method = Method(moments);
        if (moments.StandardError is not { } error)
        {
            return new Estimate(mean, null, null, method, moments.Count == 1
                ? "One value says nothing about how much values differ."
                : "One cluster says nothing about how much clusters differ.");
        }

        if (error == 0)
        {
            return new Estimate(mean, null, null, method, moments.Level
                ? "All values are equal, which says nothing about how much values differ."
                : "All clusters have the same mean, which says nothing about how much clusters differ.");
        }

        var half = Student.Quantile(0.975, moments.Clusters - 1) * error;
        return new Estimate(mean, Math.Max(lowest, mean - half), Math.Min(highest, mean + half), method);
    }

    /// <summary>Two-sided p of a mean equal to the given one; null when undefined. Never 0: what is too small for a double is the least that there is.</summary>
    public static double? P(Moments moments, double mean) =>
        moments is { Centre: { } centre, StandardError: { } error } && error > 0
            ? Math.Max(double.Epsilon, Student.TwoSided((centre - mean) / error, moments.Clusters - 1))
            : null;

    /// <summary>With clusters worth fewer equal ones than this, t intervals are known to be too narrow, and say so.</summary>
    private const double Few = 10;

    /// <summary>How the interval is made, in words, and whether few or very unequal clusters make it too narrow.</summary>
    public static string Method(Moments moments)
    {
        var df = Math.Max(0, moments.Clusters - 1);
        return moments.Clusters == moments.Count ? string.Create(CultureInfo.InvariantCulture, $"t, {df} df")
            : moments.Clusters > 1 && moments.EffectiveClusters < Few ? string.Create(CultureInfo.InvariantCulture, $"clustered t, {df} df, rather too narrow: the clusters are worth {moments.EffectiveClusters:0.#} equal ones")
            : string.Create(CultureInfo.InvariantCulture, $"clustered t, {df} df");
    }
}
