using System.Globalization;
using Assize.Silo.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

[assembly: RegisterProvider("Sqlite", "GrainStorage", "Silo", typeof(SqliteGrainStorageBuilder))]

namespace Assize.Silo.Storage;

/// <summary>Grain state in a <see cref="SqliteStore"/>; a write with a tag that is not the stored one is refused.</summary>
internal sealed class SqliteGrainStorage(SqliteStore store, IGrainStorageSerializer serializer, IActivatorProvider activators) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => observer.Subscribe<SqliteGrainStorage>(
        ServiceLifecycleStage.RuntimeStorageServices,
        _ => Task.CompletedTask,
        async _ => await store.DisposeAsync());

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = store.Read(Key(stateName, grainId));
        grainState.RecordExists = record is not null;
        grainState.ETag = record is null ? null : Tag(record.Tag);
        grainState.State = record?.Data is { } data ? serializer.Deserialize<T>(new BinaryData(data)) : activators.GetActivator<T>().Create();
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var data = serializer.Serialize(grainState.State).ToArray();
        var tag = await store.Write(Key(stateName, grainId), data, Tag(grainState.ETag));
        grainState.ETag = tag != 0 ? Tag(tag) : throw Conflict(stateName, grainId, grainState.ETag);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Tag(grainState.ETag) is var tag and not 0 && await store.Write(Key(stateName, grainId), null, tag) == 0)
        {
            throw Conflict(stateName, grainId, grainState.ETag);
        }

        grainState.State = activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    /// <summary>The grain's address; the state's name is added only where it is not the grain type's own.</summary>
    private static string Key(string stateName, GrainId grainId)
    {
        var grain = grainId.ToString();
        return grain.StartsWith(stateName, StringComparison.Ordinal) && grain.Length > stateName.Length && grain[stateName.Length] == '/' ? grain : $"{grain}#{stateName}";
    }

    private static string Tag(long tag) => tag.ToString(CultureInfo.InvariantCulture);

    private static long Tag(string? tag) => string.IsNullOrEmpty(tag) ? 0 : long.Parse(tag, CultureInfo.InvariantCulture);

    private InconsistentStateException Conflict(string stateName, GrainId grainId, string? tag) => new(
        $"State '{stateName}' of {grainId} in {store.Path} was changed by another activation.", "unknown", tag);
}

/// <summary>Makes the storage from its configuration section: <c>ProviderType=Sqlite</c> and <c>Path</c>, else <c>assize.db</c> in the data folder.</summary>
internal sealed class SqliteGrainStorageBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        var path = configurationSection["Path"] is { Length: > 0 } given ? Path.GetFullPath(given) : Path.Combine(DataFolder.From(builder.Configuration), "assize.db");
        builder.Services.TryAddKeyedSingleton(path, (_, _) => SqliteStore.Open(path));
        builder.Services.AddGrainStorage(name ?? "Default", (services, _) => new SqliteGrainStorage(
            services.GetRequiredKeyedService<SqliteStore>(path),
            services.GetRequiredService<IGrainStorageSerializer>(),
            services.GetRequiredService<IActivatorProvider>()));
    }
}
