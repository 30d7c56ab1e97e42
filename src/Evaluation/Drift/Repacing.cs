using System.Collections.Immutable;

namespace Assize.Evaluation.Drift;

/// <summary>What becomes of a watch when its promise reckons with another number of scores a day.</summary>
public static class Repacing
{
    /// <summary>
    /// The watch with as much evidence of its threshold as before: R and A by the same factor, which is the same sum counted in days (<see cref="FollowedPace"/>), and the bands of the new threshold.
    /// Charts stay as they are, for they cannot be counted in days, and say what their limits promise at the new pace; so does the judge's detector, which counts anchors.
    /// </summary>
    public static Watch Repaced(this Watch watch, Patience patience)
    {
        var factor = Math.Max(1, patience.Threshold) / Math.Max(1, watch.Patience.Threshold);
        return factor == 1 ? watch with { Patience = patience } : watch with
        {
            Patience = patience,
            Detectors = [.. watch.Detectors.Select(detector => detector switch
            {
                MixtureDetector mixture => Of(mixture, factor, watch.Baseline),
                SliceDetector slices => Of(slices, factor, watch.Baseline),
                _ => detector,
            })],
            CorrectedDetector = watch.CorrectedDetector is { } corrected ? Of(corrected, factor, watch.Baseline) : null,
        };
    }

    private static MixtureDetector Of(MixtureDetector mixture, double factor, Baseline baseline) => mixture with
    {
        Threshold = mixture.Threshold * factor, Errors = UsualDetectors.Errors(baseline.Effective, mixture.Threshold * factor), Evidence = mixture.Evidence.Times(factor),
    };

    private static SliceDetector Of(SliceDetector detector, double factor, Baseline baseline)
    {
        var threshold = detector.Threshold * factor;
        return detector with
        {
            Threshold = threshold,
            Slices = detector.Slices.ToImmutableSortedDictionary(each => each.Key, each => each.Value with
            {
                Errors = SliceDetector.Errors(baseline.Slices.Find(each.Key)!, threshold, baseline), Evidence = each.Value.Evidence.Times(factor),
            }),
        };
    }
}
