using System.Collections.Immutable;

namespace Assize.Evaluation.Statistics;

/// <summary>p values adjusted for their number: one is significant at α exactly when its adjusted value is at most α.</summary>
public static class Adjusted
{
    /// <summary>m·p: family-wise error under any dependence.</summary>
    public static ImmutableArray<double> Bonferroni(ReadOnlySpan<double> p) => Step(p, (value, _, m) => m * value, up: null);

    /// <summary>Running maximum of (m − i + 1)·p_(i): family-wise error under any dependence. Source: Holm 1979.</summary>
    public static ImmutableArray<double> Holm(ReadOnlySpan<double> p) => Step(p, (value, rank, m) => (m - rank + 1) * value, up: false);

    /// <summary>Running minimum from the largest of (m − i + 1)·p_(i): family-wise error, independent or positively dependent. Source: Hochberg 1988.</summary>
    public static ImmutableArray<double> Hochberg(ReadOnlySpan<double> p) => Step(p, (value, rank, m) => (m - rank + 1) * value, up: true);

    /// <summary>Running minimum from the largest of m/i·p_(i): false discovery rate, independent or positively dependent. Source: Benjamini, Hochberg 1995.</summary>
    public static ImmutableArray<double> BenjaminiHochberg(ReadOnlySpan<double> p) => Step(p, (value, rank, m) => m * value / rank, up: true);

    /// <summary>The same times Σ1/i: false discovery rate under any dependence. Source: Benjamini, Yekutieli 2001.</summary>
    public static ImmutableArray<double> BenjaminiYekutieli(ReadOnlySpan<double> p)
    {
        var harmonic = Enumerable.Range(1, p.Length).Sum(i => 1.0 / i);
        return Step(p, (value, rank, m) => harmonic * m * value / rank, up: true);
    }

    /// <param name="up">Whether a running minimum is taken from the largest p down, or a running maximum from the smallest up; null for neither.</param>
    private static ImmutableArray<double> Step(ReadOnlySpan<double> p, Func<double, int, int, double> factor, bool? up)
    {
        var values = p.ToArray();
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        var adjusted = new double[values.Length];
        var bound = up == true ? 1.0 : 0;
        for (var step = 0; step < order.Length; step++)
        {
            var rank = up == true ? order.Length - step : step + 1;
            var own = Math.Min(1, factor(values[order[rank - 1]], rank, order.Length));
            bound = up switch { true => Math.Min(bound, own), false => Math.Max(bound, own), null => own };
            adjusted[order[rank - 1]] = bound;
        }

        return [.. adjusted];
    }
}
