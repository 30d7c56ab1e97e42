using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>A score that shows a change, beside one from before it.</summary>
/// <param name="Score">In points.</param>
/// <param name="Expected">Its slice's mean in the baseline, in points; null for a slice that the baseline does not have.</param>
public sealed record ExampleScore(SampleId Sample, Slice Slice, double Score, double? Expected)
{
    /// <summary>ln L, what the score added to the logarithm of the winning bet (<see cref="BetGrowth"/>); null where no bet won.</summary>
    public double? Growth { get; init; }

    /// <summary>The score of the same slice that came last before the change, and is beside no other example; null where none is remembered.</summary>
    public SampleId? Before { get; init; }

    public double? ScoreBefore { get; init; }
}
