using System.Collections.Immutable;
using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Tests.Statistics;

namespace Assize.Evaluation.Tests.Drift;

public sealed class AnytimeOracleTests
{
    [Fact]
    public void AnytimeValidMethodsAgreeWithTheOracle()
    {
        var compared = Oracle.Read("anytime_valid").Compare((name, input) => name switch
        {
            "mixture e-SR, scores" or "mixture e-SR, scores, band and carry-over" => OfMixture(input),
            "mixture e-CUSUM, drops only, pass/fail" => OfCusum(input),
            "mSPRT normal mixture" => OfRatio(input),
            "hedged-capital betting CS, predictable-mixture bets" => OfBetting(input),
            "predictable-mixture empirical-Bernstein CS" => OfBernstein(input),
            _ when name.StartsWith("asymptotic CS half-width", StringComparison.Ordinal) => new Dictionary<string, object>
            {
                ["half_width"] = ConfidenceSequence.HalfWidth(Number(input, "n"), Number(input, "sd"), Number(input, "rho_squared"), Number(input, "alpha")),
            },
            _ when name.StartsWith("rho tuned", StringComparison.Ordinal) => new Dictionary<string, object> { ["rho"] = ConfidenceSequence.Tuned(Number(input, "alpha"), Number(input, "n_star")) },
            _ => throw Oracle.Unknown(name),
        });

        Assert.Equal(11, compared.Cases);
    }

    [Fact]
    public void DivergencesAgreeWithTheOracle()
    {
        var compared = Oracle.Read("divergence").Compare((name, input) =>
        {
            var between = input.TryGetProperty("x", out var x)
                ? Divergence.Of(Oracle.Numbers(x), Oracle.Numbers(input.GetProperty("y")))
                : new Divergence(Oracle.Numbers(input.GetProperty("categories")), Oracle.Numbers(input.GetProperty("reference_counts")), Oracle.Numbers(input.GetProperty("current_counts")));
            return new Dictionary<string, object>
            {
                ["psi_floor_1e-4_of_proportions"] = between.FlooredStability,
                ["psi_jeffreys_half_count"] = between.Stability,
                ["js_distance_nats"] = between.JensenShannonDistance,
                ["js_divergence_nats"] = between.JensenShannon,
                ["js_distance_bits"] = Math.Sqrt(between.JensenShannon / Math.Log(2)),
                ["js_divergence_bits"] = between.JensenShannon / Math.Log(2),
                ["kl_current_from_reference_jeffreys"] = between.KullbackLeibler,
                ["total_variation"] = between.TotalVariation,
                ["hellinger"] = between.Hellinger,
                ["wasserstein1"] = between.Wasserstein,
                ["wasserstein1_over_reference_sd"] = between.Wasserstein / between.ReferenceDeviation,
                ["energy_distance"] = between.Energy,
                ["ks_D"] = between.Kolmogorov,
                ["psi_null_mean_approx"] = between.NullStability,
            };
        });

        Assert.Equal(5, compared.Cases);
    }

    [Fact]
    public void CorrectionsForManyTestsAgreeWithTheOracle()
    {
        var compared = Oracle.Read("multiplicity").Compare((name, input) => name switch
        {
            _ when name.StartsWith("p-values", StringComparison.Ordinal) => OfMany(Oracle.Numbers(input.GetProperty("p")), Number(input, "alpha")),
            _ when name.StartsWith("e-BH", StringComparison.Ordinal) => OfEValues([.. Oracle.Numbers(input.GetProperty("e"))], Number(input, "alpha")),
            _ when name.StartsWith("LORD++", StringComparison.Ordinal) => OfTests(OnlineDiscovery.Lord(Oracle.Numbers(input.GetProperty("p")), Number(input, "alpha"), Number(input, "w0"))),
            _ when name.StartsWith("SAFFRON", StringComparison.Ordinal) => OfTests(
                OnlineDiscovery.Saffron(Oracle.Numbers(input.GetProperty("p")), Number(input, "alpha"), Number(input, "w0"), Number(input, "lambda"))),
            "combination" => OfCombination(input),
            _ => throw Oracle.Unknown(name),
        });

        Assert.Equal(9, compared.Cases);
    }

    private static Dictionary<string, object> OfMixture(JsonElement input)
    {
        var scale = new Scale(Number(input, "lo"), Number(input, "hi"));
        var known = Baseline.Known(new("known"), scale, Number(input, "baseline_mean"), Number(input, "baseline_sd"));
        var baseline = known with { Mean = known.Mean with { Carry = Number(input, "ar"), Error = Number(input, "band01") } };
        ImmutableArray<double> effects = [.. Oracle.Numbers(input.GetProperty("effects_sd"))];
        var run = DetectorOracleTests.Run(MixtureDetector.Of(Number(input, "threshold_arl")) with { Effects = effects }, baseline, input);
        return new()
        {
            ["bets"] = effects.Select(effect => MixtureDetector.BetOn(effect, baseline.Mean.Deviation)).ToArray(),
            ["detections"] = run.Alarms,
            ["M_every_100"] = Enumerable.Range(1, run.States.Length / 100)
                .Select(i => run.Raised.SingleOrDefault(alarm => alarm.Sequence == 100 * i)?.Evidence ?? ((MixtureDetector)run.States[(100 * i) - 1]).Total).ToArray(),
        };
    }

