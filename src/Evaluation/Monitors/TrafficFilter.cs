using System.Collections.Immutable;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>Which interactions a monitor looks at: all conditions that are given must hold, and an empty one holds for all.</summary>
public sealed record TrafficFilter
{
    /// <summary>One of these applications.</summary>
    public ImmutableArray<ApplicationName> Applications { get; init; } = [];

    /// <summary>Answered by one of these models.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>With each of these properties at this value.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public bool Matches(Interaction interaction) =>
        (Applications.IsEmpty || Applications.Contains(interaction.Application))
        && (Models.IsEmpty || (interaction.Model is { } model && Models.Contains(model)))
        && Properties.All(wanted => interaction.Properties.TryGetValue(wanted.Key, out var value) && value == wanted.Value);
}
