using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Grains;
using Assize.Grains.Budgets;
using Assize.Grains.Models;
using Assize.Grains.Monitors;
using Assize.Grains.Notifications;
using Assize.Grains.Runs;
using Assize.Grains.Tenants;
using Assize.Silo.Clustering;
using Assize.Silo.Models;
using Assize.Silo.Notifications;
using Assize.Silo.Observability;
using Assize.Silo.Storage;
using Assize.Silo.Tenants;
using Assize.Silo.Tls;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence;

namespace Assize.Silo;

/// <summary>The composition root: where the cluster meets the world. What is chosen here is chosen by configuration.</summary>
public static class SiloComposition
{
    public static IHostApplicationBuilder AddSilo(this IHostApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddOptions<RunOptions>().Bind(configuration.GetSection("Runs")).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<RunOptions>>().Value);
        builder.Services.AddOptions<RetentionOptions>().Bind(configuration.GetSection("Retention")).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<RetentionOptions>>().Value);
        builder.Services.AddSingleton(_ => DeclaredTenants.From(configuration.GetSection("Tenants")));
        builder.Services.AddSingleton<IModels>(services => DeclaredModels.From(
            configuration.GetSection("Models"), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IOptions<TelemetryOptions>>().Value.TraceContent));
        builder.Services.AddOptions<MonitorOptions>().Bind(configuration.GetSection("Monitors")).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<MonitorOptions>>().Value);
        builder.Services.AddSingleton<IChannels>(services => DeclaredChannels.From(configuration.GetSection("Notifications"), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(_ => InstallationSecretFile.From(configuration));
        builder.Services.Configure<ClusterMembershipOptions>(configuration.GetSection("Membership"));
        builder.Services.Configure<GrainCollectionOptions>(configuration.GetSection("GrainCollection"));
        builder.Services.AddStopping(configuration.GetSection("Shutdown"));
        // As the other providers do; this one cannot be told so by configuration, and would keep an entry for every state that ever was.
        builder.Services.ConfigureAll<RedisStorageOptions>(redis => redis.DeleteStateOnClear = true);
        builder.UseOrleans(silo => silo.UseTls(configuration).AddGrains().AddStartupTask((services, cancellation) =>
        {
            // Checked here too, so that a silo with wrong settings does not start, whoever hosts it.
            CheckSettings(services);
            return Task.CompletedTask;
        }));
        builder.Services.AddHostedService<RunKeeper>();
        builder.Services.AddHealthChecks().AddCheck<MembershipHealth>("membership", tags: ["ready"]);
        return builder;
    }

    /// <summary>Reads what the configuration declares. Throws <see cref="EvaluationException"/> with every mistake of a section, or says which value is out of its range.</summary>
    public static void CheckSettings(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        Mistake[] mistakes =
        [
            .. configuration.GetSection("Runs").Mistakes<RunOptions>(RunKeeper.AtStart), .. configuration.GetSection("Retention").Mistakes<RetentionOptions>(),
            .. configuration.GetSection("Monitors").Mistakes<MonitorOptions>(), .. configuration.GetSection("Telemetry").Mistakes<TelemetryOptions>(),
            .. Unreachable(configuration.GetSection("Orleans:Endpoints:SiloPort")),
        ];
        if (mistakes.Length > 0)
        {
            throw new EvaluationException([.. mistakes]);
        }

        _ = services.GetRequiredService<RunOptions>();
        _ = services.GetRequiredService<RetentionOptions>();
        _ = services.GetRequiredService<MonitorOptions>();
        _ = services.GetRequiredService<IModels>();
        _ = services.GetRequiredService<TenantBudgets>();
        _ = services.GetRequiredService<InstallationSecret>();
        _ = services.GetRequiredService<IChannels>();
    }

    private static IEnumerable<Mistake> Unreachable(IConfigurationSection port) => port.Value == "0"
        ? [new Mistake("A silo cannot listen on port 0: the others are told its port beforehand.", "Write a number from 1 to 65535.") { Field = port.Path }]
        : [];
}
