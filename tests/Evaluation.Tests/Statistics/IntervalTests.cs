using Assize.Evaluation.Statistics;
using System.Text.Json;

namespace Assize.Evaluation.Tests.Statistics;

public sealed class IntervalTests
{
    [Fact]
    public void IntervalsAgreeWithTheOracle()
    {
        var compared = Oracle.Read("intervals").Compare((name, input) =>
            name.StartsWith("proportion ", StringComparison.Ordinal) ? OfProportion(input)
            : name.StartsWith("mean t ", StringComparison.Ordinal) ? OfMean(input)
            : name.StartsWith("two proportions ", StringComparison.Ordinal) ? OfTwo(input)
            : name == "weighted mean" ? OfWeights(input)
            : throw Oracle.Unknown(name));

        Assert.Equal(64, compared.Cases);
    }

    [Fact]
    public void ClusteredStandardErrorsAgreeWithTheOracle()
    {
        var compared = Oracle.Read("clustered_se").Compare((_, input) =>
        {
            var values = Oracle.Numbers(input.GetProperty("x"));
            var clusters = input.GetProperty("cluster").EnumerateArray().Select(cluster => cluster.GetString()!).ToArray();
            var moments = values.Zip(clusters).GroupBy(one => one.Second)
                .Aggregate(Moments.Empty, (all, cluster) => all.Merge(Moments.Of([.. cluster.Select(one => one.First)])));
            var estimate = ClusteredMean.Of(moments);
            return new Dictionary<string, object>
            {
                ["mean"] = estimate.Value!.Value,
                ["naive_se"] = Sample.Of(values).StandardError!.Value,
                ["clustered_se_cr0"] = moments.StandardError!.Value * Math.Sqrt((moments.Clusters - 1.0) / moments.Clusters),
                ["clustered_se_cr1"] = moments.StandardError!.Value,
                ["t_ci_cr1_df_clusters_minus_1"] = Oracle.List((estimate.Low!.Value, estimate.High!.Value)),
                ["design_effect_cr1"] = moments.DesignEffect!.Value,
            };
        });

        Assert.Equal((4, 28), compared);
    }

    [Fact]
    public void APerfectOrEmptyRecordHasAnIntervalThatTouchesItsEndAndHasAWidth()
    {
        var (low, high) = Proportion.Wilson(20, 20);
        Assert.Equal(1, high);
        Assert.InRange(low, 0.8, 0.9);
        Assert.Equal(0, Proportion.Wilson(0, 20).Low);
        Assert.Equal((0, 1), (Proportion.ClopperPearson(0, 7, 0.95).Low, Proportion.ClopperPearson(7, 7, 0.95).High));
    }

    [Fact]
    public void ShareOfNothingIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Proportion.Wilson(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Proportion.ClopperPearson(3, 2, 0.95));
    }

    private static Dictionary<string, object> OfProportion(JsonElement input)
    {
        var (k, n, confidence) = (input.GetProperty("successes").GetInt64(), input.GetProperty("n").GetInt64(), input.GetProperty("confidence").GetDouble());
        return new()
        {
            ["wilson"] = Oracle.List(Proportion.Wilson(k, n, Normal.Quantile(0.5 + confidence / 2))),
            ["clopper_pearson"] = Oracle.List(Proportion.ClopperPearson(k, n, confidence)),
            ["agresti_coull"] = Oracle.List(Proportion.AgrestiCoull(k, n, confidence)),
            ["jeffreys"] = Oracle.List(Proportion.Jeffreys(k, n, confidence)),
        };
    }

    private static Dictionary<string, object> OfMean(JsonElement input)
    {
        var sample = Sample.Of(Oracle.Numbers(input.GetProperty("x")));
        var confidence = input.GetProperty("confidence").GetDouble();
        return new()
        {
            ["mean"] = sample.Mean,
            ["sd"] = Math.Sqrt(sample.Variance!.Value),
            ["se"] = sample.StandardError!.Value,
            ["t_ci"] = Oracle.List(sample.Interval(confidence)),
            ["z_ci"] = Oracle.List(sample.NormalInterval(confidence)),
            ["t_one_sided_lower"] = sample.LowerBound(confidence)!.Value,
        };
    }

    private static Dictionary<string, object> OfTwo(JsonElement input)
    {
        var (k1, n1, k2, n2) = (input.GetProperty("k1").GetInt64(), input.GetProperty("n1").GetInt64(), input.GetProperty("k2").GetInt64(), input.GetProperty("n2").GetInt64());
        var z = ProportionDifference.PooledZ(k1, n1, k2, n2)!.Value;
        return new()
        {
            ["diff"] = (double)k1 / n1 - (double)k2 / n2,
            ["newcombe_ci"] = Oracle.List(ProportionDifference.Newcombe(k1, n1, k2, n2, input.GetProperty("confidence").GetDouble())),
            ["pooled_z"] = z,
            ["pooled_z_p_two_sided"] = Normal.TwoSided(z),
        };
    }

    private static Dictionary<string, object> OfWeights(JsonElement input)
    {
        var mean = WeightedMean.Of(Oracle.Numbers(input.GetProperty("x")), Oracle.Numbers(input.GetProperty("w")));
        return new() { ["mean"] = mean.Mean, ["kish_n_eff"] = mean.EffectiveCount, ["linearized_se"] = mean.StandardError!.Value };
    }
}
