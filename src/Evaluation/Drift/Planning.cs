using System.Collections.Immutable;
using System.Globalization;

namespace Assize.Evaluation.Drift;

/// <summary>
/// What a monitor will see, before it sees anything: the median samples from a lasting shift to its alarm.
/// <code>
/// I = (D − band)²/(2 s²)     median ≈ 0.9·ln(A·I)/I, a tenth more with two channels
/// </code>
/// D the shift, s the standard deviation of scores (item variance + judge variance/repeats), both in points. Measured over formula: 0.87 to 1.03 with a known baseline.
/// Source: statistics.md 1.6.
/// </summary>
public sealed record Planning(Baseline Baseline, Patience Patience)
{
    private const double SecondChannel = 1.1;

    /// <summary>The median judged samples to the alarm; null where the shift lies inside the band, in which the baseline itself is not known, or leaves no evidence.</summary>
    /// <param name="shift">In points, above 0.</param>
    public double? Samples(double shift)
    {
        var beyond = shift / Baseline.Width - Band;
        var information = beyond * beyond / (2 * Baseline.Mean.Deviation * Baseline.Mean.Deviation);
        return beyond > 0 && Patience.Threshold * information > Math.E
            ? 0.9 * Math.Log(Patience.Threshold * information) / information * (Baseline.LowTail is null ? 1 : SecondChannel)
            : null;
    }

    /// <summary>What a drop of a thirtieth and of a tenth of the scale takes, each a sentence.</summary>
    public ImmutableArray<string> Sentences() => [Sentence(Baseline.Width / 30), Sentence(Baseline.Width / 10)];

    /// <summary>The same as a sentence.</summary>
    public string Sentence(double shift) => Samples(shift) is { } samples
        ? string.Create(CultureInfo.InvariantCulture, $"At {Patience.PerDay:#,0} judged samples a day a drop of {shift:0.##} points is found in about {Rounded(samples):#,0} judged samples, {Days(samples / Patience.PerDay)}.")
        : string.Create(CultureInfo.InvariantCulture, $"A drop of {shift:0.##} points is too small to be found with this baseline; its own error is {Band * Baseline.Width:0.00} points.");

    private double Band => UsualDetectors.Errors(Baseline.Count, Patience.Threshold) * Baseline.Mean.Error;

    private static double Rounded(double samples) => Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(samples)) - 1)) is var unit ? Math.Ceiling(samples / unit) * unit : samples;

    private static string Days(double days) => days switch
    {
        < 1.5 / 24 => "about an hour",
        < 0.75 => string.Create(CultureInfo.InvariantCulture, $"about {Math.Round(days * 24):0} hours"),
        < 1.25 => "about a day",
        < 1.75 => "a day and a half",
        _ => string.Create(CultureInfo.InvariantCulture, $"about {Math.Round(days):0} days"),
    };
}
