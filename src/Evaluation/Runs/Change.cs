namespace Assize.Evaluation.Runs;

/// <summary>One case in which two candidates differ much under a criterion.</summary>
public sealed record Change
{
    public required CaseId Case { get; init; }

    public required JudgeName Judge { get; init; }

    public required CriterionName Criterion { get; init; }

    public required CandidateName A { get; init; }

    public required CandidateName B { get; init; }

    public required double ValueA { get; init; }

    public required double ValueB { get; init; }

    /// <summary>(B − A) over the width of the scale, from −1 to 1.</summary>
    public required double Shift { get; init; }
}
