using System.Collections.Immutable;

namespace Assize.Evaluation.Drift;

/// <summary>
/// What a stream is watched by unless somebody chooses otherwise: the mixture over the whole stream and, where the baseline has several slices, one for every slice with e-d-BH.
/// Both at once keep the promise of one: each has twice the threshold (<see cref="ChosenDetectors"/>), so that the first alarm of either takes at least A samples on average.
/// </summary>
public static class UsualDetectors
{
    /// <param name="leastShift">The smallest shift that matters, in points.</param>
    /// <param name="dropWeight">The share of the weight on drops.</param>
    public static ImmutableArray<Detector> Of(Baseline baseline, Patience patience, double leastShift = 0, double dropWeight = 0.5) =>
        ChosenDetectors.Of(Kinds(baseline), baseline, patience, leastShift, dropWeight);

    /// <summary>Their names.</summary>
    public static ImmutableArray<string> Kinds(Baseline baseline) => baseline.Slices.All.Length > 1 ? ["mixture", "slices"] : ["mixture"];

    /// <summary>
    /// Half the width of the band in standard errors of the baseline, z = 1 + ¼·log₂(A/(10 n)), at least 1. A mean that is off by more than the band looks like a change, and the
    /// more so the longer it is looked at: one standard error holds false alarms at the promise up to ten times the baseline's scores (statistics.md 4.3), and beyond that the
    /// band grows slowly. Measured in bench/RESULTS.md, Monitors.
    /// </summary>
    /// <param name="count">n, scores of the baseline, as many as say as much with equal weights; 0 where it is known.</param>
    /// <param name="threshold">A in the same samples.</param>
    public static double Errors(double count, double threshold) => count == 0 ? 1 : Math.Max(1, 1 + Math.Log2(threshold / (10.0 * count)) / 4);
}
