using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Sampling;

namespace Assize.Evaluation.Drift;

/// <summary>The ids of the latest samples, by which one that is delivered again is known; as 64-bit hashes, so that even a million of them mistake a new one once in 10¹³.</summary>
/// <param name="Most">How many are remembered.</param>
public sealed record SeenSamples(int Most = 4096)
{
    private static readonly Salt Own = new("seen");

    private ImmutableHashSet<ulong>? set;

    /// <summary>In the order of their arrival.</summary>
    public ImmutableQueue<ulong> Order { get; init; } = [];

    public int Count { get; init; }

    [JsonIgnore]
    private ImmutableHashSet<ulong> Set => set ??= [.. Order];

    /// <summary>Null when the sample was seen; otherwise the memory with it in place of the oldest.</summary>
    public SeenSamples? Add(SampleId sample)
    {
        var hash = KeyHash.Of(Own, sample.Value).Value;
        if (Set.Contains(hash))
        {
            return null;
        }

        var (order, kept) = (Order, Set);
        if (Count >= Most)
        {
            order = order.Dequeue(out var oldest);
            kept = kept.Remove(oldest);
        }

        return new SeenSamples(Most) { Order = order.Enqueue(hash), Count = Math.Min(Most, Count + 1), set = kept.Add(hash) };
    }
}
