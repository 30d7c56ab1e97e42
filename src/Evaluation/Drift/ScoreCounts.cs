using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Drift;

/// <summary>
/// How often each score came, in bounded memory: by value, and where there are more than a hundred different ones, by twentieths of the scale. Each score weighs one over the probability with which it
/// was drawn, and the counts are in effective numbers, Σw_k·Σw/Σw²: as many equally weighted scores say as much.
/// </summary>
/// <param name="Scale">Of the scores.</param>
/// <param name="Values">Rising, in points; a twentieth's middle.</param>
/// <param name="Counts">One a value.</param>
public sealed record ScoreCounts(Scale Scale, ImmutableArray<double> Values, ImmutableArray<double> Counts)
{
    private const int Most = 100;

    private const int Bins = 20;

    [JsonIgnore]
    public bool IsEmpty => Values.IsEmpty;

    /// <param name="scale">Of the scores.</param>
    /// <param name="scores">In points, with their weights 1/π.</param>
    public static ScoreCounts Of(Scale scale, IReadOnlyCollection<(double Score, double Weight)> scores)
    {
        // In units of the first one, so that scores that were all drawn alike count 1 each.
        var unit = scores.Count == 0 ? 1 : scores.First().Weight;
        var (total, squares) = (scores.Sum(one => one.Weight / unit), scores.Sum(one => one.Weight / unit * (one.Weight / unit)));
        var counts = scores.GroupBy(one => one.Score).OrderBy(group => group.Key).Select(group => (group.Key, Count: group.Sum(one => one.Weight / unit) * (total / squares))).ToArray();
        var all = new ScoreCounts(scale, [.. counts.Select(one => one.Key)], [.. counts.Select(one => one.Count)]);
        return all.Values.Length > Most ? all.By(all.Bin) : all;
    }

    /// <summary>Both by the same categories.</summary>
    public static (ScoreCounts, ScoreCounts) Alike(ScoreCounts a, ScoreCounts b)
    {
        double[] values = [.. a.Values.Union(b.Values).Order()];
        if (values.Length <= Most && !a.Binned && !b.Binned)
        {
            return (a.On(values), b.On(values));
        }

        var (one, other) = (a.By(a.Bin), b.By(a.Bin));
        double[] bins = [.. one.Values.Union(other.Values).Order()];
        return (one.On(bins), other.On(bins));
    }

    /// <summary>Whether these are twentieths. Scores that happen to be a middle each, and no others, lose nothing by it.</summary>
    private bool Binned => Values.All(value => Bin(value) == value) && Values.Length > 1;

    private double Bin(double value)
    {
        var width = (Scale.Max - Scale.Min) / Bins;
        return Scale.Min + (Math.Min(Bins - 1, Math.Floor((value - Scale.Min) / width)) + 0.5) * width;
    }

    private ScoreCounts By(Func<double, double> category)
    {
        var groups = Values.Zip(Counts).GroupBy(pair => category(pair.First)).OrderBy(group => group.Key).ToArray();
        return this with { Values = [.. groups.Select(group => group.Key)], Counts = [.. groups.Select(group => group.Sum(pair => pair.Second))] };
    }

    private ScoreCounts On(double[] values) => this with
    {
        Values = [.. values], Counts = [.. values.Select(value => Values.IndexOf(value) is var place and >= 0 ? Counts[place] : 0)],
    };
}
