using System.Collections.Immutable;
using System.Globalization;

namespace Assize.Evaluation.Drift;

/// <summary>
/// What a mixture will see, before it sees anything: the median samples from a lasting shift to its alarm.
/// <code>
/// I = (D − band)²/(2 s²)     median ≈ 0.9·ln(A·I/(2w))/I, a tenth more with two channels
/// </code>
/// band the baseline's own error, or the smallest shift that matters where that is larger; w the weight on drops; A the mixture's own threshold, so twice as much where slices are watched as well; D the shift, s the standard deviation of scores (item variance + judge variance/repeats), both in points. Measured over formula: 0.87 to 1.03 with a known baseline.
/// Source: statistics.md 1.6.
/// </summary>
public sealed record Planning(Baseline Baseline, Patience Patience)
{
    private const double SecondChannel = 1.1;

    /// <summary>The mixture that watches; the usual one by itself.</summary>
    public MixtureDetector Detector { get; init; } = (MixtureDetector)UsualDetectors.Of(Baseline, Patience)[0];

    private double LeastShift => Detector.LeastShift;

    /// <summary>With 0 drops are not looked for.</summary>
    private double DropWeight => Detector.DropWeight;

    private double Error => Detector.Errors * Baseline.Mean.Error;

    private double Band => Math.Max(LeastShift / Baseline.Width, Error);

    /// <summary>For a stream as it is watched; null where no mixture watches it, for the formula is of no other detector.</summary>
    public static Planning? Of(Watch watch) => watch.Detectors.OfType<MixtureDetector>().FirstOrDefault() is { } mixture
        ? new Planning(watch.Baseline, watch.Patience) { Detector = mixture }
        : null;

    /// <summary>The median judged samples to the alarm; null where the shift lies inside the band, in which the baseline itself is not known, or leaves no evidence.</summary>
    /// <param name="shift">In points, above 0.</param>
    public double? Samples(double shift)
    {
        var beyond = shift / Baseline.Width - Band;
        var information = beyond * beyond / (2 * Baseline.Mean.Deviation * Baseline.Mean.Deviation);
        var evidence = Detector.Threshold * information * 0.5 / DropWeight;
        return beyond > 0 && DropWeight > 0 && evidence > Math.E ? 0.9 * Math.Log(evidence) / information * (Baseline.LowTail is null || Detector.MeanOnly ? 1 : SecondChannel) : null;
    }

    /// <summary>What a drop of a thirtieth and of a tenth of the scale takes, each a sentence.</summary>
    public ImmutableArray<string> Sentences() => [.. new[] { Sentence(Baseline.Width / 30), Sentence(Baseline.Width / 10) }.Distinct()];

    /// <summary>The same as a sentence.</summary>
    public string Sentence(double shift) => Samples(shift) is { } samples
        ? string.Create(CultureInfo.InvariantCulture, $"At {Patience.PerDay:#,0} judged samples a day a drop of {shift:0.##} points is found in about {Rounded(samples):#,0} judged samples, {Days(samples / Patience.PerDay)}.")
        : DropWeight == 0 ? "Drops are not looked for: all the weight is on rises."
        : shift <= LeastShift ? string.Create(CultureInfo.InvariantCulture, $"A drop of {shift:0.##} points is not looked for: the smallest shift that matters is {LeastShift:0.##} points.")
        : string.Create(CultureInfo.InvariantCulture, $"A drop of {shift:0.##} points is too small to be found with this baseline; its own error is {Error * Baseline.Width:0.00} points.");

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
