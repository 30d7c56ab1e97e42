using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Streams;

/// <summary>What is said about a watch beside its alarms.</summary>
internal static class DriftExplanation
{
    /// <summary>The change of the mean by slice: the baseline against scores since.</summary>
    public static Attribution Slices(Baseline baseline, ImmutableSortedDictionary<Slice, WeightedSample> scores)
    {
        double all = Math.Max(1, scores.Values.Sum(sample => sample.Count));
        return Attribution.Of([.. baseline.Slices.All.Select(slice => (slice, now: scores.GetValueOrDefault(slice.Slice))).Select(pair => new SliceChange(
            pair.slice.Slice,
            (double)pair.slice.Count / baseline.Count,
            pair.slice.Mean,
            pair.now.Count / all,
            pair.now.Count > 0 ? pair.now.Mean : pair.slice.Mean))]);
    }

    public static SliceFacts Facts(SlicePart part, Baseline baseline, ImmutableSortedDictionary<Slice, WeightedSample> scores)
    {
        var now = scores.GetValueOrDefault(part.Change.Slice);
        var before = baseline.Slices.All.Single(slice => slice.Slice == part.Change.Slice);
        double? error = PartChange.Of(before.Scores, now, baseline.Mean.Carry) is { Error: > 0 } change ? change.Half * (part.Change.WeightBefore + part.Change.WeightAfter) / 2 : null;
        return new SliceFacts(part.Change.Slice.Value, before.Count, part.Change.MeanBefore, now.Count, now.Count > 0 ? now.Mean : null, part.Within, error, part.Mix);
    }

    public static BaselineFacts Facts(Watch watch, long rows, long repeated, long anchorJudgements) => new(
        rows,
        watch.Baseline.Count,
        repeated,
        watch.Baseline.MeanInPoints,
        Deviation(watch.Baseline.Slices),
        watch.Baseline.Mean.Deviation * watch.Baseline.Width,
        watch.Baseline.Mean.Carry,
        watch.Baseline.Mean.Error * watch.Baseline.Width,
        watch.Baseline.LowCutoff,
        watch.Baseline.Slices.All.Length,
        watch.Baseline.Judge?.Value,
        watch.Baseline.From,
        watch.Baseline.Until,
        watch.Anchors?.Slices.All.Length ?? 0,
        anchorJudgements);

    /// <summary>What a drop of a thirtieth and of a tenth of the scale would take a mixture; nothing where none watches.</summary>
    public static ImmutableArray<string> Planning(Watch watch) => Evaluation.Drift.Planning.Of(watch)?.Sentences() ?? [];

    public static AnchorFacts Anchors(Watch watch)
    {
        if (watch.Verdict() is not { } verdict)
        {
            var items = watch.Track.Since(0, watch.Baseline.Scale).Items.Count;
            return new AnchorFacts(null, string.Create(CultureInfo.InvariantCulture, $"Judge or product? Too little was judged since the alarm to tell ({items} anchor items; {AnchorScores.FewestItems} are needed)."), null, null, null, items);
        }

        var shifts = string.Create(CultureInfo.InvariantCulture, $"judge {Signed(verdict.Known)}, product {(verdict.Product is { } product ? Signed(product) : "not known yet")}, in points; {verdict.Items} anchor items");
        return new AnchorFacts(verdict.Culprit, $"Judge or product? {Words(verdict.Culprit)}: {shifts}.", verdict.Known, verdict.Product, verdict.Raw, verdict.Items);
    }

    private static string Words(Culprit culprit) => culprit switch
    {
        Culprit.Judge => "The judge",
        Culprit.Product => "The product",
        Culprit.Both => "Both",
        _ => "Undecided",
    };

    private static string Signed(Shift shift) => string.Create(CultureInfo.InvariantCulture, $"{shift.Value:+0.00;-0.00;0.00} ± {shift.Error:0.00}");

    /// <summary>Inside slices, as it was found.</summary>
    private static double Deviation(SliceTable slices) =>
        Math.Sqrt(slices.All.Sum(slice => (slice.Count - 1) * slice.Variance) / Math.Max(1, slices.All.Sum(slice => slice.Count - 1)));
}
