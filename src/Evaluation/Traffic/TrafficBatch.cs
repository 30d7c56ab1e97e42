using System.Collections.Immutable;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Traffic;

/// <summary>What one gateway saw of a monitor's traffic since its last batch: how much there was, and what was drawn from it.</summary>
/// <param name="Source">The process that counts; with <paramref name="Number"/> it makes a repeated batch known.</param>
/// <param name="Number">Rising by one for each batch of a source.</param>
public sealed record TrafficBatch(string Source, long Number)
{
    /// <summary>Ends the name of a source that tells only of samples, beside the one that tells of all traffic.</summary>
    public const string Apart = "/samples";

    /// <summary>Interactions that matched the monitor's filter, by stratum, drawn or not.</summary>
    public ImmutableSortedDictionary<Slice, long> Seen { get; init; } = ImmutableSortedDictionary<Slice, long>.Empty;

    /// <summary>What the sampling rates say should have been drawn of them: the sum of their inclusion probabilities.</summary>
    public double Expected { get; init; }

    public ImmutableArray<Drawn> Drawn { get; init; } = [];

    /// <summary>Drawn at first, and left out by a lower rate because the monitor was behind with judging.</summary>
    public long Thinned { get; init; }

    /// <summary>When the rates of slices were made that were known when it was begun; null where none were.</summary>
    public DateTimeOffset? Rates { get; init; }

    /// <summary>Whether the operator declared the sources of what was drawn safe to keep; a monitor may want less.</summary>
    public bool MayKeep { get; init; }
}

/// <summary>An interaction that was drawn.</summary>
/// <param name="Inclusion">π, with which it was drawn, fixed before it was judged.</param>
public sealed record Drawn(Interaction Interaction, Slice Stratum, double Inclusion);
