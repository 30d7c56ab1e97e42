namespace Assize.Evaluation.Statistics;

/// <summary>The limit law of Kolmogorov's statistic √n·D.</summary>
public static class Kolmogorov
{
    /// <summary>P(K ≥ x) = 2 Σ (−1)ᵏ⁻¹ exp(−2k²x²); below 1, where that converges slowly, by its theta transform. Source: Marsaglia, Tsang, Wang 2003.</summary>
    public static double Upper(double x)
    {
        if (x <= 0)
        {
            return 1;
        }

        double sum = 0;
        if (x < 1)
        {
            for (var k = 1; k < 20; k += 2)
            {
                sum += Math.Exp(-k * k * Math.PI * Math.PI / (8 * x * x));
            }

            return 1 - Math.Sqrt(2 * Math.PI) / x * sum;
        }

        for (var k = 1; k < 20; k++)
        {
            sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * x * x);
        }

        return sum;
    }
}
