using Assize.Evaluation.Statistics;
using CsCheck;

namespace Assize.Evaluation.Tests.Statistics;

public sealed class MomentsTests
{
    private static readonly Gen<double[][]> Clusters = Gen.Int[1, 10].Select(value => value * 0.5).Array[0, 6].Array[0, 30];

    [Fact]
    public void MergingIsAssociativeAndCommutativeUpToRoundingAndHasAnIdentity() =>
        Gen.Select(Clusters, Clusters, Clusters).Sample((x, y, z) =>
        {
            var (a, b, c) = (Of(x), Of(y), Of(z));
            Near(a.Merge(b).Merge(c), a.Merge(b.Merge(c)));
            Near(a.Merge(b), b.Merge(a));
            Assert.Equal(a, a.Merge(Moments.Empty));
            Assert.Equal(a, Moments.Empty.Merge(a));
        });

    [Fact]
    public void TheStandardErrorIsThatOfTheDefinition() => Clusters.Sample(clusters =>
    {
        var moments = Of(clusters);
        var filled = clusters.Where(cluster => cluster.Length > 0).ToArray();
        var n = filled.Sum(cluster => cluster.Length);
        if (filled.Length < 2)
        {
            Assert.Null(moments.StandardError);
            return;
        }

        var mean = filled.SelectMany(cluster => cluster).Sum() / n;
        var spread = filled.Sum(cluster => Math.Pow(cluster.Sum(value => value - mean), 2));
        Assert.Equal(mean, moments.Centre!.Value, 1e-12);
        Assert.Equal(Math.Sqrt(spread * filled.Length / (filled.Length - 1)) / n, moments.StandardError!.Value, 1e-11);
    });

    [Fact]
    public void WithEveryClusterASingleValueItIsTheOrdinaryStandardError() => Gen.Double[-50, 50].Array[2, 60].Sample(values =>
    {
        var moments = Of([.. values.Select(value => new[] { value })]);
        Assert.Equal(Sample.Of(values).StandardError!.Value, moments.StandardError!.Value, 1e-10);
        if (!moments.Level)
        {
            Assert.Equal(1, moments.DesignEffect!.Value, 1e-9);
        }
    });

    [Fact]
    public void AnOffsetOfAMillionDoesNotDrownTheSpread()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 50_000).Select(_ => random.NextDouble()).ToArray();
        var near = Of([.. values.Select(value => new[] { value })]).StandardError!.Value;
        var far = Of([.. values.Select(value => new[] { 1e6 + value })]).StandardError!.Value;

        Assert.Equal(1, far / near, 1e-6);
    }

    [Fact]
    public void EqualValuesInClustersOfAnySizeHaveNoSpreadAtAllHoweverMany()
    {
        var random = new Random(3);
        var moments = Moments.Empty;
        for (var i = 0; i < 100_000; i++)
        {
            moments = moments.Merge(Moments.Of(Enumerable.Repeat(7.3, random.Next(1, 9)).ToArray()));
        }

        var estimate = ClusteredMean.Of(moments);
        Assert.Equal(7.3, estimate.Value);
        Assert.Null(estimate.Low);
        Assert.Null(ClusteredMean.P(moments, 0));
        Assert.Equal("All values are equal, which says nothing about how much values differ.", estimate.Undefined);
    }

    [Fact]
    public void ClustersThatAllHaveTheSameMeanHaveNoInterval()
    {
        var moments = Enumerable.Range(1, 500).Aggregate(Moments.Empty, (all, i) => all.Merge(Moments.Of([.. Enumerable.Repeat(new[] { 0.1, 0.7 }, i % 4 + 1).SelectMany(pair => pair)])));

        Assert.Equal(0, moments.StandardError);
        Assert.StartsWith("All clusters have the same mean", ClusteredMean.Of(moments).Undefined, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingOneValueAndOneClusterSayWhyThereIsNoInterval()
    {
        Assert.Equal("Nothing was scored.", ClusteredMean.Of(Moments.Empty).Undefined);
        Assert.Equal("One value says nothing about how much values differ.", ClusteredMean.Of(Moments.Of([4.0])).Undefined);
        Assert.Equal("One cluster says nothing about how much clusters differ.", ClusteredMean.Of(Moments.Of([4.0, 5.0])).Undefined);
    }

    [Fact]
    public void ClusteredIntervalsOf95PercentCoverTheTruth95TimesInAHundredAndNaiveOnesDoNot()
    {
        var random = new Random(20_240_917);
        var (clustered, naive) = (0, 0);
        const int runs = 4000;
        for (var run = 0; run < runs; run++)
        {
            var (moments, all) = (Moments.Empty, new List<double>());
            for (var cluster = 0; cluster < 30; cluster++)
            {
                // Intraclass correlation 0.3, one to ten values a cluster, true mean 5.
                var level = 5 + Math.Sqrt(0.3) * Gauss(random);
                double[] values = [.. Enumerable.Range(0, random.Next(1, 11)).Select(_ => level + Math.Sqrt(0.7) * Gauss(random))];
                moments = moments.Merge(Moments.Of(values));
                all.AddRange(values);
            }

            var estimate = ClusteredMean.Of(moments);
            clustered += estimate.Low <= 5 && estimate.High >= 5 ? 1 : 0;
            naive += Sample.Of([.. all]).Interval(0.95) is var (low, high) && low <= 5 && high >= 5 ? 1 : 0;
        }

        Assert.InRange((double)clustered / runs, 0.93, 0.97);
        Assert.InRange((double)naive / runs, 0, 0.88);
    }

    private static Moments Of(double[][] clusters) => clusters.Aggregate(Moments.Empty, (all, cluster) => all.Merge(Moments.Of(cluster)));

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void Near(Moments a, Moments b)
    {
        Assert.Equal((a.Clusters, a.Count, a.Least, a.Most), (b.Clusters, b.Count, b.Least, b.Most));
        double[] x = [a.MeanSum, a.MeanCount, a.SumSum, a.SumCount, a.CountCount, a.Mean, a.Squares];
        double[] y = [b.MeanSum, b.MeanCount, b.SumSum, b.SumCount, b.CountCount, b.Mean, b.Squares];
        foreach (var (left, right) in x.Zip(y))
        {
            Assert.True(Math.Abs(left - right) <= 1e-12 * Math.Max(1, Math.Max(Math.Abs(left), Math.Abs(right))), $"{left:R} and {right:R}");
        }
    }
}
