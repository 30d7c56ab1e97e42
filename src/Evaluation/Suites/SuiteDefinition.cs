using System.Collections.Immutable;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Suites;

/// <summary>A suite without its cases: who is examined, by whom, and how results are sliced.</summary>
public sealed record SuiteDefinition
{
    public required SuiteName Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Fixes every choice that is made by chance.</summary>
    public long Seed { get; init; }

    public required ImmutableArray<Candidate> Candidates { get; init; }

    public required ImmutableArray<Judge> Judges { get; init; }

    public ImmutableArray<SliceKey> Slices { get; init; } = [];
}
