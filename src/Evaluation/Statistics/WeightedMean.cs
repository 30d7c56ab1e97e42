namespace Assize.Evaluation.Statistics;

/// <summary>Hájek's mean of values that were drawn with unequal probability, weighted by w = 1/probability.</summary>
/// <param name="Mean">Σwx/Σw.</param>
/// <param name="StandardError">sqrt(n/(n − 1) · Σw²(x − m)²)/Σw, linearised; null below two values.</param>
/// <param name="EffectiveCount">Kish's (Σw)²/Σw²: as many equally weighted values say as much.</param>
public readonly record struct WeightedMean(double Mean, double? StandardError, double EffectiveCount)
{
    /// <summary>The mean of values with positive weights, one weight a value; at least one. Source: Särndal, Swensson, Wretman 1992, 5.7.</summary>
    public static WeightedMean Of(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, values.Length);
        double total = 0, squared = 0, mean = 0;
        for (var i = 0; i < values.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weights[i]);
            total += weights[i];
            squared += weights[i] * weights[i];
            mean += weights[i] / total * (values[i] - mean);
        }

        double spread = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var part = weights[i] * (values[i] - mean);
            spread += part * part;
        }

        double n = values.Length;
        return new WeightedMean(mean, n < 2 ? null : Math.Sqrt(n / (n - 1) * spread) / total, total * total / squared);
    }
}
