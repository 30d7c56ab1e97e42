using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Sampling;
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

    /// <summary>What they said of themselves.</summary>
    public TrafficFigures Figures { get; init; }

    public ImmutableArray<Drawn> Drawn { get; init; } = [];

    /// <summary>Drawn at first, and left out by a lower rate because the monitor was behind with judging.</summary>
    public long Thinned { get; init; }

    /// <summary>When the rates of slices were made that were known when it was begun; null where none were.</summary>
    public DateTimeOffset? Rates { get; init; }

    /// <summary>Of what is judged as a whole (a conversation, or an interaction without one), the keys with the smallest hashes by stratum, drawn or not; none where nobody counts by them.</summary>
    public ImmutableSortedDictionary<Slice, BottomK> Wholes { get; init; } = ImmutableSortedDictionary<Slice, BottomK>.Empty;

    /// <summary>Drawn and acknowledged, and lost since: the monitor could not be reached for so long that it was set apart.</summary>
    public long Lost { get; init; }

    /// <summary>Whether the operator declared the sources of what was drawn safe to keep; a monitor may want less.</summary>
    public bool MayKeep { get; init; }

    /// <summary>How long texts of it may rest in storage at most, the shortest time that one of their sources allows; null for until they are judged.</summary>
    public TimeSpan? KeepTextFor { get; init; }

    /// <summary>The same batch without what was drawn, which is lost: of what arrived nothing is sampled.</summary>
    public TrafficBatch WithoutSamples() => this with { Drawn = [], Expected = 0, Lost = Lost + Drawn.Length };

    /// <summary>This batch with the counts of one that came after it; slices beyond the first <see cref="Intake.MostSlices"/> are counted together, as the monitor counts them.</summary>
    public TrafficBatch Followed(TrafficBatch by) => this with
    {
        Seen = by.Seen.Aggregate(Seen, Intake.Counted),
        Expected = Expected + by.Expected,
        Figures = Figures.Merge(by.Figures),
        Drawn = [.. Drawn, .. by.Drawn],
        Thinned = Thinned + by.Thinned,
        Lost = Lost + by.Lost,
        Rates = by.Rates,
        Wholes = by.Wholes.Aggregate(Wholes, Allotment.Counted),
        MayKeep = MayKeep && by.MayKeep,
    };
}

/// <summary>An interaction that was drawn.</summary>
/// <param name="Inclusion">π, with which it was drawn, fixed before it was judged.</param>
public sealed record Drawn(Interaction Interaction, Slice Stratum, double Inclusion);
