using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>Which difference: B's value less A's.</summary>
public sealed record DifferenceKey(CandidateName A, CandidateName B, JudgeName Judge, CriterionName Criterion, Slice Slice);

/// <summary>The differences of one key, paired by case.</summary>
public sealed record DifferenceCell
{
    public required DifferenceKey Key { get; init; }

    /// <summary>Of B − A, one value per case with both.</summary>
    public required Moments Values { get; init; }

    public long Unpaired { get; init; }

    public long Better { get; init; }

    public long Worse { get; init; }

    public long Equal { get; init; }

    /// <summary>Whether every case had one trial a side, so that differences of passes are −1, 0 or 1.</summary>
    public bool Single { get; init; } = true;

    /// <summary>Σ(B − A) over all cases, with everything missing at its worst for B, and at its best.</summary>
    public double WorstSum { get; init; }

    public double BestSum { get; init; }

    public DifferenceCell Merge(DifferenceCell other) => this with
    {
        Values = Values.Merge(other.Values),
        Unpaired = Unpaired + other.Unpaired,
        Better = Better + other.Better,
        Worse = Worse + other.Worse,
        Equal = Equal + other.Equal,
        Single = Single && other.Single,
        WorstSum = WorstSum + other.WorstSum,
        BestSum = BestSum + other.BestSum,
    };
}
