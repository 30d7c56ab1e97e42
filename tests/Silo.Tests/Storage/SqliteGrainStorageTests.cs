using Assize.Silo.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Assize.Silo.Tests.Storage;

public sealed class SqliteGrainStorageTests : DurableGrainStorageConformance, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().AddOptions().AddSingleton<IGrainStorageSerializer, SystemTextJsonGrainStorageSerializer>().BuildServiceProvider();
    private readonly SqliteStores _stores = new(NullLogger<SqliteStore>.Instance);
    private SqliteGrainStorage? _storage;

    [Fact]
    public async Task TwoProvidersOnOneFileShareItsWriterAndTheLastOneClosesIt()
    {
        var first = Provider();
        var second = Provider();
        await first.OpenAsync(Token);
        await second.OpenAsync(Token);
        var id = Some.Grain();
        await first.WriteStateAsync("note", id, Note.Of("shared"));
        await first.CloseAsync(Token);
        var read = new NoteState();
        await second.ReadStateAsync("note", id, read);
        Assert.Equal("shared", read.State.Text);
        await second.CloseAsync(Token);
        Assert.False(File.Exists(_folder.File("state.db-wal")));
    }

    [Fact]
    public async Task AClosedProviderSaysSo()
    {
        var storage = Provider();
        var failure = await Assert.ThrowsAsync<StorageException>(() => storage.ReadStateAsync("note", Some.Grain(), new NoteState()));
        Assert.Contains("is not open", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEtagOfAnotherProviderIsAConflict()
    {
        var storage = await OpenAsync();
        var state = Note.Of("text");
        state.ETag = "\"0x8DCFD\"";
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", Some.Grain(), state));
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
        {
            await _storage.CloseAsync(Token);
        }

        _stores.Dispose();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    protected override async Task<IGrainStorage> OpenAsync()
    {
        _storage = Provider();
        await _storage.OpenAsync(Token);
        return _storage;
    }

    protected override (string Key, string Value)[] Settings => [("ProviderType", "Sqlite"), ("Path", _folder.File("silo.db"))];

    protected override async Task<IAsyncDisposable> BreakAsync()
    {
        // Another program keeps a write transaction open.
        var intruder = new SqliteConnection($"Data Source={_folder.File("state.db")};Pooling=False");
        await intruder.OpenAsync(Token);
        await using var command = intruder.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Token);
        return intruder;
    }

    private SqliteGrainStorage Provider() => new(
        "Default",
        new SqliteStoreOptions { Path = _folder.File("state.db"), LockTimeout = TimeSpan.FromMilliseconds(50) },
        _stores,
        _services.GetRequiredService<IGrainStorageSerializer>(),
        _services.GetRequiredService<IActivatorProvider>());
}
