using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Drift;

/// <summary>What scores by one criterion were while all was well. Nothing watches them; they tell what else moved when something did.</summary>
public sealed record CriterionBaseline(CriterionName Criterion, Baseline Scores)
{
    /// <summary>Of a baseline's scores those by another of the judge's criteria; null where too few kept them, which is so of all of them or none.</summary>
    /// <param name="id">The baseline's.</param>
    /// <param name="criterion">Which one.</param>
    /// <param name="place">Its place among the judge's other criteria.</param>
    /// <param name="scores">The baseline's.</param>
    public static CriterionBaseline? Of(BaselineId id, Criterion criterion, int place, IEnumerable<BaselineScore> scores)
    {
        BaselineScore[] own = [.. scores.Where(score => !score.Others.IsDefault).Select(score => score with { Score = score.Others[place], Others = default })];
        if (own.Length < BaselineScores.Fewest)
        {
            return null;
        }

        var full = BaselineScores.Of(id, criterion.Scale, own);
        // Saved with every score of the watched criterion, it keeps what tells a shift and no more.
        return new CriterionBaseline(criterion.Name, full with { Levels = null, LowTail = null, LowCutoff = null, LowSliceCarry = null, Slices = new SliceTable(full.Slices.All.Select(slice => slice with { LowShare = null, DrawnLow = null, PooledScores = [] })) });
    }
}
