using System.Collections.Immutable;

namespace Assize.Evaluation.Models;

/// <summary>Sums per second over the last seconds.</summary>
public sealed record Seconds
{
    private ImmutableArray<double> Sums { get; init; }

    private long Last { get; init; }

    /// <param name="length">How many seconds are kept, the running one included.</param>
    /// <param name="each">What each of them is believed to have held before.</param>
    public static Seconds Of(int length, DateTimeOffset now, double each = 0) =>
        new() { Sums = [.. Enumerable.Repeat(each, length)], Last = now.ToUnixTimeSeconds() };

    public Seconds Add(DateTimeOffset now, double amount)
    {
        var second = Math.Max(Last, now.ToUnixTimeSeconds());
        var sums = Sums.ToArray();
        for (var gone = Math.Max(Last + 1, second - sums.Length + 1); gone <= second; gone++)
        {
            sums[gone % sums.Length] = 0;
        }

        sums[second % sums.Length] += amount;
        return new Seconds { Sums = [.. sums], Last = second };
    }

    /// <summary>The sum over the running second and those before it, so many in all.</summary>
    public double Total(DateTimeOffset now, int seconds)
    {
        var second = Math.Max(Last, now.ToUnixTimeSeconds());
        var total = 0.0;
        for (var at = Math.Max(second - Math.Min(seconds, Sums.Length) + 1, Last - Sums.Length + 1); at <= Last; at++)
        {
            total += Sums[(int)(at % Sums.Length)];
        }

        return total;
    }
}
