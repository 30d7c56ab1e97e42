using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>Which score: whose, by whom, on what, where.</summary>
public sealed record ScoreKey(CandidateName Candidate, JudgeName Judge, CriterionName Criterion, Slice Slice);

/// <summary>The scores of one key.</summary>
public sealed record ScoreCell
{
    public required ScoreKey Key { get; init; }

    public required Coverage Coverage { get; init; }

    /// <summary>Of the values; for pass or fail, of ones and zeros.</summary>
    public required Moments Values { get; init; }

    /// <summary>Values equal to 1 on a scale of fail and pass.</summary>
    public long Passes { get; init; }

    public ScoreCell Merge(ScoreCell other) => this with
    {
        Coverage = Coverage.Plus(other.Coverage), Values = Values.Merge(other.Values), Passes = Passes + other.Passes,
    };
}
