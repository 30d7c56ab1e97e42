using System.Text.Json.Serialization;

namespace Assize.Evaluation.Statistics;

/// <summary>What a release gate says; a difference that is not significant is never a pass.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GateVerdict>))]
public enum GateVerdict
{
    Pass,
    Fail,
    Undecided,
}

/// <summary>
/// Non-inferiority of B against A: with the one-sided 95 % bounds of the mean difference d = B − A, d ± t(0.95, C − 1)·SE, the gate passes when the lower one lies above −M,
/// fails when the upper one lies below −M, and is otherwise undecided. Source: statistics.md 1.3.
/// </summary>
/// <param name="Lower">The lower one-sided 95 % bound of the difference; null when undefined.</param>
/// <param name="Upper">The upper one.</param>
/// <param name="WorseWithinMargin">Set when B passes and yet is worse than A beyond doubt.</param>
/// <param name="Needed">Pairs that would decide at the present estimate, n·(t·SE/(d + M))² rounded up; null when decided or out of reach.</param>
public sealed record Gate(GateVerdict Verdict, double? Lower, double? Upper, bool WorseWithinMargin, long? Needed)
{
    /// <param name="estimate">The mean difference B − A.</param>
    /// <param name="standardError">Its standard error; null or 0 when undefined.</param>
    /// <param name="clusters">Independent clusters behind it.</param>
    /// <param name="pairs">Pairs behind it.</param>
    /// <param name="margin">M ≥ 0, how much worse is still good enough.</param>
    public static Gate NonInferiority(double? estimate, double? standardError, long clusters, long pairs, double margin)
    {
        if (margin < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "a margin is not negative");
        }

        if (estimate is not { } d || standardError is not { } error || error <= 0 || clusters < 2)
        {
            return new Gate(GateVerdict.Undecided, null, null, false, null);
        }

        var reach = Student.Quantile(0.95, clusters - 1) * error;
        var (lower, upper) = (d - reach, d + reach);
        if (lower > -margin)
        {
            return new Gate(GateVerdict.Pass, lower, upper, upper < 0, null);
        }

        if (upper < -margin)
        {
            return new Gate(GateVerdict.Fail, lower, upper, false, null);
        }

        var ratio = reach / (d + margin);
        var needed = Math.Ceiling(pairs * ratio * ratio);
        return new Gate(GateVerdict.Undecided, lower, upper, false, double.IsFinite(needed) && needed < 1e15 ? (long)needed : null);
    }
}
