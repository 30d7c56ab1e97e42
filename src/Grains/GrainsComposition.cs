using Assize.Grains.Budgets;
using Assize.Grains.Notifications;
using Assize.Grains.Runs;
using Orleans.Hosting;
using Orleans.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Assize.Grains;

/// <summary>What a silo needs to host the grains, besides storage, reminders, models and the secret.</summary>
public static class GrainsComposition
{
    public static ISiloBuilder AddGrains(this ISiloBuilder silo)
    {
        silo.Services.AddWire();
        silo.Services.AddMetrics();
        silo.Services.AddSingleton<Telemetry>();
        silo.Services.TryAddSingleton<MonitorNames>();
        silo.Services.AddSingleton<MonitorTelemetry>();
        silo.Services.AddSingleton<Pulse>();
        silo.Services.TryAddSingleton(TenantBudgets.None);
        silo.Services.TryAddSingleton<IChannels, NoChannels>();
        silo.Services.AddSingleton<DeclaredBudgets>();
        silo.Services.AddHostedService(services => services.GetRequiredService<Pulse>());
        silo.Services.AddSingleton<MonitorMoney>();
        silo.Services.AddHostedService(services => services.GetRequiredService<MonitorMoney>());
        silo.AddPlacementDirector<ShardPlacement, ShardDirector>();
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.CancelRequestOnTimeout = true;
            // A completion that was cancelled is waited for: what is in flight has been paid for and must be kept.
            messaging.WaitForCancellationAcknowledgement = true;
        });
        // A completion is asked for once or twice: remembering where a million of them lived would only cost memory.
        silo.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = 10_000);
        return silo;
    }
}
