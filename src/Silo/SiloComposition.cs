using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Grains;
using Assize.Grains.Models;
using Assize.Grains.Runs;
using Assize.Silo.Models;
using Assize.Silo.Storage;
using Assize.Silo.Tls;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;

namespace Assize.Silo;

/// <summary>The composition root: where the cluster meets the world. What is chosen here is chosen by configuration.</summary>
public static class SiloComposition
{
    public static IHostApplicationBuilder AddSilo(this IHostApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddWire();
        builder.Services.AddOptions<RunOptions>().Bind(configuration.GetSection("Runs")).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => services.GetRequiredService<Microsoft.Extensions.Options.IOptions<RunOptions>>().Value);
        builder.Services.AddSingleton<IModels>(services => DeclaredModels.From(configuration.GetSection("Models"), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(_ => InstallationSecretFile.LoadOrCreate(DataFolder.From(configuration)));
        builder.Services.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.CancelRequestOnTimeout = true;
            // A completion that was cancelled is waited for: what is in flight has been paid for and must be kept.
            messaging.WaitForCancellationAcknowledgement = true;
        });
        // A completion is asked for once or twice: remembering where a million of them lived would only cost memory.
        builder.Services.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = 10_000);
        builder.UseOrleans(silo => silo.UseTls(configuration).AddStartupTask(async (services, cancellation) =>
        {
            // Checked here, so that a silo with wrong settings does not start.
            _ = services.GetRequiredService<IModels>();
            _ = services.GetRequiredService<InstallationSecret>();
            if (configuration.GetValue("Runs:ResumeAtStart", true))
            {
                await services.GetRequiredService<IGrainFactory>().Tenant(TenantName.Default).Resume();
            }
        }));
        return builder;
    }
}
