using Assize.Servers;
using Microsoft.Extensions.Hosting;
using Orleans.Storage;

namespace Assize.Silo.Tests.Storage;

/// <summary>A provider's server and a silo that keeps its state there, started when the first test needs them and shared by a class of tests.</summary>
public abstract class StorageServer<TServer> : IAsyncDisposable
    where TServer : ServerProcess
{
    private TServer? _server;
    private IHost? _silo;

    public TServer Server => _server ?? throw new InvalidOperationException("the server is started by the first test");

    /// <summary>The provider's section, as an installation writes it.</summary>
    public abstract (string Key, string Value)[] Settings { get; }

    public async Task<IGrainStorage> StorageAsync()
    {
        _server ??= await StartedAsync();
        if (_silo is null)
        {
            _silo = ConfiguredSilo.Build(Settings);
            await _silo.StartAsync(TestContext.Current.CancellationToken);
        }

        return ConfiguredSilo.Storage(_silo);
    }

    /// <summary>A server that comes back when what is returned is disposed.</summary>
    public async Task<IAsyncDisposable> OutageAsync(Func<TServer, Task> begin)
    {
        await begin(Server);
        return new Outage(Server);
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.StopAsync();
            _silo.Dispose();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected abstract Task<TServer> StartedAsync();

    private sealed class Outage(TServer server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await server.Start(TestContext.Current.CancellationToken);
    }
}
