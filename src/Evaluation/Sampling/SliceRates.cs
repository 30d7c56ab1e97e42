using System.Collections.Immutable;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Sampling;

/// <summary>The rates of slices that are in force from a moment on, fixed before anything is seen that is drawn by them.</summary>
public sealed record SliceRates
{
    /// <summary>Where every slice has the rate that its monitor was given.</summary>
    public static SliceRates None { get; } = new();

    /// <summary>When they were made; null where none were.</summary>
    public DateTimeOffset? Made { get; init; }

    /// <summary>π_h by slice, while no budget lowers all rates; each above 0 and at most 1.</summary>
    public ImmutableSortedDictionary<Slice, double> Known { get; init; } = ImmutableSortedDictionary<Slice, double>.Empty;

    /// <summary>The rate of slices that were not seen when they were made.</summary>
    public double Others { get; init; } = 1;

    /// <summary>How many samples they draw of the traffic they were made for, over how many those before would have drawn of it.</summary>
    public double Change { get; init; } = 1;

    /// <summary>Those that were in force before: a conversation that was begun by them is drawn by them to its end.</summary>
    public SliceRates? Before { get; init; }

    public double Of(Slice slice) => Known.TryGetValue(slice, out var own) ? own : Others;
}
