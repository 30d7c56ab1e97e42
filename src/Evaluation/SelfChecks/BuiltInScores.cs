using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.SelfChecks;

/// <summary>Scores of known laws, the same for the same seed on every machine: chance is the hash of seed and place.</summary>
public static class BuiltInScores
{
    /// <summary>Graded, pass or fail, skewed, and clustered scores; both scores of an item hang together by how hard the item is.</summary>
    public static ImmutableArray<ScoreSet> Of(long seed)
    {
        double Chance(string what, int i, int part = 0) => KeyHash.Of(new Salt(string.Create(CultureInfo.InvariantCulture, $"self-check/{seed}/{what}")), string.Create(CultureInfo.InvariantCulture, $"{i}/{part}")).Fraction;
        double Gauss(string what, int i, int part = 0) => Normal.Quantile(Math.Clamp(Chance(what, i, part), 1e-12, 1 - 1e-12));
        return
        [
            Set("graded, 1 to 5", 500, i => i, (i, which) => Math.Clamp(3.6 + 0.6 * Gauss("graded", i) + 0.8 * Gauss("graded", i, which), 1, 5)),
            Set("fail or pass", 1500, i => i, (i, which) => Chance("passes", i) * 0.4 + Chance("passes", i, which) * 0.6 < 0.75 ? 1 : 0),
            Set("skewed", 500, i => i, (i, which) => -Math.Log(1 - Chance("skewed", i, which)) * (0.5 + Chance("skewed", i))),
            Set("clustered, 1 to 8 items together", 600, i => Cluster(i), (i, which) => 3 + 0.7 * Gauss("shared", Cluster(i), which) + Gauss("clustered", i, which)),
        ];
    }

    /// <summary>Clusters of 1 to 8 items, in this order again and again.</summary>
    private static int Cluster(int item)
    {
        var (round, place) = Math.DivRem(item, 36);
        var size = 1;
        for (; place >= size; size++)
        {
            place -= size;
        }

        return round * 8 + size;
    }

    private static ScoreSet Set(string name, int items, Func<int, int> cluster, Func<int, int, double> score) => new(
        name, [.. Enumerable.Range(0, items).Select(i => new ScoredItem(string.Create(CultureInfo.InvariantCulture, $"i{i}"), string.Create(CultureInfo.InvariantCulture, $"c{cluster(i)}"), score(i, 1), score(i, 2)))]);
}
