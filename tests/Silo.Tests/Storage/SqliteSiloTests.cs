using System.Net;
using System.Net.Sockets;
using Assize.Silo.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;

namespace Assize.Silo.Tests.Storage;

/// <summary>A silo whose storage provider is chosen by configuration, as an installation does it.</summary>
internal static class ConfiguredSilo
{
    public static IHost Build(params (string Key, string Value)[] settings) => Build(null, settings);

    public static IHost Build(string? data, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.Select(x => KeyValuePair.Create($"Orleans:GrainStorage:Default:{x.Key}", (string?)x.Value)));
        builder.Configuration["Data"] = data;
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort(), 0, clusterId: "storage", serviceId: "storage"));
        builder.Services.AddSingleton<IGrainStorageSerializer, SystemTextJsonGrainStorageSerializer>();
        return builder.Build();
    }

    public static IGrainStorage Storage(IHost host) => host.Services.GetRequiredKeyedService<IGrainStorage>("Default");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

public sealed class SqliteSiloTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AConfiguredSiloKeepsStateAcrossARestart()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("data/state.db");
        var id = Some.Grain();
        using (var silo = ConfiguredSilo.Build(("ProviderType", "Sqlite"), ("Path", path)))
        {
            await silo.StartAsync(Token);
            await ConfiguredSilo.Storage(silo).WriteStateAsync("note", id, Note.Of("kept"));
            await silo.StopAsync(Token);
        }

        Assert.False(File.Exists(path + "-wal"));
        using (var silo = ConfiguredSilo.Build(("ProviderType", "Sqlite"), ("Path", path)))
        {
            await silo.StartAsync(Token);
            var read = new NoteState();
            await ConfiguredSilo.Storage(silo).ReadStateAsync("note", id, read);
            Assert.Equal("kept", read.State.Text);
            await silo.StopAsync(Token);
        }
    }

    [Fact]
    public async Task ABrokenStoreFailsTheSilosStartWithItsMessage()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("state.db"), new string('x', 10_000), Token);
        using var silo = ConfiguredSilo.Build(("ProviderType", "Sqlite"), ("Path", folder.File("state.db")));
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => silo.StartAsync(Token));
        Assert.Contains("is not a database of this program", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStoreWithoutAPathLiesInTheDataFolder()
    {
        using var folder = new TemporaryFolder();
        using var silo = ConfiguredSilo.Build(folder.Path, ("ProviderType", "Sqlite"));
        await silo.StartAsync(Token);
        Assert.True(File.Exists(folder.File("assize.db")));
        await silo.StopAsync(Token);
    }
}

/// <summary>The suite itself is checked against the runtime's own provider.</summary>
public sealed class MemoryGrainStorageTests : GrainStorageConformance, IAsyncLifetime
{
    private readonly IHost _silo = ConfiguredSilo.Build(("ProviderType", "Memory"));

    public async ValueTask InitializeAsync() => await _silo.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _silo.StopAsync(TestContext.Current.CancellationToken);
        _silo.Dispose();
    }

    protected override Task<IGrainStorage> OpenAsync() => Task.FromResult(ConfiguredSilo.Storage(_silo));
}
