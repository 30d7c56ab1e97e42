namespace Assize.Evaluation.Statistics;

/// <summary>
/// Intervals that hold at every sample at once, so that one may look whenever one likes: for gates and dashboards. They average over their whole life, so as
/// drift alarms they would get slower with age.
/// </summary>
public static class ConfidenceSequence
{
    /// <summary>
    /// Half the width of the asymptotic sequence around the mean of n values (about 100 and more) with standard deviation s:
    /// s·sqrt( 2(nρ² + 1)/(n²ρ²)·ln( sqrt(nρ² + 1)/α ) ). Source: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2021.
    /// </summary>
    public static double HalfWidth(double n, double deviation, double rhoSquared, double alpha)
    {
        var scale = n * rhoSquared + 1;
        return deviation * Math.Sqrt(2 * scale / (n * n * rhoSquared) * Math.Log(Math.Sqrt(scale) / alpha));
    }

    /// <summary>ρ that makes the sequence narrowest at n*: sqrt( (−2 ln α + ln(−2 ln α + 1))/n* ). Fixed before the first value is seen.</summary>
    public static double Tuned(double alpha, double horizon) => Math.Sqrt((-2 * Math.Log(alpha) + Math.Log(-2 * Math.Log(alpha) + 1)) / horizon);

    /// <summary>
    /// The betting sequence for values in [0, 1], the narrowest: means m on a grid are kept while max(K⁺, K⁻)/2 &lt; 1/α, K^± = Π(1 ± λ(x − m)), λ predictable,
    /// at most ½/m and ½/(1 − m). Needs all values; null when every mean is refuted. Source: Waudby-Smith, Ramdas 2024.
    /// </summary>
    public static (double Low, double High)? Betting(ReadOnlySpan<double> values, double alpha, int grid = 1000)
    {
        var bets = new double[values.Length];
        var spread = new PredictableSpread();
        for (var i = 0; i < values.Length; i++)
        {
            bets[i] = spread.Bet(alpha);
            spread = spread.Next(values[i]);
        }

        double? low = null, high = null;
        for (var step = 0; step <= grid; step++)
        {
            var m = (double)step / grid;
            double up = 0, down = 0;
            for (var i = 0; i < values.Length; i++)
            {
                up += Math.Log(1 + Math.Min(bets[i], 0.5 / m) * (values[i] - m));
                down += Math.Log(1 - Math.Min(bets[i], 0.5 / (1 - m)) * (values[i] - m));
            }

            if (Math.Max(up, down) - Math.Log(2) < -Math.Log(alpha))
            {
                low ??= m;
                high = m;
            }
        }

        return low is { } from && high is { } to ? (from, to) : null;
    }
}

/// <summary>Mean and variance of the values so far, each with one pseudo-observation (½ and ¼), for bets that must be fixed before the next value.</summary>
/// <param name="Count">Values so far.</param>
/// <param name="Sum">Σx.</param>
/// <param name="Squares">Σ(x − mean then)².</param>
public readonly record struct PredictableSpread(long Count, double Sum, double Squares)
{
    /// <summary>(¼ + Σ(x − mean)²)/(n + 1).</summary>
    public double Variance => (0.25 + Squares) / (Count + 1);

    public PredictableSpread Next(double x)
    {
        var mean = (0.5 + Sum + x) / (Count + 2);
        return new PredictableSpread(Count + 1, Sum + x, Squares + (x - mean) * (x - mean));
    }

    /// <summary>λ of the next value, t = n + 1: sqrt( 2 ln(2/α)/(t ln(1 + t) s²) ).</summary>
    public double Bet(double alpha) => Math.Sqrt(2 * Math.Log(2 / alpha) / ((Count + 1) * Math.Log(Count + 2) * Variance));
}
