using System.Text.Json;
using Assize.Cli.Hosting;
using Assize.Servers;
using Assize.SimulatedModel;

namespace Assize.Gateway.Tests.Services;

/// <summary>From silence to somebody outside: a real receiver that is away at first.</summary>
public sealed class NotificationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnAlarmReachesItsChannelAlthoughTheReceiverIsAwayAtFirst()
    {
        using var receiver = new WebhookReceiver();
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, Stop);
        var folder = Directory.CreateTempSubdirectory("assize-notify-").FullName;
        try
        {
            var options = await Options(folder, receiver, model);
            receiver.Answer(_ => 503);
            await using (var cluster = await LocalCluster.Start(options, Stop))
            {
                await using var connection = await Connection.Open(new ClusterOptions { Address = cluster.Address }, Stop);
                var definition = MonitorServiceTests.Definition("told");
                (definition.Judge.Score.Model, definition.Alarm.SilenceMinutes, definition.KeepText) = ("judge", 0.005, false);
                definition.Notify.Add("pagr");
                var refused = await SuiteServiceTests.Refused(() => connection.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = definition }, cancellationToken: Stop).ResponseAsync);
                SuiteServiceTests.Mistaken(refused, "notify[0]");
                definition.Notify[0] = "pager";
                await connection.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = definition }, cancellationToken: Stop);
                await Until(() => Task.FromResult(receiver.All.Count >= 2));
                var alarm = (await connection.Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest { Monitor = "told" }, cancellationToken: Stop)).Alarms.Single();
                Assert.Equal((V1.AlarmKind.Watchdog, V1.WatchdogTrouble.NoTraffic, V1.AlarmState.Open), (alarm.Kind, alarm.Trouble, alarm.State));
                Assert.Equal(1, (await connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "told" }, cancellationToken: Stop)).Monitor.NotificationsWaiting);

                receiver.Answer(_ => 204);
                await Until(async () => (await connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "told" }, cancellationToken: Stop)).Monitor.NotificationsWaiting == 0);
            }

            Assert.Single(receiver.All.Select(posted => posted.Headers["Assize-Notification"]).Distinct());
            Assert.Single(receiver.All.Select(posted => posted.Body).Distinct());
            Assert.All(receiver.All, posted => Assert.Matches("^t=\\d+,v1=[0-9a-f]{64}$", posted.Headers["Assize-Signature"]));
            using var message = JsonDocument.Parse(receiver.All[^1].Body);
            Assert.Equal(("told", "watchdog", "opened"), (message.RootElement.GetProperty("monitor").GetString(), message.RootElement.GetProperty("kind").GetString(), message.RootElement.GetProperty("event").GetString()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<ClusterOptions> Options(string folder, WebhookReceiver receiver, SimulatedModelServer model)
    {
        var (config, secret) = (Path.Combine(folder, "assize.json"), Path.Combine(folder, "secret"));
        await File.WriteAllTextAsync(secret, "0123456789abcdef0123456789abcdef", Stop);
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Models = new { judge = new { Provider = "simulated", Model = "simulated-1", Endpoint = model.BaseAddress } },
            Monitors = new { TendEvery = "00:00:00.1" },
            Notifications = new { FirstRetry = "00:00:00.1", LongestRetry = "00:00:00.2", Channels = new { pager = new { Url = receiver.Address, SecretFile = secret } } },
        }), Stop);
        return new ClusterOptions { Data = Path.Combine(folder, "data"), Config = config, Resume = true };
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            await often.WaitForNextTickAsync(deadline.Token);
        }
    }
}
