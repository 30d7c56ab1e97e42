using Assize.Servers;
using Orleans.Storage;
using StackExchange.Redis;

namespace Assize.Silo.Tests.Storage;

public sealed class RedisGrainStorageTests(RedisGrainStorageTests.SharedRedis redis) : DurableGrainStorageConformance, IClassFixture<RedisGrainStorageTests.SharedRedis>
{
    protected override (string Key, string Value)[] Settings => redis.Settings;

    [Fact]
    public async Task AStateIsOneHashAndAClearedOneIsNone()
    {
        await OpenAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Server.ConnectionString);
        var database = connection.GetDatabase();
        using var data = new TemporaryFolder();
        var upload = Some.Key();
        var key = $"storage/state/chunk/{upload}/0/0/chunk";
        await WithChunkAsync(data, upload, async grain =>
        {
            await grain.Put(Chunk("text"));
            Assert.Equal(["data", "etag"], (await database.HashKeysAsync(key)).Select(field => (string?)field).Order(StringComparer.Ordinal));
            await grain.Delete();
            Assert.False(await database.KeyExistsAsync(key));
        });
    }

    protected override Task<IGrainStorage> OpenAsync() => redis.StorageAsync();

    protected override Task<IAsyncDisposable> BreakAsync() => redis.OutageAsync(server => server.Kill());

    public sealed class SharedRedis : StorageServer<RedisServer>
    {
        public override (string Key, string Value)[] Settings => [("ProviderType", "Redis"), ("ConnectionString", $"{Server.ConnectionString},connectTimeout=500,asyncTimeout=1000")];

        protected override Task<RedisServer> StartedAsync() => RedisServer.Started(TestContext.Current.CancellationToken);
    }
}
