using System.Collections.Immutable;
using System.Globalization;

namespace Assize.Evaluation.Drift;

/// <summary>
/// What is to be expected of false alarms while nothing changes, as the detectors that run say it and not as it was asked of them: those with a guarantee together, those
/// that are calibrated together, and those that promise nothing.
/// </summary>
/// <param name="Production">Of the detectors of production scores, the surest first.</param>
public sealed record FalseAlarms(ImmutableArray<SharedPromise> Production)
{
    /// <summary>Days between false alarms of the anchors, and of corrected scores, which mixtures watch; null where there are no anchors.</summary>
    public double? AnchorDays { get; init; }

    public static FalseAlarms Of(Watch watch) => new(
    [
        .. watch.Detectors.Select(detector => (Kind: detector.Kind(), Promise: detector.Promise()))
            .GroupBy(each => each.Promise?.Guaranteed)
            .OrderBy(group => group.Key switch { true => 0, false => 1, null => 2 })
            .Select(group => new SharedPromise([.. group.Select(each => each.Kind)], group.Key is null ? null : Promise.Shared(group.Select(each => each.Promise!)), watch.Patience.PerDay)),
    ])
    {
        AnchorDays = watch.Anchors is null ? null : watch.Patience.Days,
    };

    /// <summary>For the stream as a whole.</summary>
    public string Sentence => Production is [var only]
        ? $"{only.Sentence}{Beside(only.Promise is { Guaranteed: true })}"
        : $"Expected false alarms while nothing changes: {string.Join("; ", Production.Select(each => each.Part))}.{Beside(false)}";

    /// <summary>For one of its alarms: the part of the whole that its detector has a share in.</summary>
    public string Of(Alarm alarm) => alarm.Stream is AlarmSource.Production
        ? Production.First(each => each.Detectors.Contains(alarm.Detector)).Sentence
        : string.Create(CultureInfo.InvariantCulture, $"Expected false alarms: at most one per {AnchorDays:0.##} days while nothing changes.");

    private string Beside(bool same) => AnchorDays is not { } days ? ""
        : same ? " Anchors and corrected scores are watched as well, with the same promise each."
        : string.Create(CultureInfo.InvariantCulture, $" Anchors and corrected scores are watched by mixtures as well, at most one per {days:0.##} days each.");
}
