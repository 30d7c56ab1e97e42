using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>How much candidate B's values lie above candidate A's on the same cases.</summary>
public sealed record DifferenceLine
{
    public required CandidateName A { get; init; }

    public required CandidateName B { get; init; }

    public required JudgeName Judge { get; init; }

    public required CriterionName Criterion { get; init; }

    public required Slice Slice { get; init; }

    public required Scale Scale { get; init; }

    /// <summary>Cases that both have a value for.</summary>
    public required long Pairs { get; init; }

    /// <summary>Cases that were due but lack a value on one side or both.</summary>
    public required long Unpaired { get; init; }

    public required long Clusters { get; init; }

    /// <summary>Mean of B − A over the pairs, in points of the scale or as a difference of shares.</summary>
    public required Estimate Estimate { get; init; }

    /// <summary>The clustered standard error of the estimate; null when undefined.</summary>
    public double? StandardError { get; init; }

    /// <summary>Two-sided p of no difference; null when undefined.</summary>
    public double? P { get; init; }

    /// <summary>
    /// Two-sided p of the exact sign test, 2^(1 − C), where all pairs of all C clusters differ the same way and by the same: there is no standard error then, and yet it says something that they all went one way. Null where
    /// <see cref="P"/> says it, and where nothing differs.
    /// </summary>
    [JsonIgnore]
    public double? Unanimous => P is null && StandardError is null && Equal == 0 && (Better == 0 || Worse == 0) && Estimate.Value is not (null or 0) ? Math.Max(double.Epsilon, Math.Pow(2, 1 - Clusters)) : null;

    /// <summary>The test behind <see cref="P"/>, as in <c>paired clustered t, 41 df</c> or <c>McNemar exact</c>.</summary>
    public required string Test { get; init; }

    /// <summary>Cases in which B is better, worse, and equal.</summary>
    public required long Better { get; init; }

    public required long Worse { get; init; }

    public required long Equal { get; init; }

    /// <summary>The difference if everything missing had turned out worst, and best, for B; null when all is paired.</summary>
    public Bounds? Bounds { get; init; }

    /// <summary>Whether B is no worse than A by more than a margin, which is declared before anyone looks; higher is better.</summary>
    /// <param name="margin">In the unit of <see cref="Estimate"/>, not negative.</param>
    /// <param name="from">The baseline: A or B.</param>
    public Gate NonInferiority(double margin, CandidateName? from = null) => from == B
        ? Gate.NonInferiority(-Estimate.Value, StandardError, Clusters, Pairs, margin, Scale.Max - Scale.Min, new Flows(Worse, Better))
        : Gate.NonInferiority(Estimate.Value, StandardError, Clusters, Pairs, margin, Scale.Max - Scale.Min, new Flows(Better, Worse));
}
