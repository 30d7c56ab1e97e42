using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Drift;

/// <summary>Streams of scores from 1 to 10 that are the same on every machine.</summary>
internal static class SomeStream
{
    public static readonly Scale Scale = new(1, 10);

    private static readonly double[] Law = [.01, .02, .03, .05, .08, .14, .24, .27, .12, .04];

    /// <summary>Scores of the usual law; so many points lower where that is possible.</summary>
    public static double[] Scores(int count, int seed, double lower = 0)
    {
        var chance = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Math.Max(1, Draw(chance.NextDouble()) - lower))];
    }

    public static Observation Of(long sequence, double? score, Slice? slice = null) => DetectorOracleTests.Of(sequence, score, slice);

    public static IEnumerable<Observation> Of(IEnumerable<double> scores, long first = 1) => scores.Select((score, i) => Of(first + i, score));

    public static Baseline Baseline(int count = 2000, int seed = 1) => BaselineScores.Of(new("b"), Scale, [.. Scores(count, seed).Select(score => new BaselineScore(Slice.All, score))]);

    public static Baseline Constant(double score) => BaselineScores.Of(new("constant"), Scale, [.. Enumerable.Repeat(new BaselineScore(Slice.All, score), 2000)]);

    private static double Draw(double u)
    {
        var level = 0;
        for (; level < Law.Length - 1 && u >= Law[level]; level++)
        {
            u -= Law[level];
        }

        return level + 1;
    }
}
