using Microsoft.Extensions.Hosting;
using Orleans.Storage;

namespace Assize.Silo.Tests.Storage;

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
