namespace Assize.Silo.Storage;

/// <summary>What became of a change.</summary>
/// <param name="Applied">False when the record is not the one the caller knows; then nothing was changed.</param>
/// <param name="Etag">The record's version now; null when there is no record.</param>
public readonly record struct ChangeResult(bool Applied, long? Etag);

/// <summary>One write or removal on its way to the file; its task completes when the transaction is on the disk.</summary>
internal sealed class Change(RowKey key, long? known, StoredValue? value) : TaskCompletionSource<ChangeResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public RowKey Key => key;

    /// <summary>The version the caller knows; null when it knows of no record.</summary>
    public long? Known => known;

    /// <summary>The value to store; null to remove the record.</summary>
    public StoredValue? Value => value;

    public int Bytes => key.Length + (value?.Bytes.Length ?? 0);

    /// <summary>What was claimed of the queue's room.</summary>
    public int Claim { get; init; }

    /// <summary>What the open transaction did with it.</summary>
    public ChangeResult Result { get; set; }
}
