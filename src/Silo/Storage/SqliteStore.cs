using Microsoft.Extensions.Logging;

namespace Assize.Silo.Storage;

/// <summary>A stored value and its version.</summary>
public readonly record struct StoredState(long Etag, ReadOnlyMemory<byte> Data);

/// <summary>
/// Records in one SQLite file, owned by this process alone. A change's task completes when it is on the disk; changes that come while a commit is under way
/// share the next one. Safe for any number of concurrent callers.
/// </summary>
public sealed class SqliteStore : IAsyncDisposable
{
    private const int LongestValue = 500_000_000;

    private readonly SqliteStoreOptions _options;
    private readonly FileLock _lock;
    private readonly WriteQueue _queue;
    private readonly StoreWriter _writer;
    private readonly ReaderPool _readers;
    private readonly Lazy<Task> _closing;

    private SqliteStore(SqliteStoreOptions options, FileLock fileLock, ILogger logger)
    {
        _options = options;
        _lock = fileLock;
        var (writer, generation) = StoreFile.Open(options);
        _queue = new WriteQueue(options.PendingChanges, options.PendingBytes);
        try
        {
            _writer = new StoreWriter(options, writer, generation, _queue, logger);
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        _readers = new ReaderPool(options.Path, options.LockTimeout);
        _closing = new Lazy<Task>(CloseOnce);
    }

    /// <summary>The full path of the file.</summary>
    public string Path => _options.Path;

    /// <summary>Opens the file, making it and its folder where they are missing, and repeating the log where the last owner died.</summary>
    /// <exception cref="StorageException">The file cannot be used; it was left as it is.</exception>
    public static SqliteStore Open(SqliteStoreOptions options, ILogger<SqliteStore> logger)
    {
        var settled = options.Checked();
        StoreFile.Prepare(settled.Path);
        var fileLock = FileLock.Take(settled.Path);
        try
        {
            return new SqliteStore(settled, fileLock, logger);
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>The record as last committed; null when there is none.</summary>
    public StoredState? Read(RowKey key)
    {
        try
        {
            return _readers.Read(key);
        }
        catch (ObjectDisposedException)
        {
            throw Closed();
        }
    }

    /// <summary>
    /// Stores a value when the record is still the one the caller knows: the one with that version, or none. The data must not change before the task
    /// completes. The token ends the wait for room in the queue; a change that was let in is always told how it went.
    /// </summary>
    public Task<ChangeResult> WriteAsync(RowKey key, long? known, ReadOnlyMemory<byte> data, CancellationToken token) => Enter(key, known, data, token);

    /// <summary>Removes the record when it is still the one the caller knows; no record and none known is already done.</summary>
    public Task<ChangeResult> ClearAsync(RowKey key, long? known, CancellationToken token) => Enter(key, known, null, token);

    /// <summary>Writes what was let in, moves the log into the file and closes it. Later calls fail.</summary>
    public async ValueTask DisposeAsync() => await _closing.Value.ConfigureAwait(false);

    private async Task<ChangeResult> Enter(RowKey key, long? known, ReadOnlyMemory<byte>? data, CancellationToken token)
    {
        var length = data?.Length ?? 0;
        if (length > LongestValue)
        {
            throw new StorageException($"The state of {key} is larger than the store can hold", Path, "Keep a single state under 500 MB.");
        }

        if (!await _queue.Claim(length, token).ConfigureAwait(false))
        {
            throw Closed();
        }

        StoredValue? value = null;
        try
        {
            value = data is { } bytes ? StoredValue.Of(bytes, _options.CompressAbove) : null;
        }
        catch
        {
            _queue.Release(1, length);
            throw;
        }

        var change = new Change(key, known, value) { Claim = length };
        _queue.Add(change);
        return await change.Task.ConfigureAwait(false);
    }

    private async Task CloseOnce()
    {
        _queue.Close();
        _readers.Dispose();
        try
        {
            await _writer.Ended.ConfigureAwait(false);
        }
        finally
        {
            _lock.Dispose();
        }
    }

    private StorageException Closed() => new("The store is closed", Path, "The silo is stopping: call again when it has started.");
}
