using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Assize.Silo.Storage;

/// <summary>Grain state in a <see cref="SqliteStore"/>: opened when the silo starts, closed when it has stopped.</summary>
internal sealed class SqliteGrainStorage(string name, SqliteStoreOptions options, SqliteStores stores, IGrainStorageSerializer serializer, IActivatorProvider activators)
    : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private SqliteStore? _store;

    private SqliteStore Store => _store ?? throw new StorageException($"The storage provider {name} is not open", options.Path, "Call it between the silo's start and stop.");

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe($"{nameof(SqliteGrainStorage)} {name}", ServiceLifecycleStage.ApplicationServices, OpenAsync, CloseAsync);

    public async Task OpenAsync(CancellationToken token) => _store = await stores.HoldAsync(options, token);

    // Not cut short by the token: what was let in is written, and the log is moved.
    public async Task CloseAsync(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _store, null) is { } store)
        {
            await stores.LetGoAsync(store);
        }
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ReadStateAsync(stateName, grainId, grainState, default);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            // On the caller's thread: it takes some ten microseconds, less than handing it to another.
            if (Store.Read(RowKey.Of(grainId, stateName)) is { } stored)
            {
                grainState.State = serializer.Deserialize<T>(BinaryData.FromBytes(stored.Data));
                grainState.ETag = Print(stored.Etag);
                grainState.RecordExists = true;
            }
            else
            {
                Forget(grainState);
            }

            return Task.CompletedTask;
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => WriteStateAsync(stateName, grainId, grainState, default);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var store = Store;
        var known = Known(stateName, grainId, grainState);
        var data = serializer.Serialize(grainState.State).ToMemory();
        var result = await store.WriteAsync(RowKey.Of(grainId, stateName), known, data, cancellationToken);
        if (!result.Applied || result.Etag is not { } etag)
        {
            throw Conflict(stateName, grainId, result.Etag, grainState);
        }

        grainState.ETag = Print(etag);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ClearStateAsync(stateName, grainId, grainState, default);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var result = await Store.ClearAsync(RowKey.Of(grainId, stateName), Known(stateName, grainId, grainState), cancellationToken);
        if (!result.Applied)
        {
            throw Conflict(stateName, grainId, result.Etag, grainState);
        }

        Forget(grainState);
    }

    private static string Print(long etag) => etag.ToString(CultureInfo.InvariantCulture);

    private long? Known<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (string.IsNullOrEmpty(grainState.ETag))
        {
            return null;
        }

        // A version that another provider gave out cannot be this file's.
        return long.TryParse(grainState.ETag, NumberStyles.None, CultureInfo.InvariantCulture, out var etag)
            ? etag
            : throw Conflict(stateName, grainId, Store.Read(RowKey.Of(grainId, stateName))?.Etag, grainState);
    }

    private InconsistentStateException Conflict<T>(string stateName, GrainId grainId, long? stored, IGrainState<T> grainState) =>
        new(
            $"The state {stateName} of {grainId} in {options.Path} was changed by another activation.",
            stored is { } etag ? Print(etag) : "",
            grainState.ETag ?? "");

    private void Forget<T>(IGrainState<T> grainState)
    {
        grainState.State = activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }
}
