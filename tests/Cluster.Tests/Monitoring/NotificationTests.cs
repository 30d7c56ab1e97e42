using Assize.Servers;
using Assize.SimulatedModel;

namespace Assize.Cluster.Tests.Monitoring;

/// <summary>What is owed to somebody outside when a process is killed.</summary>
public sealed class NotificationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ANotificationOutlivesTheProcessThatOwesIt()
    {
        using var receiver = new WebhookReceiver();
        receiver.Answer(_ => 503);
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, Cancellation);
        var folder = Directory.CreateTempSubdirectory("assize-owed-").FullName;
        var settings = new Dictionary<string, string>(AssizeProcess.ModelAt(model.BaseAddress, 8))
        {
            ["Notifications__Channels__pager__Url"] = receiver.Address.ToString(),
            ["Notifications__Channels__pager__SecretEnvironment"] = "PAGER_SECRET",
            ["Notifications__FirstRetry"] = "00:00:00.200",
            ["Notifications__LongestRetry"] = "00:00:00.500",
            ["Monitors__TendEvery"] = "00:00:00.200",
            ["PAGER_SECRET"] = "0123456789abcdef0123456789abcdef",
        };
        await using (var killed = await AssizeProcess.Start(folder, settings, Cancellation))
        {
            await killed.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = Silent() }, cancellationToken: Cancellation);
            await Waiting.Until(() => receiver.All.Count >= 2, Cancellation);
            await killed.Kill();
        }

        var away = receiver.All.Count;
        receiver.Answer(_ => 204);
        await using (var next = await AssizeProcess.Start(folder, settings, Cancellation))
        {
            V1.Monitor monitor;
            do
            {
                await Waiting.Moment(Cancellation);
                monitor = (await next.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "owing" }, cancellationToken: Cancellation)).Monitor;
            }
            while (monitor.NotificationsWaiting > 0);
            Assert.Equal(1, monitor.StandingAlarms);
        }

        Assert.True(receiver.All.Count > away, "nobody was told after the process came back");
        Assert.Single(receiver.All.Select(posted => posted.Headers["Assize-Notification"]).Distinct());
        Assert.Single(receiver.All.Select(posted => posted.Body).Distinct());
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A monitor that puts up with half a second of silence, and gets nothing.</summary>
    private static V1.MonitorDefinition Silent() => new()
    {
        Name = "owing",
        Sampler = new V1.SamplerSettings { Rate = 1 },
        Judge = new V1.Judge
        {
            Name = "helpful",
            Score = new V1.ScoreJudge { Model = "judge", Criteria = { new V1.Criterion { Name = "quality", Question = "Does it help?", Scale = new V1.Scale { Min = 1, Max = 5, Step = 1 } } } },
        },
        Alarm = new V1.AlarmSettings { SilenceMinutes = 0.01 },
        Notify = { "pager" },
    };
}
