using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Sampling;

/// <summary>
/// A uniform sample without chance: the k keys with the smallest hashes. Merging is the union's k smallest, so that the sample does not depend on
/// how traffic was split over grains or in which order it came. Source: statistics.md 1.11; Cohen, Kaplan 2007.
/// </summary>
/// <param name="Size">k.</param>
public sealed record BottomK(int Size)
{
    /// <summary>The kept keys in the order of their hashes, and the next one behind them, which gives the threshold.</summary>
    public ImmutableArray<KeptKey> Entries { get; init; } = [];

    /// <summary>Keys seen, repeats not counted while they are kept.</summary>
    public long Seen { get; init; }

    /// <summary>The sample: at most k keys in the order of their hashes.</summary>
    [JsonIgnore]
    public IEnumerable<SampleId> Keys => Entries.Take(Size).Select(entry => entry.Key);

    /// <summary>u of the smallest hash that is not kept, the inclusion probability of every kept key given the others; null while all that was seen is kept.</summary>
    [JsonIgnore]
    public double? Threshold => Entries.Length > Size ? Entries[Size].Hash.Fraction : null;

    /// <summary>How many different keys there were: all that are kept, or Σ1/u over the k kept ones where there were more, with a relative standard error of about 1/√(k − 1).</summary>
    [JsonIgnore]
    public double Distinct => Threshold is { } inclusion ? Size / inclusion : Entries.Length;

    public BottomK Add(Salt salt, SampleId key) => Add(new KeptKey(KeyHash.Of(salt, key.Value), key));

    /// <summary>A key of which only the place matters.</summary>
    public BottomK Add(KeyHash hash) => Add(new KeptKey(hash, new SampleId("")));

    public BottomK Merge(BottomK other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Size, Size);
        var merged = other.Entries.Aggregate(this, (sample, entry) => sample.Add(entry));
        return merged with { Seen = Seen + other.Seen - (Entries.Length + other.Entries.Length - Entries.Union(other.Entries).Count()) };
    }

    private BottomK Add(KeptKey entry)
    {
        var at = Entries.BinarySearch(entry);
        if (at >= 0)
        {
            return this;
        }

        var place = ~at;
        if (place > Size)
        {
            return this with { Seen = Seen + 1 };
        }

        var entries = Entries.Insert(place, entry);
        return this with { Seen = Seen + 1, Entries = entries.Length > Size + 1 ? entries.RemoveAt(Size + 1) : entries };
    }
}

/// <summary>A key in a bottom-k sample.</summary>
public readonly record struct KeptKey(KeyHash Hash, SampleId Key) : IComparable<KeptKey>
{
    public int CompareTo(KeptKey other) => Hash.CompareTo(other.Hash) is var order and not 0 ? order : Key.CompareTo(other.Key);
}
