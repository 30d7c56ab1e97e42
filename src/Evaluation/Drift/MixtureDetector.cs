using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Drift;

/// <summary>
/// The default alarm: an average of Shiryaev-Roberts sums of betting factors, over bets of several sizes, both directions and two channels (mean score and low tail).
/// In control its expected samples to an alarm are at least the threshold, for any law of bounded scores, while the conditional mean stays inside baseline ± band.
/// <code>
/// m_t = mean(slice of t) + ρ·(y_(t−1) − mean(slice of t−1))      predictable
/// drop: L = 1 + λ·w·(m_t − band − y_t)     rise: L = 1 + λ·w·(y_t − m_t − band)      λ = d/(s(1 + d²)), at most 0.9 of what keeps L positive
/// R ← L (R + 1);   alarm at Σ weight·R ≥ A
/// </code>
/// Units: y, m, s, band are shares of the scale's width; A counts judged samples. State: 16 sums, 16 peaks with their starts, 2 residuals.
/// Source: Shin, Ramdas, Rinaldo 2023; Waudby-Smith, Ramdas 2024 (bets); statistics.md 1.4 and 1.6.
/// </summary>
public sealed record MixtureDetector : Detector
{
    private const double Ruin = 0.9;

    /// <summary>A: in control, the expected judged samples to an alarm are at least this many. See <see cref="Patience"/>.</summary>
    public required double Threshold { get; init; }

    /// <summary>The shifts that are bet on, in standard deviations.</summary>
    public ImmutableArray<double> Effects { get; init; } = [0.1, 0.2, 0.4, 0.8];

    /// <summary>The share of the evidence's weight on drops: ½ finds both alike, ¾ finds drops 8 to 11 % sooner and rises 15 % later, 1 looks for drops alone.</summary>
    public double DropWeight { get; init; } = 0.5;

    /// <summary>The smallest shift that matters, in points: the band is at least this wide, and that of the low tail as wide as the share that lowers the mean by it. 0 leaves it at one standard error of the baseline.</summary>
    public double LeastShift { get; init; }

    /// <summary>Half the width of the band in standard errors of the baseline; more than 1 for a small baseline that is to hold for long (<see cref="UsualDetectors.Errors"/>).</summary>
    public double Errors { get; init; } = 1;

    /// <summary>The least inclusion probability that is used; null where all samples of a slice are drawn alike, which needs no weights.</summary>
    public double? LeastInclusion { get; init; }

    /// <summary>Whether only the mean is watched: the low tail of a corrected stream cannot be corrected.</summary>
    public bool MeanOnly { get; init; }

    public Evidence Evidence { get; init; } = new();

    /// <summary>y − mean(slice) of the last score, by channel; 0 before any.</summary>
    public double LastMean { get; init; }

    public double LastLow { get; init; }

    [JsonIgnore]
    public override double Level => Total / Threshold;

    /// <summary>Σ weight·R.</summary>
    [JsonIgnore]
    public double Total => Sum(Evidence);

    public static MixtureDetector Of(double threshold) => new() { Threshold = threshold };

    /// <summary>λ = d/(s(1 + d²)), the bet that grows fastest on a shift of d standard deviations.</summary>
    public static double BetOn(double effect, double deviation) => effect / (deviation * (1 + effect * effect));

    public override IEnumerable<Mistake> Check()
    {
        if (!(Threshold >= 1 && double.IsFinite(Threshold)))
        {
            yield return new Mistake("The threshold counts judged samples and must be at least 1.") { Field = "threshold" };
        }

        if (Effects.IsEmpty || Effects.Any(effect => !(effect > 0 && double.IsFinite(effect))))
        {
            yield return new Mistake("The shifts that are bet on must be positive numbers of standard deviations.") { Field = "effects" };
        }

        if (DropWeight is not (>= 0 and <= 1))
        {
            yield return new Mistake("The weight of drops is a share, 0 to 1.") { Field = "dropWeight" };
        }

        if (LeastShift is not (>= 0 and < double.PositiveInfinity))
        {
            yield return new Mistake("The smallest shift that matters is a number of points, at least 0.") { Field = "leastShift" };
        }

        if (!(Errors >= 0 && double.IsFinite(Errors)))
        {
            yield return new Mistake("The band is a number of standard errors, at least 0.") { Field = "errors" };
        }

        if (LeastInclusion is not (null or (> 0 and <= 1)))
        {
            yield return new Mistake("An inclusion probability lies above 0 and at most at 1.") { Field = "leastInclusion" };
        }
    }

    public override Promise Promise() => new(Threshold, Guaranteed: true);

    public override Detector Restarted() => this with { Evidence = new Evidence() };

    protected override (Detector Next, Alarm? Alarm) Learn(Observation observation, double share, SliceBaseline slice, Baseline baseline)
    {
        Span<double> factors = stackalloc double[Bets(baseline)];
        var (mean, low) = Factors(observation, share, slice, baseline, (LastMean, LastLow), factors);
        var evidence = (Evidence.Bets == factors.Length ? Evidence : Evidence.Of(factors.Length)).Next(factors, observation.Sequence);
        var next = this with { Sequence = observation.Sequence, Scored = Scored + 1, Evidence = evidence, LastMean = mean, LastLow = low };
        var total = Sum(evidence);
        return total < Threshold ? (next, null) : (next.Restarted(), next.Found(observation, total));
    }

