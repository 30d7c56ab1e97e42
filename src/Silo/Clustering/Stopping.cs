using Orleans.Configuration;

namespace Assize.Silo.Clustering;

/// <summary>How long a silo that is told to stop may take to finish the calls in flight and to hand over the rest; <c>Shutdown:Timeout</c>.</summary>
public static class Stopping
{
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(2);

    public static IServiceCollection AddStopping(this IServiceCollection services, IConfigurationSection section)
    {
        var timeout = section.GetValue("Timeout", Usual);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = timeout);
        // What a grain has not finished by then is cut off while the silo can still say goodbye.
        services.Configure<GrainCollectionOptions>(grains => grains.DeactivationTimeout = timeout * 0.8);
        return services;
    }
}
