using System.Text.Json;
using Assize.Cli.Hosting;
using Assize.Evaluation.Tests.Monitors;

namespace Assize.Gateway.Tests.Shipped;

/// <summary>
/// Silo and gateway on a calendar that is turned, with a model over HTTP that judges by what answers deserve: monitors get their traffic over gRPC in simulated time, each beside a
/// ledger that gets the same, and after every step both have to know the same bits.
/// </summary>
internal sealed class ShippedCluster : IAsyncDisposable
{
    private readonly string folder;
    private readonly SimulatedCalendar calendar;
    private readonly TruthfulModel model;
    private readonly Connection connection;
    private readonly LocalCluster cluster;

    private ShippedCluster(string folder, SimulatedCalendar calendar, TruthfulModel model, LocalCluster cluster, Connection connection) =>
        (this.folder, this.calendar, this.model, this.cluster, this.connection) = (folder, calendar, model, cluster, connection);

    public static async Task<ShippedCluster> Start(CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("assize-shipped-").FullName;
        var calendar = new SimulatedCalendar(SimulatedTraffic.Start);
        var model = await TruthfulModel.Start(stop);
        var config = Path.Combine(folder, "shipped.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Models = new { judge = new { Provider = "simulated", Model = "truthful-1", Endpoint = model.Address, Limits = new { Concurrency = 64 } } },
            Traffic = new { KeepText = true },
            Monitors = new { TendEvery = "00:00:00.05" },
            // By this calendar every grain would have been idle for hours.
            GrainCollection = new { CollectionAge = "10000.00:00:00" },
            // What ends while the cluster stops is of no interest.
            Logging = new { LogLevel = new { Polly = "None" } },
        }), stop);
        var cluster = await LocalCluster.Start(new ClusterOptions { Data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName, Config = config, Time = calendar }, stop);
        return new ShippedCluster(folder, calendar, model, cluster, await Connection.Open(new ClusterOptions { Address = cluster.Address }, stop));
    }

    /// <summary>Creates monitors that have seen nothing yet; their anchors are judged for the first time.</summary>
    public async Task<IReadOnlyList<ShippedMonitor>> Create(IReadOnlyList<SimulatedTraffic> traffic, CancellationToken stop)
    {
        calendar.Turn(traffic[0].Now);
        ShippedMonitor[] monitors = [.. traffic.Select(twin => new ShippedMonitor(twin, connection))];
        await Task.WhenAll(monitors.Select(async monitor =>
        {
            var step = monitor.Twin.Next(0);
            model.Expect(monitor.Twin, step);
            await monitor.Create(stop);
            await monitor.Deliver(step, stop);
        }));
        return monitors;
    }

    /// <summary>Lets all monitors go one step further in time: anchors that are due, then interactions.</summary>
    public async Task Step(IReadOnlyList<ShippedMonitor> monitors, int interactions, CancellationToken stop)
    {
        var steps = monitors.Select(monitor => monitor.Twin.Next(interactions)).ToArray();
        for (var i = 0; i < steps.Length; i++)
        {
            model.Expect(monitors[i].Twin, steps[i]);
        }

        calendar.Turn(steps[0].Now);
        await Task.WhenAll(monitors.Select((monitor, i) => monitor.Deliver(steps[i], stop)));
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await cluster.DisposeAsync();
        await model.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
