using System.Collections.Immutable;

namespace Assize.Evaluation.Drift;

/// <summary>
/// What a stream is watched by unless somebody chooses otherwise: the mixture over the whole stream and, where the baseline has several slices, one for every slice with e-d-BH.
/// Both at once keep the promise of one: each has twice the threshold, and the average of two e-detectors is one, so that the first alarm of either takes at least A samples on average.
/// </summary>
public static class UsualDetectors
{
    /// <param name="leastShift">The smallest shift that matters, in points.</param>
    /// <param name="dropWeight">The share of the weight on drops.</param>
    public static ImmutableArray<Detector> Of(Baseline baseline, Patience patience, double leastShift = 0, double dropWeight = 0.5)
    {
        var sliced = baseline.Slices.All.Length > 1;
        var threshold = Math.Max(1, patience.Threshold) * (sliced ? 2 : 1);
        var whole = MixtureDetector.Of(threshold) with { LeastShift = leastShift, DropWeight = dropWeight };
        return sliced ? [whole, SliceDetector.Of(threshold) with { LeastShift = leastShift, DropWeight = dropWeight }] : [whole];
    }
}
