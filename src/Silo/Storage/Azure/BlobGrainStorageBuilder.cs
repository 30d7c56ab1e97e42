using Assize.Silo.Storage.Azure;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;

[assembly: RegisterProvider("AzureBlobStorage", "GrainStorage", "Silo", typeof(BlobGrainStorageBuilder))]

namespace Assize.Silo.Storage.Azure;

/// <summary>
/// Makes the provider of a configuration section Orleans:GrainStorage:NAME with ProviderType=AzureBlobStorage; the keys are those of Microsoft's provider:
/// ContainerName, ServiceKey, ConnectionString, ConnectionName and SerializerKey, and beside them DeleteStateOnClear.
/// </summary>
public sealed class BlobGrainStorageBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) => builder.Services.AddGrainStorage(
        name ?? "Default",
        (services, provider) => new BlobGrainStorage(
            provider,
            BlobAccount.From(configurationSection, services),
            BlobStoreOptions.From(configurationSection),
            ChosenSerializer.Of(services, configurationSection, provider),
            services.GetRequiredService<IActivatorProvider>()));
}
