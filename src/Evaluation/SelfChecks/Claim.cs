using System.Collections.Immutable;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.SelfChecks;

/// <summary>Something that a shipped method promises, held against what it did where the truth is known: nothing differs.</summary>
/// <param name="Set">The scores.</param>
/// <param name="Method">What was tried.</param>
/// <param name="Promise">What it promises, in words.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="Observed">What came of it: a p value of uniformity, or a share of the tries.</param>
/// <param name="Low">The least that keeps the promise.</param>
/// <param name="High">The most.</param>
public sealed record Claim(string Set, string Method, string Promise, int Tries, double Observed, double Low, double High)
{
    /// <summary>How seldom chance alone breaks one promise that is kept: in one of a thousand.</summary>
    public const double ByChance = 0.001;

    /// <summary>The p values by twentieths of [0, 1]; empty where there are none.</summary>
    public ImmutableArray<int> Histogram { get; init; } = [];

    public bool Holds => Observed >= Low && Observed <= High;

    /// <summary>
    /// That p values are uniform. P by Kolmogorov's limit law of √n·D, where D = max |½(F(x) + F(x−)) − x| is taken in the middle of each step: values of a coarse scale lie on
    /// a grid, on which a p by a continuous law is the middle one. Without ties D is smaller by 1/2n than the usual one.
    /// </summary>
    public static Claim Uniform(string set, string method, IReadOnlyCollection<double> values)
    {
        double distance = 0;
        var below = 0;
        foreach (var step in Steps(values).OrderBy(step => step.Key))
        {
            var here = step.Count();
            distance = Math.Max(distance, Math.Abs((below + here / 2.0) / values.Count - step.Key));
            below += here;
        }

        var histogram = new int[20];
        foreach (var value in values)
        {
            histogram[Math.Min(19, (int)(value * 20))]++;
        }

        return new Claim(set, method, "p values are uniform", values.Count, Kolmogorov.Upper(Math.Sqrt(values.Count) * distance), ByChance, 1) { Histogram = [.. histogram] };
    }

    /// <summary>The share of p values on the step that lies nearest to one: on a coarse scale what happens beyond a limit happens more or less often by up to half of it.</summary>
    public static double Step(IReadOnlyCollection<double> values, double near) =>
        values.Count == 0 ? 0 : (double)Steps(values).MinBy(step => Math.Abs(step.Key - near))!.Count() / values.Count;

    /// <summary>That something happens in a share of the tries: within the binomial law's limits, and half a step.</summary>
    public static Claim Share(string set, string method, string promise, int tries, int happened, double share, double step = 0) => new(
        set, method, promise, tries, (double)happened / tries, Math.Max(0, 1 - Most(1 - share, tries, ByChance / 2) - step / 2), Math.Min(1, Most(share, tries, ByChance / 2) + step / 2));

    /// <summary>That something happens in at most a share of the tries.</summary>
    public static Claim AtMost(string set, string method, string promise, int tries, int happened, double share, double step = 0) =>
        new(set, method, promise, tries, (double)happened / tries, 0, Math.Min(1, Most(share, tries, ByChance) + step / 2));

    /// <summary>What differs only in how its sums were rounded is one value.</summary>
    private static IEnumerable<IGrouping<double, double>> Steps(IEnumerable<double> values) => values.GroupBy(value => Math.Round(value, 9));

    /// <summary>The largest share k/n that chance still reaches: P(X ≥ k) ≥ tail.</summary>
    private static double Most(double share, int tries, double tail)
    {
        var (reached, not) = (0, tries + 1);
        while (not - reached > 1)
        {
            var middle = reached + (not - reached) / 2;
            (reached, not) = 1 - Binomial.Lower(middle - 1, tries, share) >= tail ? (middle, not) : (reached, middle);
        }

        return (double)reached / tries;
    }
}
