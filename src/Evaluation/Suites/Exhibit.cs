using System.Collections.Immutable;

namespace Assize.Evaluation.Suites;

/// <summary>A case together with the answers that were recorded for it: what a suite stores and a shard reads.</summary>
public sealed record Exhibit
{
    public required Case Case { get; init; }

    /// <summary>One text per turn for every recorded candidate.</summary>
    public ImmutableSortedDictionary<CandidateName, ImmutableArray<string>> Recorded { get; init; } = NoResponses;

    private static readonly ImmutableSortedDictionary<CandidateName, ImmutableArray<string>> NoResponses =
        ImmutableSortedDictionary.Create<CandidateName, ImmutableArray<string>>(NameOrder<CandidateName>.Ordinal);
}
