using System.Text.Json.Serialization;

namespace Assize.Evaluation.Drift;

/// <summary>
/// Page's tabular CUSUM of the standardised residual z = (y − m)/s. Its threshold holds for normal scores; its run length is calibrated, not guaranteed.
/// <code>S⁺ ← max(0, S⁺ + z − k)     S⁻ ← max(0, S⁻ − z − k)     alarm at max(S⁺, S⁻) &gt; h</code>
/// Source: Page 1954; Siegmund 1985 (run length); statistics.md 1.7.
/// </summary>
public sealed record CusumDetector : Detector
{
    /// <summary>k, half the shift in standard deviations that is looked for.</summary>
    public double Slack { get; init; } = 0.1;

    /// <summary>h, in standard deviations; 28.7 with k = 0.1 alarms once in about 10,000 scores in control.</summary>
    public double Limit { get; init; } = 28.7;

    public double Up { get; init; }

    public double Down { get; init; }

    /// <summary>The first score since each sum was last 0.</summary>
    public long UpSince { get; init; }

    public long DownSince { get; init; }

    /// <summary>The last residual as a share of the scale.</summary>
    public double Last { get; init; }

    [JsonIgnore]
    public override double Level => Math.Max(Up, Down) / Limit;

    /// <summary>A CUSUM whose two-sided run length in control is the given one for normal scores, h found by bisection.</summary>
    public static CusumDetector Of(double runLength, double slack = 0.1)
    {
        var (low, high) = (0.0, 1000 / slack);
        for (var i = 0; i < 200 && high - low > 1e-12 * high; i++)
        {
            var h = (low + high) / 2;
            (low, high) = InControl(h, slack) < runLength ? (h, high) : (low, h);
        }

        return new CusumDetector { Slack = slack, Limit = (low + high) / 2 };
    }

    /// <summary>
    /// One-sided run length at a mean shift δ in standard deviations: (e^(−2Δb) + 2Δb − 1)/(2Δ²) with Δ = δ − k, b = h + 1.166; two-sided in control it is half of that.
    /// Source: Siegmund 1985.
    /// </summary>
    public static double RunLength(double limit, double slack, double shift)
    {
        var (drift, b) = (shift - slack, limit + 1.166);
        return Math.Abs(drift) < 1e-9 ? b * b : (Math.Exp(-2 * drift * b) + 2 * drift * b - 1) / (2 * drift * drift);
    }

    /// <summary>Two-sided run length in control: half of the one-sided.</summary>
    public static double InControl(double limit, double slack) => RunLength(limit, slack, 0) / 2;

    public override IEnumerable<Mistake> Check()
    {
        if (!(Slack > 0 && double.IsFinite(Slack)))
        {
            yield return new Mistake("The slack must be a positive number of standard deviations.") { Field = "slack" };
        }

        if (!(Limit > 0 && double.IsFinite(Limit)))
        {
            yield return new Mistake("The limit must be a positive number of standard deviations.") { Field = "limit" };
        }
    }

    public override Promise Promise() => new(InControl(Limit, Slack), Guaranteed: false);

    public override Detector Restarted() => this with { Up = 0, Down = 0, UpSince = 0, DownSince = 0 };

    protected override (Detector Next, Alarm? Alarm) Learn(Observation observation, double share, SliceBaseline slice, Baseline baseline)
    {
        var residual = share - baseline.Centre(slice);
        var z = (residual - baseline.Mean.Carry * Last) / baseline.Mean.Deviation;
        var at = observation.Sequence;
        var next = this with
        {
            Sequence = at,
            Scored = Scored + 1,
            Up = Math.Max(0, Up + z - Slack),
            Down = Math.Max(0, Down - z - Slack),
            UpSince = Up > 0 ? UpSince : at,
            DownSince = Down > 0 ? DownSince : at,
            Last = residual,
        };
        var worst = Math.Max(next.Up, next.Down);
        return worst > Limit
            ? (next.Restarted(), Raise(observation, worst, Limit, next.Down >= next.Up ? Direction.Drop : Direction.Rise) with { ChangedAt = next.Down >= next.Up ? next.DownSince : next.UpSince })
            : (next, null);
    }
}
