using System.Text.Json.Serialization;

namespace Assize.Evaluation.Statistics;

/// <summary>
/// The number, mean and spread of values that were drawn with unequal probability, mergeable: Hájek's mean Σwx/Σw with w = 1/probability, and what its standard error
/// sqrt(n/(n − 1) · Σw²(x − m)²)/Σw needs (<see cref="WeightedMean"/>). Where all weights are the same it has the same bits as a <see cref="Sample"/>.
/// </summary>
/// <param name="Count">n.</param>
/// <param name="Mean">m; 0 when n is 0.</param>
/// <param name="Squares">Σw²(x − m₂)² about the mean m₂ that w² weighs, in units of the first weight; Σ(x − m)² while all weights are the same.</param>
public readonly record struct WeightedSample(long Count, double Mean, double Squares)
{
    /// <summary>The first value's weight, in which the others are counted; null where nobody kept it, and then they weigh like those they stand beside.</summary>
    public double? Unit { get; init; }

    /// <summary>Null while all weights are the same.</summary>
    public WeightSums? Weights { get; init; }

    /// <summary>Σw; by number where no weight was kept.</summary>
    [JsonIgnore]
    public double Total => (Unit ?? 1) * Sums.Sum;

    /// <summary>Kish's (Σw)²/Σw²: as many equally weighted values say as much.</summary>
    [JsonIgnore]
    public double EffectiveCount => Weights is { } weights ? weights.Sum * weights.Sum / weights.Squares : Count;

    /// <summary>Of the mean; null below two values.</summary>
    [JsonIgnore]
    public double? StandardError => Weights is not { } weights ? Plain.StandardError
        : Math.Sqrt(Count / (Count - 1.0) * (Squares + weights.Squares * (weights.Mean - Mean) * (weights.Mean - Mean))) / weights.Sum;

    private Sample Plain => new(Count, Mean, Squares);

    private WeightSums Sums => Weights ?? new WeightSums(Count, Count, Mean);

    /// <summary>The sample with a value more.</summary>
    /// <param name="value">The value.</param>
    /// <param name="weight">w, above 0.</param>
    public WeightedSample Add(double value, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        return Weights is null && (Unit ?? weight) == weight ? Even(Plain.Add(value), weight) : Merge(new WeightedSample(1, value, 0) { Unit = weight });
    }

    /// <summary>Both samples together, in any order.</summary>
    public WeightedSample Merge(WeightedSample other)
    {
        if (Count == 0 || other.Count == 0)
        {
            return Count == 0 ? other : this;
        }

        if (Weights is null && other.Weights is null && (Unit ?? other.Unit) == (other.Unit ?? Unit))
        {
            return Even(Plain.Merge(other.Plain), Unit ?? other.Unit);
        }

        // Uneven weights are known, so that one of both has its unit.
        var unit = (Unit ?? other.Unit)!.Value;
        var scale = (other.Unit ?? unit) / unit;
        var (mine, others) = (Sums, other.Sums);
        var (sum, squares) = (mine.Sum + scale * others.Sum, mine.Squares + scale * scale * others.Squares);
        var (share, apart) = (scale * scale * others.Squares / squares, others.Mean - mine.Mean);
        return new WeightedSample(
            Count + other.Count, Mean + (other.Mean - Mean) * (scale * others.Sum / sum), Squares + scale * scale * other.Squares + apart * apart * (mine.Squares * share))
        {
            Unit = unit, Weights = new WeightSums(sum, squares, mine.Mean + apart * share),
        };
    }

    /// <summary>The same values, each less a constant.</summary>
    public WeightedSample Less(double constant) => this with { Mean = Mean - constant, Weights = Weights is { } weights ? weights with { Mean = weights.Mean - constant } : null };

    private static WeightedSample Even(Sample sample, double? unit) => new(sample.Count, sample.Mean, sample.Squares) { Unit = unit };
}

/// <summary>Sums over unequal weights, in units of the first one.</summary>
/// <param name="Sum">Σw.</param>
/// <param name="Squares">Σw².</param>
/// <param name="Mean">Σw²x/Σw².</param>
public sealed record WeightSums(double Sum, double Squares, double Mean);
