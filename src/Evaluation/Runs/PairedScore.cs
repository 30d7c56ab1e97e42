using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>One case under one criterion in two runs: the means over the trials that both have scored, in points.</summary>
/// <param name="Cluster">What the case shares with others that are not independent of it.</param>
/// <param name="Before">In the first run.</param>
/// <param name="After">In the second.</param>
public readonly record struct PairedScore(CaseId Case, string Cluster, JudgeName Judge, CriterionName Criterion, double Before, double After)
{
    public double Difference => After - Before;
}
