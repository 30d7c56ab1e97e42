using System.Collections.Immutable;
using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>What a monitor will see, told when it is created and ever after.</summary>
public static class MonitorPlan
{
    // Scores of judges on 1 to 10 spread by 1.8 points; statistics.md section 4.
    private const double UsualSpread = 0.2;

    /// <summary>
    /// Sentences on the drops that are found and how soon, by the baseline; before there is one, by a usual spread of scores, a fifth of the scale. None while nothing says how
    /// much is judged a day.
    /// </summary>
    public static ImmutableArray<string> Of(MonitorLedger ledger)
    {
        if (ledger.Watch.Drift is { } drift)
        {
            return Planning.Of(drift)?.Sentences() ?? [];
        }

        var definition = ledger.Spec.Definition;
        if ((definition.Alarm.PerDay ?? definition.Sampler.PerDay) is not { } perDay || definition.Watched is not { } watched)
        {
            return [];
        }

        var error = UsualSpread / Math.Sqrt(definition.Baseline.Scores);
        var known = Baseline.Known(new("expected"), watched.Scale, (watched.Scale.Min + watched.Scale.Max) / 2, UsualSpread * (watched.Scale.Max - watched.Scale.Min));
        var (baseline, patience) = (known with
        {
            Count = definition.Baseline.Scores,
            Mean = known.Mean with { Error = error },
            // So many scores are to come, by which the band is reckoned.
            Slices = new SliceTable(known.Slices.All.Select(slice => slice with { Count = definition.Baseline.Scores })),
        }, new Patience(perDay, definition.Alarm.Days));
        return
        [
            "Until the baseline is made, by a usual spread of scores (a fifth of the scale):",
            .. Planning.Of(Watch.Of(baseline, patience, detectors: definition.Alarm.Watching(baseline, patience)))!.Sentences(),
        ];
    }
}
