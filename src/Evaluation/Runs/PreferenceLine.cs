using System.Text.Json.Serialization;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>How often one candidate is preferred over another.</summary>
public sealed record PreferenceLine
{
    public required CandidateName A { get; init; }

    public required CandidateName B { get; init; }

    public required JudgeName Judge { get; init; }

    public required Slice Slice { get; init; }

    public required long Clusters { get; init; }

    public required Coverage Coverage { get; init; }

    public required long AWins { get; init; }

    public required long BWins { get; init; }

    public required long Ties { get; init; }

    /// <summary>Verdicts that changed with the order of presentation.</summary>
    public required long Inconsistent { get; init; }

    /// <summary>B's win rate; ties and inconsistent verdicts count half.</summary>
    public required Estimate WinRate { get; init; }

    /// <summary>The clustered standard error of the win rate; null when undefined.</summary>
    public double? StandardError { get; init; }

    /// <summary>Two-sided p of a win rate of one half; null when undefined.</summary>
    public double? P { get; init; }

    /// <summary>Two-sided p of the exact sign test, 2^(1 − C), where one candidate won every comparison; null where <see cref="P"/> says it.</summary>
    [JsonIgnore]
    public double? Unanimous => P is null && StandardError is null && WinRate.Value is (0 or 1) ? Math.Max(double.Epsilon, Math.Pow(2, 1 - Clusters)) : null;

    /// <summary>Share of scored trials whose verdict did not depend on the order.</summary>
    public required Estimate Consistency { get; init; }

    /// <summary>Share of decided single verdicts that went to the response shown first; one half is unbiased.</summary>
    public required Estimate FirstShown { get; init; }

    public Bounds? Bounds { get; init; }
}
