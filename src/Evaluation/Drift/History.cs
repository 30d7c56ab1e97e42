using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Drift;

/// <summary>A stretch of the stream: its scores by slice, in points, each weighted by one over the probability with which it was drawn, and the strongest evidence in it.</summary>
/// <param name="First">The sequence it begins with.</param>
/// <param name="Last">The sequence it ends with.</param>
/// <param name="Scores">In points, by slice.</param>
/// <param name="Level">The largest evidence over threshold of any detector in it.</param>
public sealed record Stretch(long First, long Last, ImmutableSortedDictionary<Slice, WeightedSample> Scores, double Level)
{
    [JsonIgnore]
    public WeightedSample Total => Scores.Values.Aggregate(default(WeightedSample), (sum, each) => sum.Merge(each));

    public Stretch Merge(Stretch other) => new(
        Math.Min(First, other.First),
        Math.Max(Last, other.Last),
        other.Scores.Aggregate(Scores, (all, pair) => all.SetItem(pair.Key, all.GetValueOrDefault(pair.Key).Merge(pair.Value))),
        Math.Max(Level, other.Level));
}

/// <summary>
/// What a stream was like from its beginning until now, in bounded memory: so many stretches at most, which grow longer as the stream does.
/// A border is set at the first alarm, so that what came after it can be told exactly.
/// </summary>
public sealed record History
{
    /// <summary>Stretches at most; an even number.</summary>
    public int Most { get; init; } = 128;

    public ImmutableArray<Stretch> Stretches { get; init; } = [];

    /// <summary>Scores a stretch holds before the next one begins.</summary>
    public long Width { get; init; } = 1;

    /// <summary>The last score before the border; null before any.</summary>
    public long? Border { get; init; }

    /// <summary>Whether the next score begins a stretch.</summary>
    public bool Closed { get; init; } = true;

    /// <param name="sequence">The score's place in the stream.</param>
    /// <param name="slice">As the baseline calls it.</param>
    /// <param name="score">In points.</param>
    /// <param name="weight">1/π of the probability with which it was drawn.</param>
    /// <param name="level">The largest evidence over threshold after it.</param>
    public History Add(long sequence, Slice slice, double score, double weight, double level)
    {
        var one = new Stretch(sequence, sequence, ImmutableSortedDictionary<Slice, WeightedSample>.Empty.Add(slice, default(WeightedSample).Add(score, weight)), level);
        if (!Closed && Stretches.Length > 0)
        {
            var last = Stretches[^1];
            var grown = last with { Last = sequence, Scores = last.Scores.SetItem(slice, last.Scores.GetValueOrDefault(slice).Add(score, weight)), Level = Math.Max(last.Level, level) };
            return this with { Stretches = Stretches.SetItem(Stretches.Length - 1, grown), Closed = grown.Total.Count >= Width };
        }

        var history = Stretches.Length < Most ? this : Halved();
        return history with { Stretches = history.Stretches.Add(one), Closed = history.Width <= 1 };
    }

    /// <summary>The history with a border after the last score. The first one outlives every merging: what repeats an alarm moves nothing.</summary>
    public History Bordered() => this with { Closed = true, Border = Border ?? (Stretches.IsEmpty ? null : Stretches[^1].Last) };

    /// <summary>The scores from a sequence on, by slice: of the stretches that begin at it or later, so that a stretch that only ends after it is left out.</summary>
    public ImmutableSortedDictionary<Slice, WeightedSample> Since(long sequence) => Stretches.Where(stretch => stretch.First >= sequence)
        .Aggregate(ImmutableSortedDictionary<Slice, WeightedSample>.Empty, (all, stretch) => new Stretch(0, 0, all, 0).Merge(stretch).Scores);

    private History Halved()
    {
        var halves = ImmutableArray.CreateBuilder<Stretch>(Most / 2 + 2);
        for (var i = 0; i < Stretches.Length; i++)
        {
            var whole = i + 1 == Stretches.Length || Stretches[i].Last == Border;
            halves.Add(whole ? Stretches[i] : Stretches[i].Merge(Stretches[++i]));
        }

        return this with { Stretches = halves.ToImmutable(), Width = Width * 2 };
    }
}