    internal int Bets(Baseline baseline) => (MeanOnly || baseline.LowTail is null ? 1 : 2) * 2 * Effects.Length;

    /// <summary>The betting factors of a score, by channel, direction (drops first) and size; and its residuals, of which the next score's expectation carries a part over.</summary>
    internal (double Mean, double Low) Factors(Observation observation, double share, SliceBaseline slice, Baseline baseline, (double Mean, double Low) last, Span<double> factors)
    {
        var (centre, weight) = (baseline.Centre(slice), Weight(observation));
        var band = Math.Max(LeastShift / baseline.Width, Errors * Math.Sqrt(Square(baseline.Mean.Error) + Square((baseline.Correction?.Error ?? 0) / baseline.Width)));
        Bet(share, centre + baseline.Mean.Carry * last.Mean, baseline.Mean.Deviation, band, weight, Effects.AsSpan(), factors[..(2 * Effects.Length)]);
        var lastLow = 0.0;
        if (factors.Length > 2 * Effects.Length && baseline.LowTail is { } low && slice.LowAsDrawn is { } expected)
        {
            var isLow = observation.Score <= baseline.LowCutoff ? 1.0 : 0;
            // A drop of quality is a rise of the low tail's share: its bets stand in the other order.
            Bet(1 - isLow, 1 - (expected + low.Carry * last.Low), low.Deviation, Math.Max(Errors * low.Error, baseline.LowShare(LeastShift, centre)), weight, Effects.AsSpan(), factors[(2 * Effects.Length)..]);
            lastLow = isLow - expected;
        }

        return (share - centre, lastLow);
    }

    /// <summary>The factors of the bets on a drop and on a rise of y from m.</summary>
    private static void Bet(double y, double m, double deviation, double band, double weight, ReadOnlySpan<double> effects, Span<double> factors)
    {
        var (down, up) = (m - band, m + band);
        var i = 0;
        for (; i <= effects.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var effect = Vector256.Create(effects[i..]);
            var bet = effect / (deviation * (Vector256<double>.One + effect * effect));
            (Vector256<double>.One + weight * Limited(bet, 1 - down) * (down - y)).CopyTo(factors[i..]);
            (Vector256<double>.One + weight * Limited(bet, up) * (y - up)).CopyTo(factors[(effects.Length + i)..]);
        }

        for (; i < effects.Length; i++)
        {
            var bet = BetOn(effects[i], deviation);
            factors[i] = 1 + weight * Limited(bet, 1 - down) * (down - y);
            factors[effects.Length + i] = 1 + weight * Limited(bet, up) * (y - up);
        }
    }

    /// <summary>No single score may ruin the bettor: at the worst score a factor keeps a tenth.</summary>
    private static double Limited(double bet, double worst) => worst * bet > Ruin ? Ruin / worst : bet;

    private static Vector256<double> Limited(Vector256<double> bet, double worst) => Vector256.GreaterThanAny(worst * bet, Vector256.Create(Ruin))
        ? Vector256.ConditionalSelect(Vector256.GreaterThan(worst * bet, Vector256.Create(Ruin)), Vector256.Create(Ruin / worst), bet)
        : bet;

    private static double Square(double x) => x * x;

    private double Weight(Observation observation) => LeastInclusion is not { } least ? 1
        : observation.Inclusion >= least ? least / observation.Inclusion
        : throw new EvaluationException($"Sample '{observation.Sample}' was drawn with a lower probability than the least one declared.");

    /// <summary>The weight of a bet, by its group of one channel and direction: drops and rises share it by the drop weight, channels and sizes evenly.</summary>
    private double WeightOf(int group, int bets) => (group % 2 == 0 ? DropWeight : 1 - DropWeight) * 2 / bets;

    private double Sum(Evidence evidence)
    {
        var size = Math.Max(1, Effects.Length);
        double total = 0;
        for (var first = 0; first < evidence.Bets; first += size)
        {
            total += WeightOf(first / size, evidence.Bets) * evidence.Sum(first, size);
        }

        return total;
    }

    /// <summary>Where the evidence is strongest, and since when, by the e-CUSUM's last restart.</summary>
    public (Channel Channel, Direction Direction, long ChangedAt) Strongest()
    {
        var (bets, sums, peaks) = (Evidence.Bets, Evidence.Sums, Evidence.Peaks);
        var groups = Enumerable.Range(0, bets / Effects.Length).Select(group => Enumerable.Range(group * Effects.Length, Effects.Length).ToArray());
        var strongest = groups.MaxBy(group => group.Sum(j => WeightOf(group[0] / Effects.Length, bets) * sums[j]))!;
        var place = strongest[0] / Effects.Length;
        return (
            place < 2 ? Channel.Mean : Channel.LowTail,
            place % 2 == 0 ? Direction.Drop : Direction.Rise,
            Evidence.Starts[strongest.MaxBy(j => peaks[j])]);
    }

    private Alarm Found(Observation observation, double total)
    {
        var (channel, direction, changedAt) = Strongest();
        return Raise(observation, total, Threshold, direction) with { Channel = channel, ChangedAt = changedAt };
    }
}
