namespace Assize.Evaluation.Drift;

/// <summary>How often a false alarm is put up with: once in so many days.</summary>
/// <param name="PerDay">Judged samples a day.</param>
/// <param name="Days">Days between false alarms, at least.</param>
public sealed record Patience(double PerDay, double Days = 30)
{
    /// <summary>A = judged a day × days: the expected samples to a false alarm are at least this many.</summary>
    public double Threshold => PerDay * Days;

    /// <summary>By which the samples a day follow what comes; null where they are as they were when the promise was made.</summary>
    public FollowedPace? Followed { get; init; }
}
