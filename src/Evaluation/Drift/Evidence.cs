using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;

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

    /// <summary>R, C and, as bits, the starts, by bet: in one piece, for every score makes a new one.</summary>
    private readonly double[] parts = [];

    public Evidence()
    {
    }

    private Evidence(double[] parts) => this.parts = parts;

    /// <summary>R by bet.</summary>
    public ImmutableArray<double> Sums
    {
        get => [.. Part(0)];
        init => parts = With(0, value.AsSpan());
    }

    /// <summary>C by bet.</summary>
    public ImmutableArray<double> Peaks
    {
        get => [.. Part(1)];
        init => parts = With(1, value.AsSpan());
    }

    /// <summary>By bet, the sequence of the first score since C last restarted; 0 before any score.</summary>
    public ImmutableArray<long> Starts
    {
        get => [.. MemoryMarshal.Cast<double, long>(Part(2))];
        init => parts = With(2, MemoryMarshal.Cast<long, double>(value.AsSpan()));
    }

    /// <summary>How many bets there are.</summary>
    [JsonIgnore]
    public int Bets => parts.Length / 3;

    public static Evidence Of(int bets) => new() { Sums = [.. new double[bets]] };

    /// <summary>The same evidence in another unit: R by a factor. C starts at 1 whatever the unit, and only tells when.</summary>
    public Evidence Times(double factor) => this with { Sums = [.. Sums.Select(sum => Math.Min(Most, sum * factor))] };

    /// <summary>The evidence after one more score, given its betting factor L for every bet.</summary>
    public Evidence Next(ReadOnlySpan<double> factors, long sequence)
    {
        var bets = factors.Length;
        var next = new double[3 * bets];
        var sums = next.AsSpan(0, bets);
        var peaks = next.AsSpan(bets, bets);
        var starts = MemoryMarshal.Cast<double, long>(next.AsSpan(2 * bets));
        var r = Part(0);
        var c = Part(1);
        var since = MemoryMarshal.Cast<double, long>(Part(2));
        var j = 0;
        for (; j <= bets - Vector256<double>.Count; j += Vector256<double>.Count)
        {
            var (factor, peak) = (Vector256.Create(factors[j..]), Vector256.Create(c[j..]));
            var restarts = Vector256.LessThanOrEqual(peak, Vector256<double>.One);
            Vector256.Min(Vector256.Create(Most), factor * (Vector256.Create(r[j..]) + Vector256<double>.One)).CopyTo(sums[j..]);
            Vector256.Min(Vector256.Create(Most), factor * Vector256.ConditionalSelect(restarts, Vector256<double>.One, peak)).CopyTo(peaks[j..]);
            Vector256.ConditionalSelect(restarts.AsInt64(), Vector256.Create(sequence), Vector256.Create(since[j..])).CopyTo(starts[j..]);
        }

        for (; j < bets; j++)
        {
            sums[j] = Math.Min(Most, factors[j] * (r[j] + 1));
            var restarts = c[j] <= 1;
            peaks[j] = Math.Min(Most, factors[j] * (restarts ? 1 : c[j]));
            starts[j] = restarts ? sequence : since[j];
        }

        return new Evidence(next);
    }

    /// <summary>Σ R of some bets that follow on each other.</summary>
    internal double Sum(int first, int count)
    {
        var sums = Part(0)[first..Math.Min(Bets, first + count)];
        var (sum, j) = (0.0, 0);
        for (; j <= sums.Length - Vector256<double>.Count; j += Vector256<double>.Count)
        {
            sum += Vector256.Sum(Vector256.Create(sums[j..]));
        }

        for (; j < sums.Length; j++)
        {
            sum += sums[j];
        }

        return sum;
    }

    private ReadOnlySpan<double> Part(int number) => parts.AsSpan(number * Bets, Bets);

    private double[] With(int number, ReadOnlySpan<double> part)
    {
        var next = parts.Length == 3 * part.Length ? (double[])parts.Clone() : new double[3 * part.Length];
        part.CopyTo(next.AsSpan(number * part.Length));
        return next;
    }
}
