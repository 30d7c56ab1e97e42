using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>One candidate under one criterion in one slice.</summary>
public sealed record ScoreLine
{
    public required CandidateName Candidate { get; init; }

    public required JudgeName Judge { get; init; }

    public required CriterionName Criterion { get; init; }

    public required Slice Slice { get; init; }

    public required Scale Scale { get; init; }

    /// <summary>Independent clusters among the scored trials.</summary>
    public required long Clusters { get; init; }

    public required Coverage Coverage { get; init; }

    /// <summary>The mean in points of the scale, or the pass rate as a share.</summary>
    public required Estimate Estimate { get; init; }

    /// <summary>Variance of the clustered mean over that of independent trials; null when undefined.</summary>
    public double? DesignEffect { get; init; }

    /// <summary>The mean if everything unscored had got the worst, and the best, value; null when all was scored.</summary>
    public Bounds? Bounds { get; init; }
}

/// <summary>The least and the most a number could have been.</summary>
public sealed record Bounds(double Worst, double Best);
