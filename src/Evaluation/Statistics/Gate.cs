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
/// fails when the upper one lies below −M, and is otherwise undecided. Source: statistics.md 1.3. Where no more than half of the pairs differ, they are the bounds of <see cref="ScoreBound"/>.
/// Where all clusters differ alike there is no SE; then at most q = 1 − 0.05^(1/C) of all clusters are different (0 of C were), and as a difference lies within ±W,
/// the bounds are d − q(d + W) and d + q(W − d). Exact for clusters of like size. Source: Clopper and Pearson 1934, with no success in C.
/// </summary>
/// <param name="Lower">The lower one-sided 95 % bound of the difference; null when undefined.</param>
/// <param name="Upper">The upper one.</param>
/// <param name="WorseWithinMargin">Set when B passes and yet is worse than A beyond doubt.</param>
/// <param name="Needed">Pairs that would decide at the present estimate, n·(t·SE/(d + M))² rounded up; null when decided or out of reach.</param>
public sealed record Gate(GateVerdict Verdict, double? Lower, double? Upper, bool WorseWithinMargin, long? Needed)
{
    private const double Tail = 0.05;

    /// <summary>The gate on moments of the differences B − A.</summary>
    /// <param name="differences">One observation a pair.</param>
    /// <param name="margin">M ≥ 0, how much worse is still good enough.</param>
    /// <param name="width">W, the width of the scale; null leaves the gate undecided where all clusters differ alike.</param>
    public static Gate NonInferiority(Moments differences, double margin, double? width = null) =>
        NonInferiority(differences.Centre, differences.StandardError, differences.Clusters, differences.Count, margin, width);

    /// <summary>The gate on an estimated difference.</summary>
    /// <param name="estimate">The mean difference B − A; null when nothing was paired.</param>
    /// <param name="standardError">Its standard error; null or 0 when undefined.</param>
    /// <param name="clusters">Independent clusters behind it.</param>
    /// <param name="pairs">Pairs behind it.</param>
    /// <param name="margin">M ≥ 0, how much worse is still good enough.</param>
    /// <param name="width">W, the width of the scale; null leaves the gate undecided where all clusters differ alike.</param>
    /// <param name="flows">How many pairs differ; null where that is not known.</param>
    public static Gate NonInferiority(double? estimate, double? standardError, long clusters, long pairs, double margin, double? width = null, Flows? flows = null)
    {
        if (!(margin >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "a margin is not negative");
        }

        if (estimate is not { } d || clusters < 2)
        {
            return new Gate(GateVerdict.Undecided, null, null, false, null);
        }

        if (standardError is { } error and > 0)
        {
            var t = Student.Quantile(1 - Tail, clusters - 1);
            if (width is { } most && flows is { } seen && seen.AreSparse(pairs))
            {
                var bound = new ScoreBound(d, error, clusters, pairs, seen, most, t);
                return Decide(bound.Lower(), bound.Upper(), margin, Needed(bound.Reach(-margin)));
            }

            return Decide(d - t * error, d + t * error, margin, Needed(t * error));

            double Needed(double reach) => pairs * (reach / (d + margin)) * (reach / (d + margin));
        }

        if (width is not { } w)
        {
            return new Gate(GateVerdict.Undecided, null, null, false, null);
        }

        var others = 1 - Math.Pow(Tail, 1.0 / clusters);
        var tolerable = d + margin > 0 ? (d + margin) / (d + w) : (d + margin) / (d - w);
        return Decide(d - others * (d + w), d + others * (w - d), margin, (double)pairs / clusters * Math.Log(Tail) / Math.Log(1 - tolerable));
    }

    /// <summary>The same with bounds cut off where no difference can lie.</summary>
    /// <param name="width">The largest difference that there can be.</param>
    public Gate Within(double width) => this with { Lower = Lower is { } low ? Math.Max(low, -width) : null, Upper = Upper is { } high ? Math.Min(high, width) : null };

    private static Gate Decide(double lower, double upper, double margin, double needed)
    {
        if (lower > -margin)
        {
            return new Gate(GateVerdict.Pass, lower, upper, upper < 0, null);
        }

        if (upper < -margin)
        {
            return new Gate(GateVerdict.Fail, lower, upper, false, null);
        }

        return new Gate(GateVerdict.Undecided, lower, upper, false, needed > 0 && needed < 1e15 ? (long)Math.Ceiling(needed) : null);
    }
}
