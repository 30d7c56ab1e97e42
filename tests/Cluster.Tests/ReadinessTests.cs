using System.Net;
using Assize.Servers;
using Assize.SimulatedModel;
using StackExchange.Redis;

namespace Assize.Cluster.Tests;

/// <summary>A silo that its own membership table does not list takes no traffic: an emptied table would make two clusters of one.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public async Task ASiloThatAnEmptiedRedisDoesNotListIsNotReadyAndSaysWhy()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var redis = await RedisServer.Started(cancellation);
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, cancellation);
        using var folder = new TemporaryFolder();
        var secret = Path.Combine(folder.Path, "secret");
        await File.WriteAllBytesAsync(secret, new byte[32], cancellation);
        await using var silo = await AssizeProcess.Start(folder.Path, new Dictionary<string, string>(AssizeProcess.ModelAt(model.BaseAddress, 4))
        {
            ["Orleans__ClusterId"] = "readiness",
            ["Orleans__ServiceId"] = "readiness",
            ["Orleans__Clustering__ProviderType"] = "Redis",
            ["Orleans__Clustering__ConnectionString"] = redis.ConnectionString,
            ["Secret__File"] = secret,
            ["Orleans__Endpoints__AdvertisedIPAddress"] = "127.0.0.1",
        }, cancellation);
        using var http = new HttpClient { BaseAddress = silo.Health };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellation)).StatusCode);

        await using (var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},allowAdmin=true"))
        {
            await connection.GetServers()[0].FlushAllDatabasesAsync();
        }

        var said = "";
        await Waiting.Until(async () =>
        {
            using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellation);
            said = await answer.Content.ReadAsStringAsync(cancellation);
            return answer.StatusCode is HttpStatusCode.ServiceUnavailable;
        }, cancellation);
        // Redis' table has a version, without which Orleans does not even look for the silo.
        Assert.Contains("The membership table cannot be read: ", said, StringComparison.Ordinal);
        Assert.Contains("Where it was emptied, restart the silo", said, StringComparison.Ordinal);
        // It lives: nothing is gained by restarting it over and over where the table is merely cut off.
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/healthz", UriKind.Relative), cancellation)).StatusCode);
    }
}
