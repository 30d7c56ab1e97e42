using System.Text.Json;
using Assize.Cli.Hosting;
using Assize.Evaluation;
using Assize.Grains;
using Assize.Grains.Tests;
using Assize.SimulatedModel;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Orleans.Core.Internal;
using static Assize.Gateway.Tests.Services.TrafficTests;

namespace Assize.Gateway.Tests.Services;

/// <summary>A monitor whose stored state cannot be read, beside one that is well and gets the same traffic.</summary>
[Collection(SharedCluster.Name)]
public sealed class BrokenMonitorTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("assize-broken-").FullName;
    private SimulatedModelServer model = null!;
    private LocalCluster cluster = null!;
    private Connection connection = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private V1.MonitorService.MonitorServiceClient Monitors => connection.Monitors;

    public async ValueTask InitializeAsync()
    {
        model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, Stop);
        var config = Path.Combine(folder, "config.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Models = new { judge = new { Provider = "simulated", Model = "simulated-1", Endpoint = model.BaseAddress } },
            Traffic = new { KeepText = true },
            Gateway = new { SetApartAfter = "00:00:02", TryAgainEvery = "00:00:00.2" },
            Monitors = new { TendEvery = "00:00:00.1" },
        }), Stop);
        cluster = await LocalCluster.Start(new ClusterOptions { Data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName, Config = config }, Stop);
        connection = await Connection.Open(new ClusterOptions { Address = cluster.Address }, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await cluster.DisposeAsync();
        await model.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task ABrokenMonitorHoldsUpNeitherOthersNorSendersAndComesBackByItself()
    {
        await Create("broken");
        await Create("healthy");
        await Record(1, 5);
        var whole = await Break();
        using var measured = new Measured();

        await Record(6, 10);

        await Until(async () => (await Shown("healthy")).Counts is { Pending: 0 });
        var healthy = await Shown("healthy");
        Assert.Equal((15L, 15L, 0L), (healthy.Counts.Seen, healthy.Counts.Scored + healthy.Counts.Unscored.Values.Sum(), healthy.Counts.Lost));
        Assert.Empty(healthy.Troubles);
        Assert.Equal(10, measured.Sum("assize.monitor.lost{monitor=default/broken}"));
        Assert.Equal(1, measured.Gauges()["assize.monitor.apart{monitor=default/broken}"]);
        Assert.DoesNotContain("assize.monitor.apart{monitor=default/healthy}", measured.Gauges().Keys);
        var all = (await Monitors.ListMonitorsAsync(new V1.ListMonitorsRequest(), cancellationToken: Stop)).Monitors;
        Assert.Equal([("broken", V1.MonitorState.Unreachable), ("healthy", V1.MonitorState.Learning)], all.Select(one => (one.Definition.Name, one.State)));
        var broken = await Shown("broken");
        Assert.Equal(all[0], broken);
        Assert.Contains(broken.Troubles, trouble => trouble.Contains("cannot be read", StringComparison.Ordinal) && trouble.Contains("assize monitor delete broken", StringComparison.Ordinal));
        Assert.Contains(broken.Troubles, trouble => trouble.Contains("10 drawn interactions were acknowledged and are lost to it", StringComparison.Ordinal));
        Assert.Contains("Monitor broken: ", Assert.Single((await Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest(), cancellationToken: Stop)).Troubles.Take(1)), StringComparison.Ordinal);
        Assert.Equal(StatusCode.DataLoss, (await Assert.ThrowsAsync<RpcException>(() => Monitors.PauseMonitorAsync(new V1.PauseMonitorRequest { Monitor = "broken" }, cancellationToken: Stop).ResponseAsync)).StatusCode);

        await Store("UPDATE state SET form = $form, data = $data WHERE grain = 'monitor/default/broken'", whole);

        await Until(async () => (await Shown("broken")) is { State: V1.MonitorState.Learning, Troubles.Count: 0, Counts.Lost: 10 });
        await Record(16, 5);
        var back = (await Shown("broken")).Counts;
        Assert.Equal((20L, 10L, 10L), (back.Seen, back.Drawn, back.Lost));
        Assert.Equal(10, measured.Sum("assize.monitor.lost{monitor=default/broken}"));
    }

    [Fact]
    public async Task WhoWatchesAlarmsHearsOnceThatAMonitorCannotBeAskedAndOnceThatItCanAgain()
    {
        await Create("broken");
        await Create("healthy");
        await Record(1, 5);
        var whole = await Break();
        using var watch = Monitors.WatchAlarms(new V1.WatchAlarmsRequest(), cancellationToken: Stop);

        Assert.True(await watch.ResponseStream.MoveNext(Stop));
        var broken = Assert.Single(watch.ResponseStream.Current.Unreachable.Monitors);
        Assert.Null(watch.ResponseStream.Current.Alarm);
        Assert.Equal("broken", broken.Monitor);
        Assert.Contains("cannot be read", broken.Troubles[0], StringComparison.Ordinal);

        await Store("UPDATE state SET form = $form, data = $data WHERE grain = 'monitor/default/broken'", whole);

        // Nothing is said in between, however often it is asked.
        Assert.True(await watch.ResponseStream.MoveNext(Stop));
        Assert.Empty(watch.ResponseStream.Current.Unreachable.Monitors);
    }

    [Fact]
    public async Task ABrokenMonitorCanBeGivenUpForANewOne()
    {
        await Create("broken");
        await Record(1, 5);
        await Break();

        await Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest { Monitor = "broken" }, cancellationToken: Stop);

        Assert.Empty((await Monitors.ListMonitorsAsync(new V1.ListMonitorsRequest(), cancellationToken: Stop)).Monitors);
        Assert.Equal(0, (await Create("broken")).Counts.Seen);
    }

    /// <summary>Damages what is stored of the monitor, and has it read anew; returns what was there.</summary>
    private async Task<(long Form, byte[] Data)> Break()
    {
        // What is put back later is to wait for nothing that is judged by then; and what is seen may not be saved before the next change is.
        await Until(async () => (await Shown("broken")).Counts is { Pending: 0, Drawn: > 0 });
        await Monitors.PauseMonitorAsync(new V1.PauseMonitorRequest { Monitor = "broken" }, cancellationToken: Stop);
        await Monitors.ResumeMonitorAsync(new V1.ResumeMonitorRequest { Monitor = "broken" }, cancellationToken: Stop);
        var whole = await Store("SELECT form, data FROM state WHERE grain = 'monitor/default/broken'", null);
        Assert.NotNull(whole);
        await Until(async () =>
        {
            await Store("UPDATE state SET form = $form, data = $data WHERE grain = 'monitor/default/broken'", (0, """{"value":{"spec":"?"}}"""u8.ToArray()));
            await cluster.Grains.Monitor(TenantName.Default, new("broken")).AsReference<IGrainManagementExtension>().DeactivateOnIdle(Stop);
            try
            {
                return (await Shown("broken")).State is V1.MonitorState.Unreachable;
            }
            catch (RpcException leaving) when (leaving.StatusCode is StatusCode.Unavailable)
            {
                // It met the activation that is on its way out.
                return false;
            }
        });
        return whole.Value;
    }

    private async Task<(long Form, byte[] Data)?> Store(string command, (long Form, byte[] Data)? values)
    {
        await using var store = new SqliteConnection($"Data Source={Path.Combine(folder, "data", "assize.db")};Pooling=False");
        await store.OpenAsync(Stop);
        await using var statement = store.CreateCommand();
        statement.CommandText = command;
        if (values is var (form, data))
        {
            statement.Parameters.AddWithValue("$form", form);
            statement.Parameters.AddWithValue("$data", data);
        }

        await using var row = await statement.ExecuteReaderAsync(Stop);
        return await row.ReadAsync(Stop) ? (row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    private async Task<V1.Monitor> Create(string name) => (await Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest
    {
        Definition = new V1.MonitorDefinition
        {
            Name = name,
            KeepText = true,
            Sampler = new V1.SamplerSettings { Rate = 1 },
            Judge = new V1.Judge
            {
                Name = "helpful",
                Score = new V1.ScoreJudge { Model = "judge", Criteria = { new V1.Criterion { Name = "quality", Question = "Does it help?", Scale = new V1.Scale { Min = 1, Max = 5, Step = 1 } } } },
            },
        },
    }, cancellationToken: Stop)).Monitor;

    private async Task<V1.Monitor> Shown(string name) => (await Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = name }, cancellationToken: Stop)).Monitor;

    /// <summary>Sends interactions and waits for their acknowledgement, which has a deadline.</summary>
    private async Task Record(int from, int count) => await connection.Traffic.RecordAsync(
        new V1.RecordRequest { Interactions = { Enumerable.Range(from, count).Select(i => Turn("shop", i, $"Where is parcel {i}?", $"Parcel {i} is in the van.")) } },
        deadline: TimeProvider.System.GetUtcNow().AddSeconds(60).UtcDateTime, cancellationToken: Stop);

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            await often.WaitForNextTickAsync(deadline.Token);
        }
    }
}
