using Microsoft.Extensions.Logging;

namespace Assize.Silo.Storage;

/// <summary>
/// The stores of a process by file, so that several storage providers, and several silos in one process that are given the same instance, share a file and its
/// one writer. A store is closed when its last holder lets go; the first holder's settings hold.
/// </summary>
public sealed class SqliteStores(ILogger<SqliteStore> logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, (SqliteStore Store, int Holders)> _open = [];

    /// <summary>The store of that file, opened where it is not open yet.</summary>
    /// <exception cref="StorageException">The file cannot be used; it was left as it is.</exception>
    public async Task<SqliteStore> HoldAsync(SqliteStoreOptions options, CancellationToken token = default)
    {
        var path = options.Checked().Path;
        await _gate.WaitAsync(token);
        try
        {
            var (store, holders) = _open.TryGetValue(path, out var held) ? held : (SqliteStore.Open(options, logger), 0);
            _open[path] = (store, holders + 1);
            return store;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends one holding; the last one writes what has queued up and closes the file.</summary>
    public async Task LetGoAsync(SqliteStore store)
    {
        await _gate.WaitAsync();
        try
        {
            var holders = _open[store.Path].Holders - 1;
            if (holders > 0)
            {
                _open[store.Path] = (store, holders);
                return;
            }

            _open.Remove(store.Path);
            await store.DisposeAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
