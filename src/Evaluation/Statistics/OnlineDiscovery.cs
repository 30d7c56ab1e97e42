using System.Collections.Immutable;

namespace Assize.Evaluation.Statistics;

/// <summary>The level of each test in a sequence of experiments that has no end, so that the false discovery rate stays at most α.</summary>
public static class OnlineDiscovery
{
    /// <summary>ζ(1.6), by its first terms and Euler and Maclaurin's remainder.</summary>
    private static readonly double Zeta = Sum(1.6);

    /// <summary>
    /// LORD++: α_t = γ_t w₀ + (α − w₀) γ_(t−τ₁) + α Σ_(j≥2) γ_(t−τ_j), γ_t = 0.07720838·ln max(t, 2)/(t e^√ln t), τ_j the times of rejections.
    /// Source: Ramdas, Yang, Wainwright, Jordan 2017.
    /// </summary>
    public static ImmutableArray<LeveledTest> Lord(ReadOnlySpan<double> p, double alpha, double start)
    {
        var rejections = new List<int>();
        var tests = ImmutableArray.CreateBuilder<LeveledTest>(p.Length);
        for (var t = 1; t <= p.Length; t++)
        {
            var level = Slow(t) * start;
            for (var j = 0; j < rejections.Count; j++)
            {
                level += (j == 0 ? alpha - start : alpha) * Slow(t - rejections[j]);
            }

            Test(p[t - 1], level, t, rejections, tests);
        }

        return tests.MoveToImmutable();
    }

    /// <summary>
    /// SAFFRON: α_t = min(λ, w₀ γ_(t−C₀) + ((1−λ)α − w₀) γ_(t−τ₁−C₁) + (1−λ)α Σ_(j≥2) γ_(t−τ_j−C_j)), γ_j = j^−1.6/ζ(1.6),
    /// C_j the candidates (p ≤ λ) after τ_j and before t. Source: Ramdas, Zrnic, Wainwright, Jordan 2018.
    /// </summary>
    public static ImmutableArray<LeveledTest> Saffron(ReadOnlySpan<double> p, double alpha, double start, double candidate)
    {
        var rejections = new List<int>();
        var before = new List<int> { 0 };
        var tests = ImmutableArray.CreateBuilder<LeveledTest>(p.Length);
        for (var t = 1; t <= p.Length; t++)
        {
            var level = start * Fast(t - before[^1]);
            for (var j = 0; j < rejections.Count; j++)
            {
                var since = before[^1] - before[rejections[j]];
                level += (j == 0 ? (1 - candidate) * alpha - start : (1 - candidate) * alpha) * Fast(t - rejections[j] - since);
            }

            Test(p[t - 1], Math.Min(candidate, level), t, rejections, tests);
            before.Add(before[^1] + (p[t - 1] <= candidate ? 1 : 0));
        }

        return tests.MoveToImmutable();
    }

    private static void Test(double p, double level, int t, List<int> rejections, ImmutableArray<LeveledTest>.Builder tests)
    {
        tests.Add(new LeveledTest(level, p <= level));
        if (p <= level)
        {
            rejections.Add(t);
        }
    }

    private static double Slow(int t) => 0.07720838 * Math.Log(Math.Max(t, 2)) / (t * Math.Exp(Math.Sqrt(Math.Log(t))));

    private static double Fast(int j) => Math.Pow(j, -1.6) / Zeta;

    private static double Sum(double s)
    {
        const int n = 1000;
        var sum = 0.0;
        for (var k = n - 1; k >= 1; k--)
        {
            sum += Math.Pow(k, -s);
        }

        return sum + Math.Pow(n, 1 - s) / (s - 1) + Math.Pow(n, -s) / 2 + s * Math.Pow(n, -s - 1) / 12;
    }
}

/// <summary>A test of a sequence: the level it was given, and whether its p lay at or below it.</summary>
public readonly record struct LeveledTest(double Level, bool Rejected);
