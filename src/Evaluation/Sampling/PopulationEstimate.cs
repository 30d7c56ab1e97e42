using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Sampling;

/// <summary>A number about all traffic, estimated from the part that was judged.</summary>
/// <param name="Value">In the unit of the values.</param>
/// <param name="Variance">Of the value over draws; null where too few values say nothing about it.</param>
public readonly record struct PopulationEstimate(double Value, double? Variance)
{
    public double? StandardError => Variance is { } variance ? Math.Sqrt(variance) : null;

    /// <summary>
    /// The total Σy/π of independently drawn values, variance Σ(1 − π)/π²·y². Over a known N it is the mean; where N is not known use
    /// <see cref="Hajek"/>. Source: Horvitz, Thompson 1952.
    /// </summary>
    public static PopulationEstimate HorvitzThompson(ReadOnlySpan<double> values, ReadOnlySpan<double> inclusions)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inclusions.Length, values.Length);
        double total = 0, variance = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var pi = Inclusion(inclusions[i]);
            total += values[i] / pi;
            variance += (1 - pi) / (pi * pi) * values[i] * values[i];
        }

        return new PopulationEstimate(total, variance);
    }

    /// <summary>The mean m = Σ(y/π)/Σ(1/π) of independently drawn values, variance Σ(1 − π)/π²·(y − m)²/N̂². Source: Hájek 1971.</summary>
    public static PopulationEstimate Hajek(ReadOnlySpan<double> values, ReadOnlySpan<double> inclusions)
    {
        var size = PopulationSize(inclusions);
        var mean = HorvitzThompson(values, inclusions).Value / size;
        var residuals = new double[values.Length];
        for (var i = 0; i < residuals.Length; i++)
        {
            residuals[i] = values[i] - mean;
        }

        return new PopulationEstimate(mean, HorvitzThompson(residuals, inclusions).Variance / (size * size));
    }

    /// <summary>N̂ = Σ1/π: how many there were, estimated from those drawn.</summary>
    public static double PopulationSize(ReadOnlySpan<double> inclusions)
    {
        double size = 0;
        foreach (var pi in inclusions)
        {
            size += 1 / Inclusion(pi);
        }

        return size;
    }

    /// <summary>ΣW_h m_h with variance ΣW_h²·s_h²/n_h·(1 − n_h/N_h), W_h = N_h/N; every stratum needs a value. Source: Cochran 1977, 5.3.</summary>
    public static PopulationEstimate Stratified(IReadOnlyList<(long Population, Sample Scores)> strata)
    {
        double all = strata.Sum(stratum => stratum.Population);
        double mean = 0;
        double? variance = 0;
        foreach (var (population, scores) in strata)
        {
            ArgumentOutOfRangeException.ThrowIfZero(scores.Count);
            var weight = population / all;
            mean += weight * scores.Mean;
            variance += weight * weight * scores.Variance / scores.Count * Math.Max(0, 1 - (double)scores.Count / population);
        }

        return new PopulationEstimate(mean, variance);
    }

    /// <summary>
    /// m(y) + β·(mean of x over all traffic − m(x)), β = cov(x, y)/var(x), for a cheap signal x known everywhere; variance s_y²(1 − r²)/n.
    /// The gain is the share 1 − r² that is left of the variance. Source: Cochran 1977, 7.3.
    /// </summary>
    public static ControlVariate Assisted(ReadOnlySpan<double> signal, ReadOnlySpan<double> values, double everywhere)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signal.Length, values.Length);
        var (x, y) = (Sample.Of(signal), Sample.Of(values));
        double cross = 0;
        for (var i = 0; i < values.Length; i++)
        {
            cross += (signal[i] - x.Mean) * (values[i] - y.Mean);
        }

        var beta = x.Squares > 0 ? cross / x.Squares : 0;
        var left = x.Squares > 0 && y.Squares > 0 ? 1 - cross * cross / (x.Squares * y.Squares) : 1;
        return new ControlVariate(beta, new PopulationEstimate(y.Mean + beta * (everywhere - x.Mean), y.Variance * left / y.Count), y.StandardError, left);
    }

    private static double Inclusion(double pi) => pi is > 0 and <= 1
        ? pi
        : throw new ArgumentOutOfRangeException(nameof(pi), pi, "an inclusion probability lies above 0 and at most at 1");
}

/// <summary>A mean corrected by a cheap signal, beside what it would have been without.</summary>
/// <param name="Beta">β, in units of the value per unit of the signal.</param>
/// <param name="Estimate">The corrected mean.</param>
/// <param name="PlainError">The standard error of the uncorrected mean; null below two values.</param>
/// <param name="VarianceLeft">1 − r²: the corrected variance over the plain one.</param>
public readonly record struct ControlVariate(double Beta, PopulationEstimate Estimate, double? PlainError, double VarianceLeft);
