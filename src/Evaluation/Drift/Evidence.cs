using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Assize.Evaluation.Drift;

/// <summary>
/// Wealth of bets against "nothing has changed", by bet: what grows when the bet is right.
/// <code>
/// R ← L (R + 1)         e-SR: R_t − t is a martingale in control, so that the expected samples to R ≥ A are at least A, whatever the law
/// C ← L max(C, 1)       e-CUSUM: where it last restarted is the estimate of the time of change
/// </code>
/// Source: Shin, Ramdas, Rinaldo 2023 (e-detectors); statistics.md 1.6.
/// </summary>
public sealed record Evidence
{
    // Beyond this nothing is learnt from more, and products stay finite.
    private const double Most = 1e300;

    /// <summary>R by bet.</summary>
    public ImmutableArray<double> Sums { get; init; } = [];

    /// <summary>C by bet.</summary>
    public ImmutableArray<double> Peaks { get; init; } = [];

    /// <summary>By bet, the sequence of the first score since C last restarted; 0 before any score.</summary>
    public ImmutableArray<long> Starts { get; init; } = [];

    public static Evidence Of(int bets) => new() { Sums = [.. new double[bets]], Peaks = [.. new double[bets]], Starts = [.. new long[bets]] };

    /// <summary>The same evidence in another unit: R by a factor. C starts at 1 whatever the unit, and only tells when.</summary>
    public Evidence Times(double factor) => this with { Sums = [.. Sums.Select(sum => Math.Min(Most, sum * factor))] };

    /// <summary>The evidence after one more score, given its betting factor L for every bet.</summary>
    public Evidence Next(ReadOnlySpan<double> factors, long sequence)
    {
        var (sums, peaks, starts) = (new double[factors.Length], new double[factors.Length], new long[factors.Length]);
        var j = 0;
        for (; j <= factors.Length - Vector256<double>.Count; j += Vector256<double>.Count)
        {
            var (factor, peak) = (Vector256.Create(factors[j..]), Vector256.Create(Peaks.AsSpan(j..)));
            var restarts = Vector256.LessThanOrEqual(peak, Vector256<double>.One);
            Vector256.Min(Vector256.Create(Most), factor * (Vector256.Create(Sums.AsSpan(j..)) + Vector256<double>.One)).CopyTo(sums, j);
            Vector256.Min(Vector256.Create(Most), factor * Vector256.ConditionalSelect(restarts, Vector256<double>.One, peak)).CopyTo(peaks, j);
            Vector256.ConditionalSelect(restarts.AsInt64(), Vector256.Create(sequence), Vector256.Create(Starts.AsSpan(j..))).CopyTo(starts, j);
        }

        for (; j < factors.Length; j++)
        {
            sums[j] = Math.Min(Most, factors[j] * (Sums[j] + 1));
            var restarts = Peaks[j] <= 1;
            peaks[j] = Math.Min(Most, factors[j] * (restarts ? 1 : Peaks[j]));
            starts[j] = restarts ? sequence : Starts[j];
        }

        return new Evidence
        {
            Sums = ImmutableCollectionsMarshal.AsImmutableArray(sums),
            Peaks = ImmutableCollectionsMarshal.AsImmutableArray(peaks),
            Starts = ImmutableCollectionsMarshal.AsImmutableArray(starts),
        };
    }
}
