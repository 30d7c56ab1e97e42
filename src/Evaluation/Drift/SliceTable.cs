using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Drift;

/// <summary>What a slice's scores were in the baseline.</summary>
/// <param name="Slice">Its name; <see cref="SliceTable.Rest"/> for the rare ones together.</param>
/// <param name="Count">Scores.</param>
/// <param name="Mean">In points, each score weighted by one over the probability with which it was drawn.</param>
/// <param name="Variance">s² in squared points, n − 1; 0 below two scores.</param>
/// <param name="LowShare">(k + ½)/(n + 1) of k scores in the low tail, k and n weighted and in effective numbers; null where the low tail is not watched.</param>
public sealed record SliceBaseline(Slice Slice, long Count, double Mean, double Variance, double? LowShare = null)
{
    /// <summary>The names of the slices that were pooled here; none where it is one slice.</summary>
    public ImmutableArray<Slice> Pooled { get; init; } = [];

    /// <summary>Their scores, in the order of their names, in points; none in a baseline that is older than they are, where nothing is pooled, and where very many are.</summary>
    public ImmutableArray<WeightedSample> PooledScores { get; init; } = [];

    /// <summary>Σw of the scores' weights 1/π, in units of the least one of the baseline; null where each weighs 1, and then it is their number.</summary>
    public double? Weight { get; init; }

    /// <summary>Kish's (Σw)²/Σw²; null where all of the slice weigh the same, and then it is their number.</summary>
    public double? Effective { get; init; }

    /// <summary>The mean of its scores as they came, whatever the probability with which each was drawn: what the detectors hold scores against, for they see them as they come. Null where it is <see cref="Mean"/>.</summary>
    public double? Drawn { get; init; }

    /// <summary>The same of <see cref="LowShare"/>.</summary>
    public double? DrawnLow { get; init; }

    /// <summary>What the mean of scores should be, as they come.</summary>
    [JsonIgnore]
    public double MeanAsDrawn => Drawn ?? Mean;

    /// <summary>What their share in the low tail should be, as they come.</summary>
    [JsonIgnore]
    public double? LowAsDrawn => DrawnLow ?? LowShare;

    /// <summary>How much of the traffic it stands for, in the unit of <see cref="Weight"/>.</summary>
    [JsonIgnore]
    public double Stands => Weight ?? Count;

    /// <summary>As many equally weighted scores say as much about its mean.</summary>
    [JsonIgnore]
    public double EffectiveCount => Effective ?? Count;

    /// <summary>Its scores as a sample that others can be merged with: exact where all weigh the same, else with the spread that scores have by themselves.</summary>
    [JsonIgnore]
    public WeightedSample Scores => Effective is { } effective
        ? new WeightedSample(Count, Mean, Variance * Stands * Stands / effective) { Unit = 1, Weights = new WeightSums(Stands, Stands * Stands / effective, Mean) }
        : new WeightedSample(Count, Mean, Variance * Math.Max(0, Count - 1)) { Unit = Count > 0 ? Stands / Count : null };

    /// <summary>Pooled names count too.</summary>
    public bool Equals(SliceBaseline? other) =>
        other is not null && (Slice, Count, Mean, Variance, LowShare, Weight) == (other.Slice, other.Count, other.Mean, other.Variance, other.LowShare, other.Weight)
        && (Effective, Drawn, DrawnLow) == (other.Effective, other.Drawn, other.DrawnLow)
        && Pooled.SequenceEqual(other.Pooled) && PooledScores.SequenceEqual(other.PooledScores);

    public override int GetHashCode() => HashCode.Combine(Slice, Count, Mean);
}

/// <summary>The slices of a baseline, found by name; a slice that was not in the baseline is not found, for nothing says what its scores should be.</summary>
[JsonConverter(typeof(SliceTableConverter))]
public sealed class SliceTable : IEquatable<SliceTable>
{
    private readonly FrozenDictionary<Slice, SliceBaseline> byName;

    public SliceTable(IEnumerable<SliceBaseline> slices)
    {
        All = [.. slices.OrderBy(slice => slice.Slice)];
        byName = All.SelectMany(slice => slice.Pooled.IsEmpty ? [(slice.Slice, slice)] : slice.Pooled.Select(name => (name, slice)))
            .ToFrozenDictionary(pair => pair.Item1, pair => pair.slice);
    }

    /// <summary>The slices with too few scores for a mean of their own.</summary>
    public static Slice Rest { get; } = new("(rest)");

    /// <summary>By name.</summary>
    public ImmutableArray<SliceBaseline> All { get; }

    public SliceBaseline? Find(Slice slice) => byName.GetValueOrDefault(slice);

    public bool Equals(SliceTable? other) => other is not null && All.SequenceEqual(other.All);

    public override bool Equals(object? obj) => Equals(obj as SliceTable);

    public override int GetHashCode() => All.Aggregate(0, (hash, slice) => HashCode.Combine(hash, slice));
}

/// <summary>Writes the table as the list it is.</summary>
public sealed class SliceTableConverter : JsonConverter<SliceTable>
{
    public override SliceTable Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, Form(options)));

    public override void Write(Utf8JsonWriter writer, SliceTable value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.All, Form(options));

    private static JsonTypeInfo<ImmutableArray<SliceBaseline>> Form(JsonSerializerOptions options) => (JsonTypeInfo<ImmutableArray<SliceBaseline>>)options.GetTypeInfo(typeof(ImmutableArray<SliceBaseline>));
}
