using System.Collections.Immutable;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Sampling;

/// <summary>A part of the traffic that gets a share of the budget of its own.</summary>
/// <param name="Name">Which slice it is.</param>
/// <param name="Population">Its interactions in the time planned for.</param>
/// <param name="Floor">Samples it gets whatever it weighs: what an alarm of its own needs.</param>
public sealed record Stratum(Slice Name, long Population, long Floor = 0)
{
    /// <summary>The most samples it can give; fewer than its population where a rate bounds them.</summary>
    public long Most { get; init; } = Population;

    /// <summary>Scores its variance was estimated from.</summary>
    public long Scored { get; init; }

    /// <summary>Their variance s², in squared points; null below two scores.</summary>
    public double? Variance { get; init; }

    /// <summary>What one judgement costs, in any unit that is the same for all strata.</summary>
    public double Cost { get; init; } = 1;
}

/// <summary>How a judge budget is split over strata.</summary>
public static class Allocation
{
    // As many scores as the pooled variance counts for beside a stratum's own.
    private const double Prior = 30;

    /// <summary>
    /// n_h for every stratum, together at most the budget: half of it proportional to W_h, then what is missing to the floors (in proportion where that is more than is left), and the rest by
    /// Neyman n_h ∝ W_h·S_h/√c_h with shrunk variances; rounded by largest remainders, and never more than a stratum can give. Source: Neyman 1934; statistics.md 1.11.
    /// </summary>
    public static ImmutableArray<long> Of(ImmutableArray<Stratum> strata, long budget)
    {
        var (deviations, taken) = (Deviations(strata), new long[strata.Length]);
        Give(strata, taken, Proportional([.. strata.Select(stratum => (double)stratum.Population)], budget - budget / 2), budget - budget / 2);
        long[] missing = [.. strata.Select((stratum, h) => Math.Max(0, Math.Min(stratum.Floor, stratum.Most) - taken[h]))];
        var floors = Math.Min(missing.Sum(), budget - taken.Sum());
        Give(strata, taken, Proportional([.. missing.Select(floor => (double)floor)], floors), floors);

        // What a full stratum cannot take goes to the others, until nothing moves any more.
        while (budget - taken.Sum() is var left and > 0 && strata.Where((stratum, h) => taken[h] < stratum.Most).Any())
        {
            double[] open = [.. strata.Select((stratum, h) => taken[h] < stratum.Most ? (double)stratum.Population : 0)];
            Give(strata, taken, Neyman(open, deviations, [.. strata.Select(stratum => stratum.Cost)], left), left);
        }

        return [.. taken];
    }

    /// <summary>n·W_h/ΣW, not rounded; all zero when nothing weighs.</summary>
    public static double[] Proportional(ReadOnlySpan<double> weights, double budget)
    {
        double total = 0;
        foreach (var weight in weights)
        {
            total += weight;
        }

        var shares = new double[weights.Length];
        for (var h = 0; h < shares.Length; h++)
        {
            shares[h] = total > 0 ? budget * weights[h] / total : 0;
        }

        return shares;
    }

    /// <summary>n·W_h S_h/√c_h over its sum, not rounded; proportional where no stratum varies.</summary>
    public static double[] Neyman(ReadOnlySpan<double> weights, ReadOnlySpan<double> deviations, ReadOnlySpan<double> costs, double budget)
    {
        var products = new double[weights.Length];
        var any = false;
        for (var h = 0; h < products.Length; h++)
        {
            products[h] = weights[h] * deviations[h] / Math.Sqrt(costs[h]);
            any |= products[h] > 0;
        }

        return Proportional(any ? products : weights, budget);
    }

    /// <summary>Whole numbers with the given sum, each the real one rounded down, the largest remainders rounded up; ties go to the first.</summary>
    public static ImmutableArray<long> LargestRemainder(ReadOnlySpan<double> real, long total)
    {
        var whole = new long[real.Length];
        var remainders = new (double Remainder, int Index)[real.Length];
        for (var h = 0; h < whole.Length; h++)
        {
            whole[h] = (long)Math.Floor(real[h]);
            remainders[h] = (real[h] - whole[h], h);
        }

        var missing = (int)Math.Clamp(total - whole.Sum(), 0, whole.Length);
        foreach (var (_, index) in remainders.OrderByDescending(each => each.Remainder).ThenBy(each => each.Index).Take(missing))
        {
            whole[index]++;
        }

        return [.. whole];
    }

    private static void Give(ImmutableArray<Stratum> strata, long[] taken, ReadOnlySpan<double> shares, long total)
    {
        var more = LargestRemainder(shares, total);
        for (var h = 0; h < taken.Length; h++)
        {
            taken[h] = Math.Min(strata[h].Most, taken[h] + more[h]);
        }
    }

    /// <summary>√ of (n_h s_h² + 30·pooled)/(n_h + 30): a stratum of few scores is taken to vary like the others.</summary>
    private static double[] Deviations(ImmutableArray<Stratum> strata)
    {
        var known = strata.Where(stratum => stratum.Variance is not null).ToArray();
        var pooled = known.Sum(stratum => stratum.Scored) is var n and > 0 ? known.Sum(stratum => stratum.Scored * stratum.Variance!.Value) / n : 0;
        return [.. strata.Select(stratum => Math.Sqrt(stratum.Variance is { } own ? (stratum.Scored * own + Prior * pooled) / (stratum.Scored + Prior) : pooled))];
    }
}
