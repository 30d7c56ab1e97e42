using Orleans.Storage;

namespace Assize.Silo.Storage;

/// <summary>The serializer of a storage provider: the one its section names by SerializerKey, else the one registered under the provider's name, else the silo's.</summary>
internal static class ChosenSerializer
{
    public static IGrainStorageSerializer Of(IServiceProvider services, IConfigurationSection section, string provider) =>
        section["SerializerKey"] is { Length: > 0 } key
            ? services.GetRequiredKeyedService<IGrainStorageSerializer>(key)
            : services.GetKeyedService<IGrainStorageSerializer>(provider) ?? services.GetRequiredService<IGrainStorageSerializer>();
}
