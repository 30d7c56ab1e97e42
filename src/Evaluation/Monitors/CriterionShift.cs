using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// How far a criterion that nobody watches moved since a change of the watched one, in points of its scale: what the judge gave beside the scores that raised the alarm. An explanation, which is no
/// alarm of its own. Source: statistics.md 1.13.
/// </summary>
/// <param name="Criterion">Which one.</param>
/// <param name="Before">The mean of the baseline's traffic.</param>
/// <param name="After">The mean since the change, each score weighted by one over the probability with which it was drawn.</param>
/// <param name="Shift">How far scores lie from the means of their slices in the baseline (<see cref="Baseline.Moved"/>): the change of the mean without that of the mix.</param>
public sealed record CriterionShift(CriterionName Criterion, double Before, double After, double Shift)
{
    /// <summary>Scores since the change.</summary>
    public required long Scores { get; init; }

    /// <summary>The 95 % interval of the shift by itself: ± t·se, errors of both sides in quadrature.</summary>
    public required double ShiftLow { get; init; }

    public required double ShiftHigh { get; init; }

    /// <summary>p of "it did not move", two-sided, after Holm among the criteria.</summary>
    public required double P { get; init; }

    /// <summary>Of every criterion with two scores and more since the change in slices that its baseline has.</summary>
    /// <param name="baseline">Of the watched one.</param>
    /// <param name="since">Scores since the change.</param>
    public static ImmutableArray<CriterionShift> Of(Baseline baseline, IEnumerable<RecentScore> since)
    {
        if (baseline.Beside.IsEmpty)
        {
            return [];
        }

        RecentScore[] told = [.. since.Where(score => !score.Others.IsDefault)];
        var found = baseline.Beside.Select((beside, place) => Of(beside, place, told)).OfType<(CriterionShift Shift, PartChange Change)>().ToArray();
        var p = Adjusted.Holm([.. found.Select(one => one.Change.P)]);
        return [.. found.Zip(p).OrderBy(one => one.First.Change.P).Select(one => one.First.Shift with { P = one.Second })];
    }

    private static (CriterionShift Shift, PartChange Change)? Of(CriterionBaseline beside, int place, RecentScore[] since)
    {
        var baseline = beside.Scores;
        var slices = new SortedDictionary<Slice, WeightedSample>();
        foreach (var score in since)
        {
            if (baseline.Slices.Find(score.Slice) is { } slice)
            {
                slices[slice.Slice] = slices.GetValueOrDefault(slice.Slice).Add(score.Others[place], 1 / score.Inclusion);
            }
        }

        var all = slices.Values.Aggregate(default(WeightedSample), (sum, one) => sum.Merge(one));
        if (all.Count < 2)
        {
            return null;
        }

        var moved = baseline.Moved(slices);
        var change = new PartChange(moved.Value, moved.Error, Math.Max(1, Math.Min(all.EffectiveCount, baseline.Effective) - 1));
        return (new CriterionShift(beside.Criterion, baseline.MeanInPoints, all.Mean, moved.Value)
        {
            Scores = all.Count, ShiftLow = change.Value - change.Half, ShiftHigh = change.Value + change.Half, P = change.P,
        }, change);
    }
}
