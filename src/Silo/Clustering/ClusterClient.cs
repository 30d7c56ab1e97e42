using Assize.Grains;
using Assize.Silo.Tls;
using Orleans.Configuration;

namespace Assize.Silo.Clustering;

/// <summary>A process that reaches the silos from outside: a gateway in a deployment of its own.</summary>
public static class ClusterClient
{
    /// <summary>What of the section <c>Orleans</c> is a client's; providers of state and reminders are the silos', and would stop a client from starting.</summary>
    private static readonly string[] Parts = ["ClusterId", "ServiceId", "Clustering", "Gateway", "Messaging", "EnableDistributedTracing"];

    public static IHostApplicationBuilder AddClusterClient(this IHostApplicationBuilder builder)
    {
        builder.Services.AddWire();
        builder.Services.Configure<ClientMessagingOptions>(messaging =>
        {
            // A call to a silo that was lost is not answered: the sooner it is given up, the sooner it is made again.
            messaging.ResponseTimeout = TimeSpan.FromSeconds(10);
            messaging.CancelRequestOnTimeout = true;
        });
        builder.Services.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(3));
        var client = new ClientBuilder(builder.Services, Own(builder.Configuration));
        client.UseTls(builder.Configuration);
        client.UseConnectionRetryFilter<PatientConnection>();
        builder.Services.AddHealthChecks().AddCheck<ClientHealth>("silos", tags: ["ready"]);
        return builder;
    }

    private static IConfiguration Own(IConfiguration configuration) => new ConfigurationBuilder()
        .AddInMemoryCollection(configuration.GetSection("Orleans").AsEnumerable().Where(pair => Parts.Any(part =>
            pair.Key == $"Orleans:{part}" || pair.Key.StartsWith($"Orleans:{part}:", StringComparison.OrdinalIgnoreCase))))
        .Build();
}
