using System.Globalization;
using System.Net;
using Assize.Servers;
using Assize.Silo.Tls;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Assize.Silo.Tests.Tls;

/// <summary>A silo of a cluster on loopback, with what the configuration says about TLS.</summary>
internal sealed class TlsSilo : IAsyncDisposable
{
    private readonly IHost host;
    private bool running;

    private TlsSilo(IHost host, CollectedLog log, int siloPort, int gatewayPort) =>
        (this.host, Log, Silo, Gateway) = (host, log, new IPEndPoint(IPAddress.Loopback, siloPort), new IPEndPoint(IPAddress.Loopback, gatewayPort));

    public CollectedLog Log { get; }

    public IPEndPoint Silo { get; }

    public IPEndPoint Gateway { get; }

    public static TlsSilo Of(IConfiguration configuration, TlsSilo? primary = null, IPAddress? advertised = null)
    {
        var (silo, gateway, log) = (ServerProcess.FreePort(), ServerProcess.FreePort(), new CollectedLog());
        var builder = Empty(configuration, log);
        builder.UseOrleans(orleans =>
        {
            orleans.UseLocalhostClustering(silo, gateway, primary?.Silo, "tls", "tls").UseTls(builder.Configuration);
            orleans.Services.Configure<ConnectionOptions>(connections => connections.ConnectionRetryDelay = TimeSpan.FromMilliseconds(50));
            if (advertised is not null)
            {
                orleans.Services.Configure<EndpointOptions>(endpoints => endpoints.AdvertisedIPAddress = advertised);
            }
        });
        return new TlsSilo(builder.Build(), log, silo, gateway);
    }

    public static IHost Client(IConfiguration configuration, TlsSilo silo)
    {
        var builder = Empty(configuration, new CollectedLog());
        builder.UseOrleansClient(client => client.UseStaticClustering(silo.Gateway).Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("tls", "tls")).UseTls(builder.Configuration));
        return builder.Build();
    }

    /// <summary>The silos that answer a call from a silo or a client, each asked over a connection of its own.</summary>
    public static async Task<int> Answering(IServiceProvider services)
    {
#pragma warning disable RS0030 // a grain of Orleans' own
        var management = services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
#pragma warning restore RS0030
        var hosts = await management.GetHosts(onlyActive: true);
        return (await management.GetRuntimeStatistics([.. hosts.Keys])).Length;
    }

    public Task<int> Answering() => Answering(host.Services);

    public async Task<TlsSilo> Started()
    {
        await Start(TestContext.Current.CancellationToken);
        return this;
    }

    public async Task Start(CancellationToken cancellation)
    {
        await host.StartAsync(cancellation);
        running = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (running)
        {
            await host.StopAsync(new CancellationToken(canceled: true));
        }

        host.Dispose();
    }

    private static HostApplicationBuilder Empty(IConfiguration configuration, CollectedLog log)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Information);
        return builder;
    }
}
