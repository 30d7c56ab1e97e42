using System.Diagnostics.Metrics;
using System.Net;
using Assize.Grains;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Assize.Silo.Tls;

/// <summary>Mutual TLS for the connections of Orleans, where section <c>Tls</c> of the configuration asks for it.</summary>
public static partial class TlsComposition
{
    /// <summary>Between this silo and the others, and at its gateway port.</summary>
    /// <exception cref="TlsException">The settings are incomplete.</exception>
    public static ISiloBuilder UseTls(this ISiloBuilder silo, IConfiguration configuration)
    {
        if (TlsOptions.From(configuration) is not { } options)
        {
            return silo.AddStartupTask((services, _) =>
            {
                WarnWhenExposed(services);
                return Task.CompletedTask;
            });
        }

        // A silo is called and calls.
        silo.Services.AddIdentity(options, Usage.Server, Usage.Client);
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<TlsMiddleware>((connections, tls) =>
        {
            connections.ConfigureSiloInboundConnection(connection => connection.Use(tls.Accepting));
            connections.ConfigureSiloOutboundConnection(connection => connection.Use(tls.Connecting));
            connections.ConfigureGatewayInboundConnection(connection => connection.Use(tls.Accepting));
        });
        return silo;
    }

    /// <summary>Between this client and the gateway ports of silos.</summary>
    /// <exception cref="TlsException">The settings are incomplete.</exception>
    public static IClientBuilder UseTls(this IClientBuilder client, IConfiguration configuration)
    {
        if (TlsOptions.From(configuration) is { } options)
        {
            client.Services.AddIdentity(options, Usage.Client);
            client.Services.AddOptions<ClientConnectionOptions>().Configure<TlsMiddleware>((connections, tls) =>
                connections.ConfigureConnection(connection => connection.Use(tls.Connecting)));
        }

        return client;
    }

    private static void AddIdentity(this IServiceCollection services, TlsOptions options, params Usage[] usages)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => new IdentityFiles(options, usages, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<IdentityFiles>>()));
        services.AddSingleton<TlsMiddleware>();
        services.AddMetrics();
        services.AddSingleton(provider =>
        {
            var (files, clock) = (provider.GetRequiredService<IdentityFiles>(), provider.GetRequiredService<TimeProvider>());
            return new CertificateTelemetry(provider.GetRequiredService<IMeterFactory>(), () => files.Current.Expires.ToUniversalTime() - clock.GetUtcNow());
        });
        services.AddHealthChecks().AddCheck<CertificateCheck>("certificate");
    }

    private static void WarnWhenExposed(IServiceProvider services)
    {
        var address = services.GetRequiredService<IOptions<EndpointOptions>>().Value.AdvertisedIPAddress;
        if (address is not null && !IPAddress.IsLoopback(address))
        {
            Exposed(services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(TlsComposition)), address);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "This silo is advertised at {Address} and speaks in plain text with whoever reaches its ports. Set the section Tls (docs/tls.md), or make sure that the network lets nobody else in")]
    private static partial void Exposed(ILogger log, IPAddress address);
}
