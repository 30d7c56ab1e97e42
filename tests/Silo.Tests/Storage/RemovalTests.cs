using Assize.Servers;
using Azure.Storage.Blobs;
using Microsoft.Data.Sqlite;
using StackExchange.Redis;

namespace Assize.Silo.Tests.Storage;

public sealed class SqliteRemovalTests : RemovalConformance
{
    protected override (string Key, string Value)[] Settings => [("ProviderType", "Sqlite")];

    protected override async Task<IEnumerable<string>> KeysAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, "assize.db")};Pooling=False");
        await connection.OpenAsync(Token);
        await using var list = connection.CreateCommand();
        list.CommandText = "SELECT grain FROM state";
        await using var rows = await list.ExecuteReaderAsync(Token);
        var keys = new List<string>();
        while (await rows.ReadAsync(Token))
        {
            keys.Add(rows.GetString(0).Split('/')[0]);
        }

        return keys;
    }
}

public sealed class RedisRemovalTests : RemovalConformance
{
    private RedisServer? server;

    protected override (string Key, string Value)[] Settings => [("ProviderType", "Redis"), ("ConnectionString", server!.ConnectionString)];

    public override async ValueTask InitializeAsync()
    {
        server = await RedisServer.Started(Token);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server!.DisposeAsync();
    }

    /// <summary>Keys are SERVICEID/state/TYPE/KEY/STATE.</summary>
    protected override async Task<IEnumerable<string>> KeysAsync()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server!.ConnectionString);
        return [.. connection.GetServers().Single().Keys().Select(key => key.ToString().Split('/')[2])];
    }
}

public sealed class AzureBlobRemovalTests : RemovalConformance
{
    private AzuriteServer? server;

    protected override (string Key, string Value)[] Settings => [("ProviderType", "AzureBlobStorage"), ("ConnectionString", server!.ConnectionString)];

    public override async ValueTask InitializeAsync()
    {
        server = await AzuriteServer.Started(Token, inMemory: true);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server!.DisposeAsync();
    }

    /// <summary>Blobs are STATE-TYPE/KEY.json, and a state has the name of its grain's type.</summary>
    protected override async Task<IEnumerable<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var blob in new BlobServiceClient(server!.ConnectionString).GetBlobContainerClient("grainstate").GetBlobsAsync(cancellationToken: Token))
        {
            var name = blob.Name.Split('/')[0];
            keys.Add(name[..(name.Length / 2)]);
        }

        return keys;
    }
}
