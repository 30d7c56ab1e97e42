using System.Collections.Immutable;

namespace Assize.Evaluation.Suites;

/// <summary>One thing a candidate is asked: a conversation of one or more turns, with what a good answer looks like.</summary>
public sealed record Case
{
    public required CaseId Id { get; init; }

    public required ImmutableArray<Turn> Turns { get; init; }

    public string? Category { get; init; }

    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>What the case shares with others (a conversation, a document): cases of one cluster are not independent.</summary>
    public string? Cluster { get; init; }

    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The unit that is sampled independently: the declared cluster, else the case itself.</summary>
    public string ClusterKey() => Cluster ?? Id.Value;
}

/// <summary>What is said to the candidate before it answers once, and the answers that would be right.</summary>
public sealed record Turn
{
    public required ImmutableArray<Message> Messages { get; init; }

    public ImmutableArray<string> References { get; init; } = [];
}
