using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace Assize.Silo.Tests.Storage;

/// <summary>A silo whose storage provider is chosen by configuration, as an installation does it.</summary>
internal static class ConfiguredSilo
{
    public static IHost Build(params (string Key, string Value)[] settings) => Build(null, null, settings);

    public static IHost Build(string data, params (string Key, string Value)[] settings) => Build(data, null, settings);

    public static IHost Build(Action<IServiceCollection> with, params (string Key, string Value)[] settings) => Build(null, with, settings);

    /// <summary>The whole silo of an installation, with that storage.</summary>
    public static IHost Whole(string data, params (string Key, string Value)[] settings) => Whole(data, null, settings);

    /// <summary>The whole silo of an installation, with that storage and with services of a test's own.</summary>
    public static IHost Whole(string data, Action<IServiceCollection>? with, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Data"] = data,
            ["Orleans:ClusterId"] = "storage",
            ["Orleans:ServiceId"] = "storage",
            ["Orleans:Clustering:ProviderType"] = "Development",
            ["Orleans:Endpoints:AdvertisedIPAddress"] = "127.0.0.1",
            ["Orleans:Endpoints:SiloPort"] = FreePort().ToString(CultureInfo.InvariantCulture),
            ["Orleans:Endpoints:GatewayPort"] = "0",
            ["Runs:ResumeAtStart"] = "false",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(x => KeyValuePair.Create(Setting(x.Key), (string?)x.Value)));
        builder.AddSilo();
        with?.Invoke(builder.Services);
        return builder.Build();
    }

    public static IGrainStorage Storage(IHost host, string provider = "Default") => host.Services.GetRequiredKeyedService<IGrainStorage>(provider);

    /// <summary>What a silo's start does with its storage, and no more: a silo whose start fails keeps its threads busy for as long as the process lives.</summary>
    public static async Task OpenStorageAsync(IHost host)
    {
        var lifecycle = new SiloLifecycleSubject(NullLogger<SiloLifecycleSubject>.Instance);
        ((ILifecycleParticipant<ISiloLifecycle>)Storage(host)).Participate(lifecycle);
        await lifecycle.OnStart(TestContext.Current.CancellationToken);
    }

    /// <summary>A key of the default provider's section, or one that is written from the root.</summary>
    private static string Setting(string key) => key.Contains(':', StringComparison.Ordinal) ? key : $"Orleans:GrainStorage:Default:{key}";

    private static IHost Build(string? data, Action<IServiceCollection>? with, (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.Select(x => KeyValuePair.Create(Setting(x.Key), (string?)x.Value)));
        builder.Configuration["Data"] = data;
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort(), 0, clusterId: "storage", serviceId: "storage"));
        builder.Services.AddSingleton<IGrainStorageSerializer, SystemTextJsonGrainStorageSerializer>();
        with?.Invoke(builder.Services);
        return builder.Build();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
