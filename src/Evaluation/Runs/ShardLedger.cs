using System.Collections.Immutable;

namespace Assize.Evaluation.Runs;

/// <summary>What one shard has found so far; the records are in the order in which their cases were finished.</summary>
public sealed record ShardLedger(ImmutableArray<CaseRecord> Records)
{
    public static ShardLedger Empty { get; } = new([]);

    /// <summary>Set when the shard was stopped before all of its cases were finished.</summary>
    public bool Cancelled { get; init; }
}
