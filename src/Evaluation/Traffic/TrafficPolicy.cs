using System.Collections.Immutable;
using Assize.Evaluation.Monitors;

namespace Assize.Evaluation.Traffic;

/// <summary>What the operator says of one source of traffic.</summary>
/// <param name="KeepText">Whether texts of it, redacted, may rest in storage.</param>
/// <param name="Redaction">What is taken out of it first.</param>
public sealed record SourcePolicy(bool KeepText, Redaction Redaction)
{
    /// <summary>How long a text may rest at most, judged or not; null for until it is judged.</summary>
    public TimeSpan? KeepTextFor { get; init; }

    /// <summary>All detectors, and nothing is kept.</summary>
    public static SourcePolicy Default { get; } = new(false, new Redaction(PersonalData.All));
}

/// <summary>What the operator says of traffic, by the application that it comes from.</summary>
/// <param name="Usual">Of applications that are not named.</param>
/// <param name="Sources">Of those that are.</param>
public sealed record TrafficPolicy(SourcePolicy Usual, ImmutableSortedDictionary<ApplicationName, SourcePolicy> Sources)
{
    public static TrafficPolicy Default { get; } = new(SourcePolicy.Default, ImmutableSortedDictionary<ApplicationName, SourcePolicy>.Empty);

    public SourcePolicy Of(ApplicationName application) => Sources.GetValueOrDefault(application, Usual);

    /// <summary>Why a monitor may not keep the texts that it wants to keep; empty when it may, or wants none.</summary>
    public ImmutableArray<Mistake> Check(MonitorDefinition monitor)
    {
        if (!monitor.KeepText)
        {
            return [];
        }

        const string Otherwise = "or leave keepText out: interactions are then judged in memory, and only scores, counts and ids are kept.";
        return monitor.From.Applications.IsEmpty
            ? Usual.KeepText
                ? []
                : [new Mistake("The monitor looks at all applications, and traffic is not declared safe to keep.", $"Name applications under 'from' that are, have the operator set Traffic:KeepText, {Otherwise}") { Field = "keepText" }]
            : [.. monitor.From.Applications.Where(application => !Of(application).KeepText).Select(application => new Mistake(
                $"Texts of the application {application} are not declared safe to keep.", $"Have the operator set Traffic:Sources:{application}:KeepText, {Otherwise}") { Field = "keepText" })];
    }
}