    private static Dictionary<string, object> OfCusum(JsonElement input)
    {
        var (mean, bets) = (Number(input, "baseline_mean"), Oracle.Numbers(input.GetProperty("bets")));
        var (alarms, trace) = (new List<double>(), new List<double>());
        var evidence = Evaluation.Drift.Evidence.Of(bets.Length);
        foreach (var (i, y) in Oracle.Numbers(input.GetProperty("stream")).Index())
        {
            evidence = evidence.Next([.. bets.Select(bet => 1 + bet * (mean - y))], i + 1);
            if (evidence.Peaks.Average() >= Number(input, "threshold_arl"))
            {
                alarms.Add(i);
                evidence = Evaluation.Drift.Evidence.Of(bets.Length);
            }

            if ((i + 1) % 100 == 0)
            {
                trace.Add(evidence.Peaks.Average());
            }
        }

        return new() { ["detections"] = alarms.ToArray(), ["M_every_100"] = trace.ToArray() };
    }

    private static Dictionary<string, object> OfRatio(JsonElement input)
    {
        var (ratio, logs) = (new MixtureRatio(Number(input, "tau2")), new List<double>());
        foreach (var z in Oracle.Numbers(input.GetProperty("z")))
        {
            ratio = ratio.Next(z);
            if (ratio.Count % 50 == 0)
            {
                logs.Add(ratio.Log);
            }
        }

        return new() { ["log_lambda_every_50"] = logs.ToArray(), ["always_valid_p_final"] = ratio.P };
    }

    private static Dictionary<string, object> OfBetting(JsonElement input)
    {
        var x = Oracle.Numbers(input.GetProperty("x"));
        return new()
        {
            ["at"] = new[] { 10, 50, 150, 300 }.Select(object (t) =>
            {
                var (low, high) = ConfidenceSequence.Betting(x.AsSpan(0, t), Number(input, "alpha"), input.GetProperty("grid").GetInt32())!.Value;
                return new Dictionary<string, object> { ["t"] = (double)t, ["lower"] = low, ["upper"] = high };
            }).ToArray(),
        };
    }

    private static Dictionary<string, object> OfBernstein(JsonElement input)
    {
        var (sequence, intervals) = (new EmpiricalBernstein(Number(input, "alpha")), new List<(double Low, double High)>());
        foreach (var x in Oracle.Numbers(input.GetProperty("x")))
        {
            sequence = sequence.Next(x);
            if (sequence.Spread.Count % 50 == 0)
            {
                intervals.Add(sequence.Interval);
            }
        }

        return new() { ["lower_every_50"] = intervals.Select(each => each.Low).ToArray(), ["upper_every_50"] = intervals.Select(each => each.High).ToArray() };
    }

    private static Dictionary<string, object> OfMany(double[] p, double alpha)
    {
        Dictionary<string, object> Of(ImmutableArray<double> adjusted) => new()
        {
            ["reject"] = adjusted.Select(object (each) => each <= alpha).ToArray(), ["adjusted_p"] = adjusted.ToArray(),
        };

        return new()
        {
            ["bonferroni"] = Of(Adjusted.Bonferroni(p)), ["holm"] = Of(Adjusted.Holm(p)), ["hochberg"] = Of(Adjusted.Hochberg(p)),
            ["benjamini_hochberg"] = Of(Adjusted.BenjaminiHochberg(p)), ["benjamini_yekutieli"] = Of(Adjusted.BenjaminiYekutieli(p)),
        };
    }

    private static Dictionary<string, object> OfEValues(ImmutableArray<double> values, double alpha)
    {
        var found = EValues.Discover(values, alpha);
        return new()
        {
            ["k_star"] = (double)found.Length,
            ["reject"] = Enumerable.Range(0, values.Length).Select(object (i) => found.Contains(i)).ToArray(),
            ["mean_e_value_merge"] = EValues.Merge(values.AsSpan()),
        };
    }

    private static Dictionary<string, object> OfTests(ImmutableArray<LeveledTest> tests) => new()
    {
        ["alpha_t"] = tests.Select(test => test.Level).ToArray(), ["reject"] = tests.Select(object (test) => test.Rejected).ToArray(),
    };

    private static Dictionary<string, object> OfCombination(JsonElement input)
    {
        var p = Oracle.Numbers(input.GetProperty("p"));
        var fisher = Combination.Fisher(p);
        return new()
        {
            ["fisher_stat"] = fisher.Statistic, ["fisher_p"] = fisher.P, ["stouffer_p"] = Combination.Stouffer(p), ["simes_p"] = Combination.Simes(p),
            ["bonferroni_p"] = Combination.Bonferroni(p), ["e_from_p_calibrator_0.5"] = p.Select(each => EValues.FromP(each)).ToArray(),
        };
    }

    private static double Number(JsonElement input, string name) => input.GetProperty(name).GetDouble();
}
