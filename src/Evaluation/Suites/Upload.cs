using System.Collections.Immutable;

namespace Assize.Evaluation.Suites;

/// <summary>Cases on their way in that are no version of a suite yet: which pieces of them may be stored. It is noted before they are, so that those of an upload whose gateway is lost are found.</summary>
/// <param name="Suite">The suite they are for.</param>
/// <param name="Segments">Pieces that may be stored, by partition.</param>
/// <param name="At">When it last grew.</param>
public sealed record Upload(SuiteName Suite, ImmutableArray<int> Segments, DateTimeOffset At)
{
    /// <summary>How long an upload may be silent.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public bool IsSilent(DateTimeOffset now) => now - At >= Patience;
}
