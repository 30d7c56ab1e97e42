using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>When an alarm is worth a person's time.</summary>
public sealed record AlarmSettings
{
    /// <summary>Days between false alarms, at least, while nothing changes.</summary>
    public double Days { get; init; } = 30;

    /// <summary>Judged scores expected a day; null takes the daily budget, else the pace at which the baseline was made.</summary>
    public double? PerDay { get; init; }

    /// <summary>The smallest shift that matters, in points; 0 leaves it at one standard error of the baseline.</summary>
    public double LeastShift { get; init; }

    /// <summary>The share of the evidence's weight on drops; ½ finds drops and rises alike.</summary>
    public double DropWeight { get; init; } = 0.5;

    /// <summary>Minutes without any traffic after which the monitor says so.</summary>
    public double SilenceMinutes { get; init; } = 60;

    /// <summary>Charts that watch beside the usual detectors, by their names (<see cref="ChosenDetectors.Charts"/>); they guarantee no rate of false alarms.</summary>
    public ImmutableArray<string> Detectors { get; init; } = [];

    /// <summary>All that watch production scores by these settings. The usual detectors keep their promise by themselves, whatever watches beside them.</summary>
    public ImmutableArray<Detector> Watching(Baseline baseline, Patience patience) =>
        ChosenDetectors.Of([.. UsualDetectors.Kinds(baseline), .. Detectors], baseline, patience, LeastShift, DropWeight);

    /// <summary>The order in which charts are named does not count.</summary>
    public bool Equals(AlarmSettings? other) =>
        other is not null
        && (Days, PerDay, LeastShift, DropWeight, SilenceMinutes) == (other.Days, other.PerDay, other.LeastShift, other.DropWeight, other.SilenceMinutes)
        && Detectors.Order(StringComparer.Ordinal).SequenceEqual(other.Detectors.Order(StringComparer.Ordinal));

    public override int GetHashCode() => HashCode.Combine(Days, PerDay, LeastShift, DropWeight, SilenceMinutes, Detectors.Length);

    /// <summary>What is wrong with the settings.</summary>
    public IEnumerable<Mistake> Check()
    {
        foreach (var (field, value) in new[] { ("days", Days), ("perDay", PerDay ?? 1), ("silenceMinutes", SilenceMinutes) })
        {
            if (!(value > 0 && double.IsFinite(value)))
            {
                yield return new Mistake("This must be a number above 0.") { Field = $"alarm.{field}" };
            }
        }

        foreach (var mistake in (MixtureDetector.Of(1) with { LeastShift = LeastShift, DropWeight = DropWeight }).Check())
        {
            yield return mistake with { Field = $"alarm.{mistake.Field}" };
        }

        for (var i = 0; i < Detectors.Length; i++)
        {
            var (kind, field) = (Detectors[i], string.Create(CultureInfo.InvariantCulture, $"alarm.detectors[{i}]"));
            if (!ChosenDetectors.Charts.Contains(kind))
            {
                yield return ChosenDetectors.Kinds.Contains(kind)
                    ? new Mistake($"The detector '{kind}' watches in any case.", $"Leave it out; beside it there are: {string.Join(", ", ChosenDetectors.Charts)}.") { Field = field }
                    : new Mistake($"There is no detector {Spelling.Quote(kind)}.", Spelling.Suggest(kind, [.. ChosenDetectors.Charts], "Beside the usual ones there are")) { Field = field };
            }
            else if (Detectors.IndexOf(kind) < i)
            {
                yield return new Mistake($"The detector '{kind}' is named twice.") { Field = field };
            }
        }
    }
}
