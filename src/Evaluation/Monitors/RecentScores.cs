using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// The latest scores, the oldest first, so many at most. They lie in blocks: another score copies one block and no other, and ten thousand monitors are not ten million objects for
/// the collector to walk.
/// </summary>
[CollectionBuilder(typeof(RecentScores), nameof(Of))]
[JsonConverter(typeof(RecentScoresConverter))]
public sealed class RecentScores : IReadOnlyList<RecentScore>
{
    /// <summary>How many are remembered.</summary>
    public const int Most = 512;

    private const int Length = 16;

    private readonly ImmutableArray<RecentScore>[] blocks;

    /// <summary>Scores of the first block that are forgotten.</summary>
    private readonly int forgotten;

    private RecentScores(ImmutableArray<RecentScore>[] blocks, int forgotten, int count) => (this.blocks, this.forgotten, Count) = (blocks, forgotten, count);

    public static RecentScores Empty { get; } = new([], 0, 0);

    public int Count { get; }

    public RecentScore this[int index] => index >= 0 && index < Count
        ? blocks[(forgotten + index) / Length][(forgotten + index) % Length]
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} scores.");

    /// <summary>The latest of these.</summary>
    public static RecentScores Of(ReadOnlySpan<RecentScore> scores)
    {
        scores = scores[Math.Max(0, scores.Length - Most)..];
        var blocks = new ImmutableArray<RecentScore>[(scores.Length + Length - 1) / Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = [.. scores[(i * Length)..Math.Min(scores.Length, (i + 1) * Length)]];
        }

        return new RecentScores(blocks, 0, scores.Length);
    }

    /// <summary>With one more; the oldest is forgotten where there are too many.</summary>
    public RecentScores Add(in RecentScore score)
    {
        var (forget, grown) = (Count == Most ? forgotten + 1 : forgotten, blocks.Length == 0 || blocks[^1].Length == Length);
        var dropped = forget == Length ? 1 : 0;
        var next = new ImmutableArray<RecentScore>[blocks.Length - dropped + (grown ? 1 : 0)];
        blocks.AsSpan(dropped).CopyTo(next);
        next[^1] = grown ? [score] : blocks[^1].Add(score);
        return new RecentScores(next, forget % Length, Math.Min(Most, Count + 1));
    }

    /// <summary>How far they lie from a baseline's, as a description; null where that is not known.</summary>
    public ScoreDistances? DistancesFrom(Baseline? baseline) => baseline?.DistancesOf([.. this.Select(score => (score.Score, 1 / score.Inclusion))]);

    /// <summary>How many lie in none of the slices.</summary>
    public int Outside(SliceTable slices) => this.Count(score => slices.Find(score.Slice) is null);

    public IEnumerator<RecentScore> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Writes the scores as the list they are; what is read shares the names of its slices.</summary>
public sealed class RecentScoresConverter : JsonConverter<RecentScores>
{
    public override RecentScores Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var names = new Dictionary<Slice, Slice>();
        return RecentScores.Of([.. JsonSerializer.Deserialize(ref reader, Form(options)).Select(score =>
        {
            names.TryAdd(score.Slice, score.Slice);
            return score with { Slice = names[score.Slice] };
        })]);
    }

    public override void Write(Utf8JsonWriter writer, RecentScores value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, [.. value], Form(options));

    private static JsonTypeInfo<ImmutableArray<RecentScore>> Form(JsonSerializerOptions options) => (JsonTypeInfo<ImmutableArray<RecentScore>>)options.GetTypeInfo(typeof(ImmutableArray<RecentScore>));
}
