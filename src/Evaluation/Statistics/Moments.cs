using System.Text.Json.Serialization;

namespace Assize.Evaluation.Statistics;

/// <summary>
/// What a clustered mean needs, without the values: over clusters, the count C and the means and co-moments of (S, n), a cluster's sum and number of observations;
/// over observations, the sum of squared deviations and the range. Merges by Chan's formulas, so that nothing large is subtracted from something large.
/// <code>
/// m = ΣS / Σn        SE = sqrt( C/(C−1) · Σ(S − m n)² ) / Σn,   Σ(S − m n)² = M_SS − 2 m M_Sn + m² M_nn
/// </code>
/// Source: statistics.md 1.1 (clustered standard error, CR1); Chan, Golub, LeVeque 1983.
/// </summary>
public sealed record Moments
{
    public static Moments Empty { get; } = new();

    /// <summary>C.</summary>
    public long Clusters { get; init; }

    /// <summary>Σn.</summary>
    public long Count { get; init; }

    /// <summary>Mean of S over clusters.</summary>
    public double MeanSum { get; init; }

    /// <summary>Mean of n over clusters.</summary>
    public double MeanCount { get; init; }

    public double SumSum { get; init; }

    public double SumCount { get; init; }

    public double CountCount { get; init; }

    /// <summary>Mean over observations.</summary>
    public double Mean { get; init; }

    /// <summary>Σ(x − mean)² over observations.</summary>
    public double Squares { get; init; }

    /// <summary>The least observation; 0 when there is none. Tells exactly, where sums cannot, that all observations are equal.</summary>
    public double Least { get; init; }

    /// <summary>The greatest observation; 0 when there is none.</summary>
    public double Most { get; init; }

    /// <summary>The moments of one cluster.</summary>
    public static Moments Of(ReadOnlySpan<double> cluster)
    {
        if (cluster.IsEmpty)
        {
            return Empty;
        }

        double mean = 0, squares = 0, sum = 0, least = cluster[0], most = cluster[0];
        for (var i = 0; i < cluster.Length; i++)
        {
            var delta = cluster[i] - mean;
            mean += delta / (i + 1);
            squares += delta * (cluster[i] - mean);
            sum += cluster[i];
            (least, most) = (Math.Min(least, cluster[i]), Math.Max(most, cluster[i]));
        }

        return new Moments
        {
            Clusters = 1, Count = cluster.Length, MeanSum = sum, MeanCount = cluster.Length, Mean = mean, Squares = squares, Least = least, Most = most,
        };
    }

    public Moments Merge(Moments other)
    {
        if (Clusters == 0)
        {
            return other;
        }

        if (other.Clusters == 0)
        {
            return this;
        }

        var clusters = Clusters + other.Clusters;
        var weight = (double)Clusters * other.Clusters / clusters;
        var sum = other.MeanSum - MeanSum;
        var count = other.MeanCount - MeanCount;
        var share = (double)other.Clusters / clusters;
        var observations = Count + other.Count;
        var delta = other.Mean - Mean;
        return new Moments
        {
            Clusters = clusters,
            Count = observations,
            MeanSum = MeanSum + sum * share,
            MeanCount = MeanCount + count * share,
            SumSum = SumSum + other.SumSum + sum * sum * weight,
            SumCount = SumCount + other.SumCount + sum * count * weight,
            CountCount = CountCount + other.CountCount + count * count * weight,
            Mean = Mean + delta * other.Count / observations,
            Squares = Squares + other.Squares + delta * delta * ((double)Count * other.Count / observations),
            Least = Math.Min(Least, other.Least),
            Most = Math.Max(Most, other.Most),
        };
    }

    /// <summary>The mean over all observations; null when there are none.</summary>
    [JsonIgnore]
    public double? Centre => Count == 0 ? null : Level ? Least : Mean;

    /// <summary>Whether all observations are equal; also when there are none.</summary>
    [JsonIgnore]
    public bool Level => Least == Most;

    /// <summary>The clustered standard error of the mean; null with fewer than two clusters, 0 when clusters do not differ.</summary>
    [JsonIgnore]
    public double? StandardError
    {
        get
        {
            if (Clusters < 2)
            {
                return null;
            }

            if (Level)
            {
                return 0;
            }

            var spread = SumSum - 2 * Mean * SumCount + Mean * Mean * CountCount;
            // What rounding leaves of an exact zero, as when every cluster holds one pass and one failure, is a zero.
            var floor = 1e-12 * (SumSum + Mean * Mean * CountCount);
            return spread <= floor ? 0 : Math.Sqrt(spread * Clusters / (Clusters - 1)) / Count;
        }
    }

    /// <summary>(Σn)²/Σn²: as many clusters of one size say as much, C where all have one; 0 when there are none. Source: Carter, Schnepel, Steigerwald 2017, for a mean.</summary>
    [JsonIgnore]
    public double EffectiveClusters => Count == 0 ? 0 : (double)Count * Count / (CountCount + Clusters * MeanCount * MeanCount);

    /// <summary>The variance of the clustered mean over that of as many independent observations; null when undefined.</summary>
    [JsonIgnore]
    public double? DesignEffect =>
        StandardError is { } clustered && Count > 1 && !Level
            ? clustered * clustered / (Squares / (Count - 1) / Count)
            : null;
}
