using System.Text.Json;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Tests.Statistics;

public sealed class ComparisonOracleTests
{
    [Fact]
    public void PairedComparisonsAgreeWithTheOracle()
    {
        var compared = Oracle.Read("paired").Compare((name, input) =>
            name.StartsWith("paired scores ", StringComparison.Ordinal) ? OfScores(input)
            : name.StartsWith("mcnemar ", StringComparison.Ordinal) ? OfPasses(input)
            : throw Oracle.Unknown(name));

        Assert.Equal(8, compared.Cases);
    }

    [Fact]
    public void EquivalenceAndNonInferiorityAgreeWithTheOracle()
    {
        var compared = Oracle.Read("tost_noninferiority").Compare((name, input) => name.Split(' ')[0] switch
        {
            "paired" => OfPairedMargin(input),
            "welch" => OfWelchMargin(input),
            "pass" => OfRates(input),
            _ => throw Oracle.Unknown(name),
        });

        Assert.Equal(9, compared.Cases);
    }

    [Fact]
    public void PowerAgreesWithTheOracle()
    {
        var compared = Oracle.Read("power").Compare((name, input) =>
        {
            var (alpha, power) = (input.GetProperty("alpha").GetDouble(), input.GetProperty("power").GetDouble());
            if (name.StartsWith("paired/one-sample", StringComparison.Ordinal))
            {
                var (effect, deviation) = (input.GetProperty("effect").GetDouble(), input.GetProperty("sd").GetDouble());
                return new Dictionary<string, object>
                {
                    ["n_normal_approx"] = Power.Items(effect, deviation, alpha, power),
                    ["n_exact_t"] = Power.ItemsByT(effect, deviation, alpha, power),
                    ["mde_at_n_400"] = Power.LeastDifference(400, deviation, alpha, power),
                    ["n_with_design_effect_1.6"] = Power.Items(effect, deviation, alpha, power, 1.6),
                };
            }

            Assert.StartsWith("two proportions", name, StringComparison.Ordinal);
            var (p1, p2) = (input.GetProperty("p1").GetDouble(), input.GetProperty("p2").GetDouble());
            return new Dictionary<string, object>
            {
                ["n_per_arm_wald"] = Power.ItemsPerSide(p1, p2, alpha, power),
                ["cohens_h"] = Power.CohensH(p1, p2),
                ["n_per_arm_arcsine"] = Power.ItemsPerSideByArcsine(p1, p2, alpha, power),
            };
        });

        Assert.Equal((6, 21), compared);
    }

    private static Dictionary<string, object> OfScores(JsonElement input)
    {
        var (baseline, candidate) = (Oracle.Numbers(input.GetProperty("baseline")), Oracle.Numbers(input.GetProperty("candidate")));
        var paired = Paired.Of(baseline, candidate);
        var wins = WinRate.Of(paired.Better, paired.Difference.Count - paired.Better - paired.Worse, paired.Worse);
        var ranks = SignedRank.Of(candidate.Zip(baseline, (b, a) => b - a));
        return new()
        {
            ["mean_diff"] = paired.Difference.Mean,
            ["se_paired"] = paired.Difference.StandardError!.Value,
            ["t"] = paired.T!.Value,
            ["p_two_sided"] = paired.P!.Value,
            ["ci95"] = Oracle.List(paired.Difference.Interval(0.95)),
            ["se_unpaired"] = paired.UnpairedError!.Value,
            ["correlation"] = paired.Correlation!.Value,
            ["variance_ratio_paired_over_unpaired"] = paired.VarianceRatio!.Value,
            ["sign_test_p_two_sided"] = paired.SignP,
            ["wilcoxon_W_min"] = ranks.Smaller,
            ["wilcoxon_p_normal_no_cc"] = ranks.P!.Value,
            ["win_rate_ties_half"] = wins.Mean,
            ["win_rate_se"] = wins.StandardError!.Value,
        };
    }

