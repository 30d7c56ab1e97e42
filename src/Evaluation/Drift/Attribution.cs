using System.Collections.Immutable;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Drift;

/// <summary>A slice before and after: its share of the scores and its mean in points.</summary>
public readonly record struct SliceChange(Slice Slice, double WeightBefore, double MeanBefore, double WeightAfter, double MeanAfter);

/// <summary>What of a change of the mean a slice accounts for, in points.</summary>
/// <param name="Within">Its scores changed: mean weight × change of its mean.</param>
/// <param name="Mix">Its share changed: change of weight × (mean of its means − the overall mean).</param>
public readonly record struct SlicePart(SliceChange Change, double Within, double Mix);

/// <summary>
/// An exact split of a change of the mean into what changed inside slices and what changed in their mix: the parts sum to the total.
/// <code>within_s = (w0 + w1)/2·(m1 − m0)     mix_s = (w1 − w0)·((m0 + m1)/2 − overall)     overall = Σ (w0 + w1)/2·(m0 + m1)/2</code>
/// Source: Kitagawa 1955; statistics.md 1.13.
/// </summary>
public sealed record Attribution(ImmutableArray<SlicePart> Parts)
{
    public double Within => Parts.Sum(part => part.Within);

    public double Mix => Parts.Sum(part => part.Mix);

    public double Total => Within + Mix;

    public static Attribution Of(ImmutableArray<SliceChange> changes)
    {
        var overall = changes.Sum(change => (change.WeightBefore + change.WeightAfter) / 2 * (change.MeanBefore + change.MeanAfter) / 2);
        return new Attribution([.. changes.Select(change => new SlicePart(
            change,
            (change.WeightBefore + change.WeightAfter) / 2 * (change.MeanAfter - change.MeanBefore),
            (change.WeightAfter - change.WeightBefore) * ((change.MeanBefore + change.MeanAfter) / 2 - overall)))]);
    }
}
