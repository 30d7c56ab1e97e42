using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Drift;

/// <summary>Fixed items that are judged again and again: their baseline is a table of items, so that the same detector watches the judge.</summary>
public static class AnchorScores
{
    /// <summary>With fewer items a verdict is not tried.</summary>
    public const int FewestItems = 10;

    /// <summary>From here on the verdict is dependable, with several baseline judgements of each.</summary>
    public const int EnoughItems = 30;

    // Until repeats say otherwise: paired on the item, judge noise has a third of the spread of production scores.
    private const double AssumedNoise = 1.0 / 3;

    /// <summary>
    /// A baseline whose slices are the items, whose deviation is the judge's noise between judgements of one item, and whose band is the error of all items' mean.
    /// </summary>
    /// <param name="scores">The item as slice; one judgement of each is enough.</param>
    /// <param name="production">s of production scores as a share of the scale, from which the noise is guessed where no item was judged twice.</param>
    public static Baseline Of(BaselineId id, Scale scale, IReadOnlyList<BaselineScore> scores, double production)
    {
        if (scores.Count == 0)
        {
            throw new EvaluationException("Anchors need scores in the baseline, and there are none.");
        }

        return Of(id, scale, scores.GroupBy(score => score.Slice).ToDictionary(item => item.Key, item => Sample.Of(item.Select(score => score.Score).ToArray())), production);
    }

    /// <summary>The baseline with more judgements of its items, as if all had been there from the beginning.</summary>
    public static Baseline With(this Baseline anchors, IEnumerable<BaselineScore> more)
    {
        var items = anchors.Slices.All.ToDictionary(item => item.Slice, item => new Sample(item.Count, item.Mean, item.Variance * Math.Max(0, item.Count - 1)));
        foreach (var score in more)
        {
            items[score.Slice] = items.GetValueOrDefault(score.Slice).Add(score.Score);
        }

        var all = items.OrderBy(item => item.Key).Aggregate(default(Sample), (sum, item) => sum.Merge(item.Value));
        var known = Of(anchors.Id, anchors.Scale, items, Math.Sqrt(all.Variance ?? 0) / anchors.Width);
        return anchors with { Count = known.Count, Mean = known.Mean, Slices = known.Slices };
    }

    private static Baseline Of(BaselineId id, Scale scale, IReadOnlyDictionary<Slice, Sample> items, double production)
    {
        var width = scale.Max - scale.Min;
        var all = items.OrderBy(item => item.Key).Aggregate(default(Sample), (sum, item) => sum.Merge(item.Value));
        var freedom = items.Values.Sum(item => item.Count - 1);
        var squares = items.OrderBy(item => item.Key).Sum(item => item.Value.Squares) / (width * width);

        // A few repeats count beside the guess and not instead of it.
        const double prior = 10;
        var guess = AssumedNoise * production;
        var noise = Math.Sqrt((squares + prior * guess * guess) / (freedom + prior));
        return new Baseline
        {
            Id = id,
            Scale = scale,
            Count = all.Count,
            Mean = new ChannelBaseline((all.Mean - scale.Min) / width, noise, 0, noise / Math.Sqrt(all.Count)),
            Slices = new SliceTable(items.Select(item => new SliceBaseline(item.Key, item.Value.Count, item.Value.Mean, item.Value.Variance ?? 0))),
        };
    }
}

/// <summary>An anchor that was judged again.</summary>
/// <param name="Sequence">Its place in the stream.</param>
/// <param name="Day">The day it was judged, in whole days from any one day.</param>
/// <param name="Item">Which it is.</param>
/// <param name="Difference">Its score less its mean in the baseline, in points.</param>
public readonly record struct AnchorJudgement(long Sequence, long Day, Slice Item, double Difference);

/// <summary>The latest anchor judgements, and what they say of the judge.</summary>
public sealed record AnchorTrack
{
    private const int Window = 7;

    /// <summary>Anchors without a score that may lie between two of one round; the sequence counts them.</summary>
    private const int MostMissing = 5;

    private (long Day, Correction? Correction)? last;

    /// <summary>Judgements that are remembered at most.</summary>
    public int Most { get; init; } = 4096;

    public ImmutableArray<AnchorJudgement> Latest { get; init; } = [];

    public AnchorTrack Add(AnchorJudgement judgement) => new() { Most = Most, Latest = (Latest.Length < Most ? Latest : Latest.RemoveRange(0, Most / 4)).Add(judgement) };

    /// <summary>By item, its mean difference since a sequence: the differences a verdict is made from.</summary>
    public AnchorShift Since(long sequence, Scale scale) => AnchorShift.Of(ByItem(each => each.Sequence >= sequence), scale);

    /// <summary>
    /// From where on production was judged by the judge that a change of the anchors shows. Anchors judged together, one directly after the other, had one judge: where most of them lie before
    /// the change, it took place after them, and the scores up to the next ones may be of either judge.
    /// </summary>
    public long Shown(long changedAt)
    {
        var at = Latest.Count(each => each.Sequence < changedAt);
        if (at == Latest.Length)
        {
            return changedAt;
        }

        var (first, next, items) = (at, at, new HashSet<Slice>());
        for (; next < Latest.Length && (next == at ? Latest[next].Sequence - changedAt <= MostMissing : Follows(next)) && items.Add(Latest[next].Item); next++)
        {
        }

        for (; first > 0 && (first < Latest.Length && first == at ? changedAt - Latest[first - 1].Sequence <= MostMissing + 1 : Follows(first)) && items.Add(Latest[first - 1].Item); first--)
        {
        }

        return at - first <= next - at ? changedAt : next < Latest.Length ? Latest[next].Sequence : Latest[next - 1].Sequence + 1;

        bool Follows(int place) => Latest[place].Sequence - Latest[place - 1].Sequence <= MostMissing + 1;
    }

    /// <summary>
    /// The mean shift over the last 7 days, known before the next production score. Its error counts items and not judgements, for those of one item share
    /// the error of its baseline, and has in it what the items do not show; null with fewer than 10 items.
    /// </summary>
    public Correction? Correction(long day, Scale scale)
    {
        if (last?.Day != day)
        {
            last = (day, Corrected(day, scale));
        }

        return last!.Value.Correction;
    }

    /// <summary>The same in the week that ends with the newest judgement.</summary>
    public Correction? Newest(Scale scale) => Latest.IsEmpty ? null : Correction(Latest[^1].Day, scale);

    private Correction? Corrected(long day, Scale scale)
    {
        var shift = AnchorShift.Of(ByItem(each => each.Day > day - Window), scale);
        return shift.Items.Count >= AnchorScores.FewestItems ? new Correction(shift.All.Value, shift.All.Error) : null;
    }

    private double[] ByItem(Func<AnchorJudgement, bool> counts) => [.. Latest.Where(counts).GroupBy(each => each.Item).Select(item => item.Average(each => each.Difference))];
}