    private static Dictionary<string, object> OfPasses(JsonElement input)
    {
        var (onlyB, onlyA) = (input.GetProperty("candidate_only").GetInt64(), input.GetProperty("baseline_only").GetInt64());
        var pairs = new McNemar(onlyB, onlyA, onlyB + onlyA + input.GetProperty("both_pass").GetInt64() + input.GetProperty("neither").GetInt64());
        var answers = new Dictionary<string, object>
        {
            ["rate_diff_candidate_minus_baseline"] = pairs.Difference,
            ["se_wald"] = pairs.StandardError,
            ["mcnemar_exact_p"] = pairs.P,
        };
        if (pairs.ChiSquare() is { } plain && pairs.ChiSquare(1) is { } corrected)
        {
            (answers["mcnemar_chi2_no_cc"], answers["mcnemar_chi2_cc"]) = (plain, corrected);
        }

        return answers;
    }

    private static Dictionary<string, object> OfPairedMargin(JsonElement input)
    {
        var difference = Paired.Of(Oracle.Numbers(input.GetProperty("baseline")), Oracle.Numbers(input.GetProperty("candidate"))).Difference;
        var (margin, alpha) = (input.GetProperty("margin").GetDouble(), input.GetProperty("alpha").GetDouble());
        var tests = Equivalence.Of(difference.Mean, difference.StandardError!.Value, difference.Count - 1, margin);
        var gate = Gate.NonInferiority(difference.Mean, difference.StandardError, difference.Count, difference.Count, margin);
        Assert.Equal(tests.NotBelow < alpha, gate.Verdict == GateVerdict.Pass);
        return new()
        {
            ["mean_diff"] = difference.Mean,
            ["p_lower"] = tests.NotBelow,
            ["p_upper"] = tests.NotAbove,
            ["p_tost"] = tests.P,
            ["ci90"] = Oracle.List((gate.Lower!.Value, gate.Upper!.Value)),
            ["equivalent"] = gate.Lower > -margin && gate.Upper < margin,
            ["non_inferior"] = gate.Verdict == GateVerdict.Pass,
            ["non_inferiority_p"] = tests.NotBelow,
            ["regressed"] = gate.Upper < 0,
            ["regression_p"] = tests.Worse,
        };
    }

    private static Dictionary<string, object> OfWelchMargin(JsonElement input)
    {
        var welch = Welch.Of(Sample.Of(Oracle.Numbers(input.GetProperty("baseline"))), Sample.Of(Oracle.Numbers(input.GetProperty("candidate"))));
        var tests = Equivalence.Of(welch.Difference, welch.StandardError!.Value, welch.Df!.Value, input.GetProperty("margin").GetDouble());
        return new() { ["p_lower"] = tests.NotBelow, ["p_upper"] = tests.NotAbove, ["p_tost"] = tests.P, ["df"] = welch.Df!.Value };
    }

    private static Dictionary<string, object> OfRates(JsonElement input)
    {
        var (kA, nA) = (input.GetProperty("k_baseline").GetInt64(), input.GetProperty("n_baseline").GetInt64());
        var (kB, nB) = (input.GetProperty("k_candidate").GetInt64(), input.GetProperty("n_candidate").GetInt64());
        var margin = input.GetProperty("margin").GetDouble();
        var difference = (double)kB / nB - (double)kA / nA;
        var interval = ProportionDifference.Newcombe(kB, nB, kA, nA, 0.9);
        var tests = Equivalence.Of(difference, ProportionDifference.UnpooledError(kB, nB, kA, nA), double.PositiveInfinity, margin);
        return new()
        {
            ["diff"] = difference,
            ["z_unpooled_p_non_inferior"] = tests.NotBelow,
            ["newcombe_ci90"] = Oracle.List(interval),
            ["newcombe_non_inferior_at_0.05"] = interval.Low > -margin,
        };
    }
}
