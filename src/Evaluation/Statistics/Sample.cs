using System.Text.Json.Serialization;

namespace Assize.Evaluation.Statistics;

/// <summary>The number, mean and spread of independent values.</summary>
/// <param name="Count">n.</param>
/// <param name="Mean">m; 0 when n is 0.</param>
/// <param name="Squares">Σ(x − m)².</param>
public readonly record struct Sample(long Count, double Mean, double Squares)
{
    /// <summary>s² = Σ(x − m)²/(n − 1); null below two values.</summary>
    [JsonIgnore]
    public double? Variance => Count < 2 ? null : Squares / (Count - 1);

    /// <summary>s/√n; null below two values.</summary>
    [JsonIgnore]
    public double? StandardError => Variance is { } variance ? Math.Sqrt(variance / Count) : null;

    /// <summary>Welford's running mean and squares. Source: Welford 1962.</summary>
    public static Sample Of(ReadOnlySpan<double> values)
    {
        double mean = 0, squares = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var delta = values[i] - mean;
            mean += delta / (i + 1);
            squares += delta * (values[i] - mean);
        }

        return new Sample(values.Length, mean, squares);
    }

    /// <summary>The sample with a value more.</summary>
    public Sample Add(double value)
    {
        var delta = value - Mean;
        var mean = Mean + delta / (Count + 1);
        return new Sample(Count + 1, mean, Squares + delta * (value - mean));
    }

    /// <summary>Both samples together, in any order. Source: Chan, Golub, LeVeque 1983.</summary>
    public Sample Merge(Sample other)
    {
        if (Count == 0 || other.Count == 0)
        {
            return Count == 0 ? other : this;
        }

        double n = Count + other.Count;
        var delta = other.Mean - Mean;
        return new Sample(Count + other.Count, Mean + delta * (other.Count / n), Squares + other.Squares + delta * delta * (Count * (other.Count / n)));
    }

    /// <summary>m ± t(n − 1)·s/√n; null below two values or without spread.</summary>
    public (double Low, double High)? Interval(double confidence) =>
        StandardError is { } error and > 0 ? Around(Student.Quantile(0.5 + confidence / 2, Count - 1) * error) : null;

    /// <summary>m ± z·s/√n, for many values; null below two values or without spread.</summary>
    public (double Low, double High)? NormalInterval(double confidence) =>
        StandardError is { } error and > 0 ? Around(Normal.Quantile(0.5 + confidence / 2) * error) : null;

    /// <summary>The bound below which the mean lies only in a share 1 − confidence of samples; null below two values or without spread.</summary>
    public double? LowerBound(double confidence) =>
        StandardError is { } error and > 0 ? Mean - Student.Quantile(confidence, Count - 1) * error : null;

    private (double Low, double High) Around(double half) => (Mean - half, Mean + half);
}
