using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Drift;

/// <summary>How far scores lie from those of a baseline, each distance beside what sampling alone makes it on average (<see cref="Divergence"/>): descriptions, and never an alarm.</summary>
/// <param name="Scores">That were compared.</param>
/// <param name="Psi">Population stability index.</param>
/// <param name="PsiP">P(PSI at least as large) where both came from one law; null with one category.</param>
/// <param name="JensenShannon">The distance, in root nats.</param>
/// <param name="Wasserstein">In points.</param>
public sealed record ScoreDistances(
    long Scores, double Psi, double PsiBySampling, double? PsiP, double JensenShannon, double JensenShannonBySampling, double Wasserstein, double WassersteinBySampling)
{
    /// <summary>Null where either side has no scores.</summary>
    public static ScoreDistances? Of(ScoreCounts before, ScoreCounts after, long scores)
    {
        if (before.IsEmpty || after.IsEmpty)
        {
            return null;
        }

        var (one, other) = ScoreCounts.Alike(before, after);
        var between = new Divergence([.. one.Values], [.. one.Counts], [.. other.Counts]);
        return new ScoreDistances(
            scores, between.Stability, between.NullStability, between.StabilityP, between.JensenShannonDistance, Math.Sqrt(between.NullJensenShannon), between.Wasserstein, between.NullWasserstein);
    }
}
