using Assize.Silo.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

[assembly: RegisterProvider("Sqlite", "GrainStorage", "Silo", typeof(SqliteGrainStorageBuilder))]

namespace Assize.Silo.Storage;

/// <summary>
/// Makes the provider of a configuration section Orleans:GrainStorage:NAME with ProviderType=Sqlite; the other keys are those of
/// <see cref="SqliteStoreOptions"/> and SerializerKey, the key of a keyed <see cref="IGrainStorageSerializer"/>.
/// </summary>
public sealed class SqliteGrainStorageBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        var options = configurationSection.Get<SqliteStoreOptions>() ?? new SqliteStoreOptions();
        options = options.Path.Length > 0 ? options : options with { Path = Path.Combine(DataFolder.From(builder.Configuration), "assize.db") };
        builder.Services.TryAddSingleton<SqliteStores>();
        builder.Services.AddGrainStorage(
            name ?? "Default",
            (services, provider) => new SqliteGrainStorage(
                provider,
                options,
                services.GetRequiredService<SqliteStores>(),
                ChosenSerializer.Of(services, configurationSection, provider),
                services.GetRequiredService<IActivatorProvider>()));
    }
}
