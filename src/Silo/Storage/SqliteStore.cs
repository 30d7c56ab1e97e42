using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Assize.Silo.Storage;

/// <summary>
/// Records by key in one SQLite file. One writer commits whatever has queued up in one transaction, synchronously to the disk: the more there is to write, the fewer commits a write costs.
/// Readers have connections of their own and never wait for the writer.
/// </summary>
public sealed class SqliteStore : IAsyncDisposable
{
    private const int MostInBatch = 512;
    private const int MostQueued = 8192;

    private readonly StoreFile file;
    private readonly Channel<StoreWrite> queue = Channel.CreateBounded<StoreWrite>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private readonly ConcurrentBag<StoreReader> readers = [];
    private readonly StoreWriter writer;
    private readonly Task writing;

    private SqliteStore(StoreFile file, StoreWriter writer)
    {
        (this.file, this.writer) = (file, writer);
        writing = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public string Path => file.Path;

    /// <summary>Opens or makes the store; throws <see cref="StoreException"/> with what is wrong and what to do.</summary>
    public static SqliteStore Open(string path)
    {
        var file = StoreFile.Open(path);
        try
        {
            return new SqliteStore(file, new StoreWriter(file.Connect(writes: true)));
        }
        catch (SqliteException broken)
        {
            file.Dispose();
            throw StoreFile.Explain(file.Path, broken);
        }
    }

    /// <summary>The record of a key, or nothing.</summary>
    public StoreRecord? Read(string key)
    {
        try
        {
            if (!readers.TryTake(out var reader))
            {
                reader = new StoreReader(file.Connect(writes: false));
            }

            try
            {
                return reader.Read(key);
            }
            finally
            {
                readers.Add(reader);
            }
        }
        catch (SqliteException broken)
        {
            throw StoreFile.Explain(Path, broken);
        }
    }

    /// <summary>Puts a record in place of the one with the expected tag (0: of none); completes with the new tag once it is on the disk, or with 0 when the tag did not match.</summary>
    public async Task<long> Write(string key, byte[]? data, long expected)
    {
        var write = new StoreWrite(key, data is null ? null : Packing.Pack(data), expected);
        try
        {
            await queue.Writer.WriteAsync(write);
        }
        catch (ChannelClosedException)
        {
            throw new StoreException($"The store {Path} is closed.");
        }

        return await write.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (queue.Writer.TryComplete())
        {
            await writing;
            while (readers.TryTake(out var reader))
            {
                reader.Dispose();
            }

            writer.Close();
            file.Dispose();
        }
    }

    private void Write()
    {
        var batch = new List<StoreWrite>(MostInBatch);
        while (Next(batch))
        {
            try
            {
                writer.Commit(batch);
            }
            catch (SqliteException broken)
            {
                var why = StoreFile.Explain(Path, broken);
                batch.ForEach(write => write.Done.TrySetException(why));
            }

            batch.ForEach(write => write.Finish());
            batch.Clear();
        }
    }

    private bool Next(List<StoreWrite> batch)
    {
        var more = queue.Reader.WaitToReadAsync();
        if (!(more.IsCompleted ? more.Result : more.AsTask().GetAwaiter().GetResult()))
        {
            return false;
        }

        while (batch.Count < MostInBatch && queue.Reader.TryRead(out var write))
        {
            batch.Add(write);
        }

        return true;
    }
}

/// <summary>A stored record and its tag, which changes with every write.</summary>
/// <param name="Data">Null where a record was cleared but its tag is kept.</param>
public sealed record StoreRecord(byte[]? Data, long Tag);

/// <summary>A write on its way to the disk.</summary>
internal sealed class StoreWrite(string key, byte[]? data, long expected)
{
    public string Key => key;

    /// <summary>Null deletes.</summary>
    public byte[]? Data => data;

    public long Expected => expected;

    public long Result { get; set; }

    public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Finish() => Done.TrySetResult(Result);
}
