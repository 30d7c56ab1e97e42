using System.Collections.Immutable;

namespace Assize.Evaluation.Drift;

/// <summary>
/// Detectors by their names, with limits that keep the patience: those with a guarantee keep it together, each with its threshold times their number, for an average of
/// e-detectors is one and rates of alarms add up; those that are calibrated keep another one together in the same way. ADWIN has no rate that a limit could be set by.
/// </summary>
public static class ChosenDetectors
{
    // In the order in which they watch, whatever the order in which they were named.
    private static readonly ImmutableArray<Choice> Catalogue =
    [
        new("mixture", true, (terms, scores) => MixtureDetector.Of(scores) with
        {
            LeastShift = terms.LeastShift, DropWeight = terms.DropWeight, Errors = UsualDetectors.Errors(terms.Baseline.Effective, scores),
        }),
        new("slices", true, (terms, scores) => SliceDetector.Of(scores) with { LeastShift = terms.LeastShift, DropWeight = terms.DropWeight }),
        new("cusum", false, (_, scores) => CusumDetector.Of(scores)),
        new("ewma", false, (_, scores) => EwmaDetector.Of(scores)),
        new("page-hinkley", false, (_, scores) => PageHinkleyDetector.Of(scores)),
        new("adwin", null, (_, _) => new AdwinDetector()),
    ];

    /// <summary>The names that can be chosen.</summary>
    public static ImmutableArray<string> Kinds { get; } = [.. Catalogue.Select(choice => choice.Kind)];

    /// <summary>Those that guarantee no rate of false alarms, and may watch beside those that do.</summary>
    public static ImmutableArray<string> Charts { get; } = [.. Catalogue.Where(choice => choice.Guaranteed is not true).Select(choice => choice.Kind)];

    /// <param name="kinds">Names; one that is named twice counts once.</param>
    /// <param name="leastShift">The smallest shift that matters, in points; the charts look for all.</param>
    /// <param name="dropWeight">The share of the weight on drops; the charts look for both directions alike.</param>
    public static ImmutableArray<Detector> Of(IReadOnlyCollection<string> kinds, Baseline baseline, Patience patience, double leastShift = 0, double dropWeight = 0.5)
    {
        if (kinds.Except(Kinds).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentOutOfRangeException(nameof(kinds), unknown, "no such detector");
        }

        var chosen = Catalogue.Where(choice => kinds.Contains(choice.Kind)).ToArray();
        var terms = new Terms(baseline, leastShift, dropWeight);
        var threshold = Math.Max(1, patience.Threshold);
        return [.. chosen.Select(choice => choice.Make(terms, threshold * chosen.Count(other => other.Guaranteed == choice.Guaranteed)))];
    }

    private sealed record Terms(Baseline Baseline, double LeastShift, double DropWeight);

    /// <param name="Kind">Its name.</param>
    /// <param name="Guaranteed">Whether it guarantees its rate of false alarms or is calibrated; null where it has none.</param>
    /// <param name="Make">Makes it for so many scores to a false alarm.</param>
    private sealed record Choice(string Kind, bool? Guaranteed, Func<Terms, double, Detector> Make);
}
