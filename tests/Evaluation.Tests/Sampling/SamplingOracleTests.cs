using System.Globalization;
using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Statistics;

namespace Assize.Evaluation.Tests.Sampling;

public sealed class SamplingOracleTests
{
    [Fact]
    public void SamplingAndAttributionAgreeWithTheOracle()
    {
        var compared = Oracle.Read("sampling_attribution").Compare((name, input) => name switch
        {
            "consistent hash sampling" => OfHashes(input),
            "bottom-k sample (k=8)" => OfBottomK(input),
            "Poisson sampling estimators" => OfPoisson(input),
            "stratified mean" => OfStrata(input),
            "largest-remainder rounding" => new Dictionary<string, object>
            {
                ["integers"] = Allocation.LargestRemainder(Oracle.Numbers(input.GetProperty("real")), input.GetProperty("total").GetInt64()).Select(n => (double)n).ToArray(),
            },
            "control variate" => OfControlVariate(input),
            "slice attribution" => OfSlices(input),
            "anchor attribution" => OfAnchors(input),
            _ => throw Oracle.Unknown(name),
        });

        Assert.Equal(8, compared.Cases);
    }

    private static Dictionary<string, object> OfHashes(JsonElement input)
    {
        var hashes = Keys(input).Select(key => KeyHash.Of(SaltOf(input), key)).ToArray();
        return new()
        {
            ["u64"] = hashes.Select(object (hash) => hash.Value.ToString(CultureInfo.InvariantCulture)).ToArray(),
            ["u01"] = hashes.Select(hash => hash.Fraction).ToArray(),
            ["kept"] = Oracle.Numbers(input.GetProperty("rates"))
                .Select(object (rate) => Keys(input).Select(object (key) => new HashSampler(SaltOf(input), rate).Decide(key).Kept).ToArray()).ToArray(),
        };
    }

    private static Dictionary<string, object> OfBottomK(JsonElement input)
    {
        var keys = Keys(input);
        var k = input.GetProperty("k").GetInt32();
        var whole = keys.Aggregate(new BottomK(k), (sample, key) => sample.Add(SaltOf(input), new SampleId(key)));
        var halves = keys.Index().GroupBy(pair => pair.Index % 2, pair => pair.Item)
            .Select(half => half.Aggregate(new BottomK(k), (sample, key) => sample.Add(SaltOf(input), new SampleId(key))))
            .Aggregate((a, b) => a.Merge(b));
        Assert.Equal(whole.Entries, halves.Entries);
        Assert.Equal(whole.Seen, halves.Seen);
        return new()
        {
            ["indices_by_increasing_hash"] = whole.Keys.Select(key => (double)Array.IndexOf(keys, key.Value)).ToArray(),
            ["threshold_u01_next"] = whole.Threshold!.Value,
        };
    }

    private static Dictionary<string, object> OfPoisson(JsonElement input)
    {
        var (values, inclusions) = (Oracle.Numbers(input.GetProperty("y")), Oracle.Numbers(input.GetProperty("inclusion_probability")));
        var total = PopulationEstimate.HorvitzThompson(values, inclusions);
        var hajek = PopulationEstimate.Hajek(values, inclusions);
        return new()
        {
            ["ht_total"] = total.Value,
            ["ht_mean_known_N"] = total.Value / input.GetProperty("population_size").GetDouble(),
            ["ht_total_variance"] = total.Variance!.Value,
            ["n_hat"] = PopulationEstimate.PopulationSize(inclusions),
            ["hajek_mean"] = hajek.Value,
            ["hajek_mean_se"] = hajek.StandardError!.Value,
        };
    }

    private static Dictionary<string, object> OfStrata(JsonElement input)
    {
        var population = Oracle.Numbers(input.GetProperty("stratum_population"));
        var samples = Oracle.Rows(input.GetProperty("samples")).Select(row => Sample.Of(row)).ToArray();
        var estimate = PopulationEstimate.Stratified([.. population.Zip(samples, (size, sample) => ((long)size, sample))]);
        var deviations = samples.Select(sample => Math.Sqrt(sample.Variance!.Value)).ToArray();
        var budget = input.GetProperty("budget").GetDouble();
        return new()
        {
            ["mean"] = estimate.Value,
            ["se_with_fpc"] = estimate.StandardError!.Value,
            ["neyman_allocation_real"] = Allocation.Neyman(population, deviations, [1, 1, 1], budget),
            ["cost_optimal_shares"] = Allocation.Neyman(population, deviations, Oracle.Numbers(input.GetProperty("unit_cost")), 1),
            ["proportional_allocation_real"] = Allocation.Proportional(population, budget),
        };
    }

    private static Dictionary<string, object> OfControlVariate(JsonElement input)
    {
        var assisted = PopulationEstimate.Assisted(Oracle.Numbers(input.GetProperty("x")), Oracle.Numbers(input.GetProperty("y")), input.GetProperty("known_mean_x").GetDouble());
        return new()
        {
            ["beta"] = assisted.Beta,
            ["estimate"] = assisted.Estimate.Value,
            ["se_plain"] = assisted.PlainError!.Value,
            ["variance_ratio_1_minus_rho2"] = assisted.VarianceLeft,
        };
    }

    private static Dictionary<string, object> OfSlices(JsonElement input)
    {
        double[] Read(string name) => Oracle.Numbers(input.GetProperty(name));
        var (before, after) = (Read("weight_before").Zip(Read("mean_before")).ToArray(), Read("weight_after").Zip(Read("mean_after")).ToArray());
        var attribution = Attribution.Of([.. before.Zip(after, (b, a) => new SliceChange(new Slice("s"), b.First, b.Second, a.First, a.Second))]);
        return new()
        {
            ["total_change"] = attribution.Total,
            ["mix_effect_by_slice"] = attribution.Parts.Select(part => part.Mix).ToArray(),
            ["within_effect_by_slice"] = attribution.Parts.Select(part => part.Within).ToArray(),
            ["mix_total"] = attribution.Mix,
            ["within_total"] = attribution.Within,
        };
    }

    private static Dictionary<string, object> OfAnchors(JsonElement input)
    {
        double[] Read(string name) => Oracle.Numbers(input.GetProperty(name));
        var verdict = AnchorVerdict.Of(
            Sample.Of(Read("anchor_after").Zip(Read("anchor_before"), (after, before) => after - before).ToArray()),
            Sample.Of(Read("production_before")),
            Sample.Of(Read("production_after")));
        return new()
        {
            ["judge_shift"] = verdict.Judge.Value,
            ["judge_shift_se"] = verdict.Judge.Error,
            ["judge_shift_z"] = verdict.Judge.Z,
            ["raw_shift"] = verdict.Raw!.Value.Value,
            ["raw_shift_se"] = verdict.Raw!.Value.Error,
            ["product_shift"] = verdict.Product!.Value.Value,
            ["product_shift_se"] = verdict.Product!.Value.Error,
            ["product_shift_z"] = verdict.Product!.Value.Z,
        };
    }

    private static Salt SaltOf(JsonElement input) => new(input.GetProperty("salt").GetString()!);

    private static string[] Keys(JsonElement input) => [.. input.GetProperty("keys").EnumerateArray().Select(key => key.GetString()!)];
}
