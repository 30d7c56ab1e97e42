using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Tests.Statistics;

public sealed class DistributionTests
{
    /// <summary>
    /// Where the oracle's own t quantile is off: it carries about nine digits there (scipy 1.10), and misses the medians, which are 0 by symmetry, by a rounding.
    /// The values are from 50-digit arithmetic (incomplete beta, root finding); the first is also −cot(0.0005 π).
    /// </summary>
    private static readonly Dictionary<string, double> Corrections = new()
    {
        ["t_ppf[0]"] = -636.619248768719603,
        ["t_ppf[3]"] = 0,
        ["t_ppf[9]"] = 0,
        ["t_ppf[15]"] = 0,
        ["t_ppf[19]"] = -2.3646242515927853,
        ["t_ppf[21]"] = 0,
        ["t_ppf[26]"] = -0.53001900390650451,
        ["t_ppf[27]"] = 0,
        ["t_ppf[28]"] = 1.69726088659395738,
        ["t_ppf[30]"] = -3.37345376856250038,
        ["t_ppf[33]"] = 0,
        ["t_ppf[35]"] = 3.15953874331711037,
        ["t_ppf[39]"] = 0,
    };

    [Fact]
    public void SpecialFunctionsAgreeWithTheOracleToTenDigitsAlsoFarInTheTails()
    {
        var compared = Oracle.Read("special_functions").Compare(
            (name, input) => name switch
            {
                "normal_ppf" => Of("p", Normal.Quantile),
                "normal_cdf" => Of("x", Normal.Lower),
                "normal_sf" => Of("x", Normal.Upper),
                "t_ppf" => Rows("p_df", row => Student.Quantile(row[0], row[1])),
                "t_cdf" => Rows("x_df", row => Student.Lower(row[0], row[1])),
                "regularized_incomplete_beta" => Rows("a_b_x", row => Beta.Regularized(row[0], row[1], row[2])),
                "beta_ppf" => Rows("p_a_b", row => Beta.Quantile(row[0], row[1], row[2])),
                "regularized_upper_gamma" => Rows("a_x", row => Gamma.Upper(row[0], row[1])),
                "chi2_sf" => Rows("x_df", row => ChiSquare.Upper(row[0], row[1])),
                "kolmogorov_sf" => Of("x", Kolmogorov.Upper),
                "log_gamma" => Of("x", Gamma.Log),
                "hypergeom_cdf" => Rows("k_M_n_N", row => Hypergeometric.Lower((long)row[0], (long)row[1], (long)row[2], (long)row[3])),
                "binomial_cdf" => Rows("k_n_p", row => Binomial.Lower((long)row[0], (long)row[1], row[2])),
                _ => throw Oracle.Unknown(name),
            } is var answer ? answer(input) : [],
            Corrections);

        Assert.Equal((13, 265), compared);

        static Func<System.Text.Json.JsonElement, double[]> Of(string key, Func<double, double> function) =>
            input => [.. Oracle.Numbers(input.GetProperty(key)).Select(function)];
        static Func<System.Text.Json.JsonElement, double[]> Rows(string key, Func<double[], double> function) =>
            input => [.. Oracle.Rows(input.GetProperty(key)).Select(function)];
    }

    [Theory]
    [InlineData(0.001, 1)]
    [InlineData(1e-12, 2)]
    [InlineData(0.025, 1.5)]
    [InlineData(0.3, 12)]
    [InlineData(0.499, 40)]
    [InlineData(1e-40, 30)]
    [InlineData(0.975, 1e6)]
    public void TheQuantileOfStudentsTIsTheInverseOfItsTail(double p, double df)
    {
        var t = Student.Quantile(p, df);

        Assert.Equal(1, Student.Lower(t, df) / p, 1e-11);
    }

    [Theory]
    [InlineData(1e-200, 0.3, 2)]
    [InlineData(1e-9, 30, 1)]
    [InlineData(0.5, 1e6, 3)]
    [InlineData(0.999, 2e5, 3e5)]
    [InlineData(0.1, 1e-3, 5)]
    public void TheQuantileOfBetaIsTheInverseOfItsTail(double p, double a, double b)
    {
        var x = Beta.Quantile(p, a, b);

        Assert.InRange(x, 0, 1);
        Assert.Equal(1, x == 0 ? 1 : Beta.Regularized(a, b, x) / p, 1e-9);
    }

    [Fact]
    public void TheTwoTailsOfBetaAddUpToOne()
    {
        foreach (var (a, b) in new[] { (0.5, 0.5), (3.0, 9.0), (25_000.0, 40_000.0), (1e6, 0.5), (12.0, 1e5) })
        {
            foreach (var x in new[] { 1e-8, 0.01, 0.3, 0.38, 0.9, 0.9999 })
            {
                Assert.Equal(1, Beta.Regularized(a, b, x) + Beta.Regularized(b, a, 1 - x), 1e-12);
            }
        }
    }

    [Fact]
    public void AQuantileOfNoProbabilityIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Student.Quantile(1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Beta.Quantile(1.5, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Beta.Regularized(2, 2, double.NaN));
    }

    [Fact]
    public void AVerySmallPValueIsNeverZero()
    {
        Assert.InRange(Student.TwoSided(60, 500), double.Epsilon, 1e-200);
        Assert.InRange(Binomial.FairTwoSided(0, 900), double.Epsilon, 1e-250);
        Assert.Equal(double.Epsilon, Binomial.FairTwoSided(0, 5000));
    }
}
