using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>A part of the traffic: its scores in the baseline and since a change.</summary>
/// <param name="Values">By property, in the monitor's order; null for any.</param>
public sealed record TrafficPart(ImmutableArray<string?> Values, WeightedSample Before, WeightedSample After)
{
    /// <summary>With so many scores since the change, and in the baseline, a part is looked at. Source: statistics.md 1.13.</summary>
    public const int Fewest = 30;

    public bool Large => Before.Count >= Fewest && After.Count >= Fewest;

    /// <summary>As in <c>language=de, plan=free</c>.</summary>
    public Slice Name(ImmutableArray<string> properties) => new(string.Join(", ", properties.Zip(Values).Where(pair => pair.Second is not null).Select(pair => $"{pair.First}={pair.Second}")));
}

/// <summary>The traffic before a change and since, by the values of a monitor's properties; slices that are rare in the baseline are told apart as well.</summary>
/// <param name="Properties">Of the monitor, in its order.</param>
/// <param name="Cells">One for each combination of values.</param>
public sealed record TrafficParts(ImmutableArray<string> Properties, ImmutableArray<TrafficPart> Cells)
{
    /// <summary>Null where there are no properties, or the baseline does not know its slices by them.</summary>
    public static TrafficParts? Of(ImmutableArray<string> properties, Baseline baseline, IEnumerable<RecentScore> since)
    {
        if (properties.IsEmpty || baseline.Count == 0 || baseline.Slices.All.Any(slice => slice.Pooled.Length != slice.PooledScores.Length))
        {
            return null;
        }

        var cells = new SortedDictionary<Slice, (WeightedSample Before, WeightedSample After)>();
        foreach (var slice in baseline.Slices.All)
        {
            foreach (var (name, scores) in slice.Pooled.IsEmpty ? [(slice.Slice, slice.Scores)] : slice.Pooled.Zip(slice.PooledScores))
            {
                cells[name] = (scores, default);
            }
        }

        foreach (var score in since)
        {
            var (before, after) = cells.GetValueOrDefault(score.Slice);
            cells[score.Slice] = (before, after.Add(score.Score, 1 / score.Inclusion));
        }

        var known = cells.Select(cell => (Values: ValuesOf(cell.Key, properties), cell.Value)).ToArray();
        return known.Any(cell => cell.Values.IsDefault) ? null : new TrafficParts(properties, [.. known.Select(cell => new TrafficPart(cell.Values!, cell.Value.Before, cell.Value.After))]);
    }

    /// <summary>All traffic in the parts that some properties make.</summary>
    /// <param name="chosen">The properties' places.</param>
    public ImmutableArray<TrafficPart> By(params ReadOnlySpan<int> chosen)
    {
        var places = chosen.ToArray();
        return
        [
            .. Cells.GroupBy(cell => string.Join('\n', places.Select(place => cell.Values[place]))).Select(group => Together(group) with
            {
                Values = [.. Properties.Select((_, place) => places.Contains(place) ? group.First().Values[place] : null)],
            }),
        ];
    }

    /// <summary>Those cells that a part holds, or those that it does not hold.</summary>
    public TrafficParts Only(TrafficPart part, bool inside) =>
        this with { Cells = [.. Cells.Where(cell => cell.Values.Zip(part.Values).All(pair => pair.Second is null || pair.First == pair.Second) == inside)] };

    /// <summary>All of them as one.</summary>
    public TrafficPart All() => Together(Cells);

    private TrafficPart Together(IEnumerable<TrafficPart> cells) => cells.Aggregate(
        new TrafficPart([.. Properties.Select(_ => (string?)null)], default, default),
        (sum, cell) => sum with { Before = sum.Before.Merge(cell.Before), After = sum.After.Merge(cell.After) });

    /// <summary>The values in a slice's name, in which one begins where the next property is named; default where it is no such name.</summary>
    private static ImmutableArray<string?> ValuesOf(Slice slice, ImmutableArray<string> properties)
    {
        var (text, at, values) = (slice.Value, 0, new string?[properties.Length]);
        for (var i = 0; i < properties.Length; i++)
        {
            var begin = at + properties[i].Length + 1;
            var end = i + 1 == properties.Length ? text.Length : text.IndexOf($", {properties[i + 1]}=", Math.Min(begin, text.Length), StringComparison.Ordinal);
            if (end < begin || string.CompareOrdinal(text, at, properties[i] + "=", 0, properties[i].Length + 1) != 0)
            {
                return default;
            }

            (values[i], at) = (text[begin..end], end + 2);
        }

        return [.. values];
    }
}
