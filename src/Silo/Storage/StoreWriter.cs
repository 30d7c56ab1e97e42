using Microsoft.Extensions.Logging;

namespace Assize.Silo.Storage;

/// <summary>
/// The one writer of a store: a thread that puts whatever has queued up into one transaction and syncs it to the disk. There is no artificial wait; while one
/// commit is under way the next batch gathers by itself.
/// </summary>
internal sealed class StoreWriter
{
    // A reader that another program holds open must not stop the writer for long; the log is then moved at a later try.
    private static readonly TimeSpan CheckpointPatience = TimeSpan.FromMilliseconds(100);

    private const int PageBytes = 8192;

    private readonly SqliteStoreOptions _options;
    private readonly WriteQueue _queue;
    private readonly Database _database;
    private readonly ILogger _logger;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _find;
    private readonly Statement _insert;
    private readonly Statement _update;
    private readonly Statement _delete;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _etag;
    private long _pagesAtCheckpoint;
    private long _nextCheckpoint;

    public StoreWriter(SqliteStoreOptions options, Database database, long generation, WriteQueue queue, ILogger logger)
    {
        _options = options;
        _queue = queue;
        _database = database;
        _logger = logger;
        // Versions never come twice in the life of a file, so that a record removed and made anew is not taken for the old one: 2^40 for each opening.
        _etag = generation << 40;
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _find = database.Prepare("SELECT id, etag FROM state WHERE key = ?1 AND grain = ?2 AND name = ?3");
        _insert = database.Prepare("INSERT INTO state(key, grain, name, etag, form, data) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
        _update = database.Prepare("UPDATE state SET etag = ?2, form = ?3, data = ?4 WHERE id = ?1");
        _delete = database.Prepare("DELETE FROM state WHERE id = ?1");
        _nextCheckpoint = options.LogBytes / PageBytes;
        new Thread(Run) { IsBackground = true, Name = "store writer" }.Start();
    }

    /// <summary>Completes when the queue was closed, everything in it is written and the file is closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Frames appended to the log since it was last moved into the file.</summary>
    public long LogPages => _database.PagesWritten - _pagesAtCheckpoint;

    private void Run()
    {
        var batch = new List<Change>(_options.BatchChanges);
        try
        {
            while (_queue.Take(batch, _options.BatchChanges, _options.BatchBytes))
            {
                Commit(batch);
                long bytes = 0;
                foreach (var change in batch)
                {
                    bytes += change.Claim;
                    change.Value?.Dispose();
                }

                _queue.Release(batch.Count, bytes);
                batch.Clear();
                CheckpointWhenLarge();
            }

            Close();
            _ended.SetResult();
        }
        catch (Exception e)
        {
            _ended.SetException(e);
        }
    }

    private void Commit(List<Change> batch)
    {
        try
        {
            _begin.Run();
            foreach (var change in batch)
            {
                change.Result = Apply(change);
            }

            _commit.Run();
        }
        catch (Exception e)
        {
            RollBack();
            foreach (var change in batch)
            {
                change.SetException(e is StorageException failure ? failure.Again() : new StorageException($"The store failed: {e.Message}", _database.Path, "This is unexpected: please report it.", e));
            }

            return;
        }

        foreach (var change in batch)
        {
            change.SetResult(change.Result);
        }
    }

    private ChangeResult Apply(Change change)
    {
        _find.Bind(1, change.Key.Hash).BindText(2, change.Key.Grain).BindText(3, change.Key.Name);
        long? id = null;
        long? etag = null;
        if (_find.Step())
        {
            id = _find.Number(0);
            etag = _find.Number(1);
            _find.Reset();
        }

        if (etag != change.Known)
        {
            return new(false, etag);
        }

        if (change.Value is not { } value)
        {
            if (id is { } removed)
            {
                _delete.Bind(1, removed).Run();
            }

            return new(true, null);
        }

        var next = ++_etag;
        if (id is { } existing)
        {
            _update.Bind(1, existing).Bind(2, next).Bind(3, (long)value.Form).BindBlob(4, value.Bytes.Span).Run();
            _update.Clear();
        }
        else
        {
            _insert.Bind(1, change.Key.Hash).BindText(2, change.Key.Grain).BindText(3, change.Key.Name)
                .Bind(4, next).Bind(5, (long)value.Form).BindBlob(6, value.Bytes.Span).Run();
            _insert.Clear();
        }

        return new(true, next);
    }

    private void RollBack()
    {
        try
        {
            // SQLite has already rolled back after some errors.
            if (_database.InTransaction)
            {
                _database.Execute("ROLLBACK");
            }
        }
        catch (StorageException e)
        {
            _logger.LogError(e, "The store could not roll back a failed transaction; the next one will tell.");
        }
    }

    private void CheckpointWhenLarge()
    {
        if (LogPages < _nextCheckpoint)
        {
            return;
        }

        if (!TryCheckpoint(truncate: false))
        {
            _nextCheckpoint = LogPages + _options.LogBytes / PageBytes / 4;
        }
    }

    // What is in the log is safe: that it could not be moved is no caller's failure.
    private bool TryCheckpoint(bool truncate)
    {
        try
        {
            _database.WaitForLocks(CheckpointPatience);
            if (_database.Checkpoint(truncate))
            {
                _pagesAtCheckpoint = _database.PagesWritten;
                _nextCheckpoint = _options.LogBytes / PageBytes;
                return true;
            }

            _logger.LogWarning("The log of {Path} could not be moved into the database file: a reader is holding it. It is tried again later.", _database.Path);
        }
        catch (StorageException e)
        {
            _logger.LogWarning(e, "The log of {Path} could not be moved into the database file. Everything acknowledged is safe in the log; it is tried again later.", _database.Path);
        }
        finally
        {
            _database.WaitForLocks(_options.LockTimeout);
        }

        return false;
    }

    private void Close()
    {
        var moved = TryCheckpoint(truncate: true);
        foreach (var statement in new[] { _begin, _commit, _find, _insert, _update, _delete })
        {
            statement.Dispose();
        }

        if (moved)
        {
            // SQLite removes the empty log only when closing may checkpoint.
            _database.CheckpointOnClose(true);
        }

        _database.Dispose();
    }
}
