using System.Collections.Immutable;
using System.Globalization;

namespace Assize.Evaluation.Drift;

/// <summary>What detectors of one footing promise together.</summary>
/// <param name="Detectors">Their kinds.</param>
/// <param name="Promise">Of all of them at once; null where no rate of false alarms is promised.</param>
/// <param name="PerDay">Judged scores a day.</param>
public sealed record SharedPromise(ImmutableArray<string> Detectors, Promise? Promise, double PerDay)
{
    private const string Calibrated = "calibrated for independent normal scores, not guaranteed";
    private const string Nothing = "no rate of false alarms is promised";

    /// <summary>Days between their false alarms; null where none are promised.</summary>
    public double? Days => Promise?.Scores / PerDay;

    /// <summary>The sentence of an alarm of theirs, and of a stream that nothing else watches.</summary>
    public string Sentence => Promise switch
    {
        null => $"Expected false alarms: {Nothing} by {Kinds}.",
        { Guaranteed: true } => $"Expected false alarms: {Rate} while nothing changes.",
        _ => $"Expected false alarms: {Rate} while nothing changes; {Calibrated}.",
    };

    /// <summary>The same as one of several parts of a sentence.</summary>
    public string Part => Promise switch
    {
        null => $"by {Kinds} {Nothing}",
        { Guaranteed: true } => $"by {Kinds} {Rate}",
        _ => $"by {Kinds} {Rate}, {Calibrated}",
    };

    private string Kinds => Detectors.Length < 2 ? string.Concat(Detectors) : $"{string.Join(", ", Detectors[..^1])} and {Detectors[^1]}";

    private string Rate => string.Create(CultureInfo.InvariantCulture, $"{(Promise!.Guaranteed ? "at most" : "about")} one per {Days:0.##} days ({Promise.Scores:#,0} judged scores)");
}
