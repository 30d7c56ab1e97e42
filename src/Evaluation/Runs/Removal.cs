namespace Assize.Evaluation.Runs;

/// <summary>A run that is being taken out of every store, and how far that has come; kept until it is done, so that whoever finds it goes on.</summary>
public sealed record Removal
{
    public required RunSpec Spec { get; init; }

    /// <summary>Whether the replies stay for now; the shards then keep their keys, and nothing else, for a later removal.</summary>
    public required bool KeepReplies { get; init; }

    /// <summary>All shards before this one are done.</summary>
    public int Next { get; init; }

    public bool Done => Next >= Spec.Suite.Plan.Partitions;
}
