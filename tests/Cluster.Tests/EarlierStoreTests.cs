using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assize.Servers;
using Assize.SimulatedModel;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Cluster.Tests;

/// <summary>What an earlier version stored, in EarlierStores by the day of that version: a run that has ended, one that was at work when the process was killed, and monitors with alarms and anchors, with drawn interactions and conversations that waited for the judge.</summary>
public sealed class EarlierStoreTests
{
    [Theory]
    [MemberData(nameof(Days))]
    public async Task AStoreOfAnEarlierVersionReportsAsThenAndGoesOn(string day)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await Unpack(day, folder.Path, cancellation);
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, cancellation);
        var settings = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(Path.Combine(Stores, day, "settings.json"), cancellation))!;
        await using var assize = await AssizeProcess.Start(folder.Path, AssizeProcess.ModelAt(model.BaseAddress, 16).Concat(settings).ToDictionary(), cancellation);

        var then = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Stores, day, "report.json"), cancellation))!;
        var now = JsonNode.Parse(await AssizeCommand.Output(["report", (string)then["run"]!, "-o", "json", "--address", assize.Address.ToString()], cancellation));
        Assert.Empty(Otherwise(then, now, "report"));

        var runs = (await assize.Runs.ListRunsAsync(new V1.ListRunsRequest(), cancellationToken: cancellation)).Runs;
        var unfinished = await assize.Report(runs.Single(run => run.Labels.ContainsKey("unfinished") && run.Status is not V1.RunStatus.Cancelled).Id, cancellation);
        Assert.Equal((V1.RunStatus.Completed, 72L), (unfinished.Status, unfinished.CasesDone));

        var alarm = (await assize.Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest { Monitor = "demo" }, cancellationToken: cancellation)).Alarms[0];
        await assize.Monitors.AcknowledgeAlarmAsync(new V1.AcknowledgeAlarmRequest { Monitor = "demo", Alarm = alarm.Number, State = V1.AlarmState.Resolved, By = "a test" }, cancellationToken: cancellation);
        Assert.DoesNotContain((await assize.Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest { Monitor = "demo" }, cancellationToken: cancellation)).Alarms, other => other.Number == alarm.Number);

        var answer = await assize.Traffic.RecordAsync(new V1.RecordRequest { Interactions = { Enumerable.Range(0, 300).Select(Turn) } }, cancellationToken: cancellation);
        Assert.Equal((300, 0), (answer.Accepted, answer.Refused.Count));
        V1.Monitor[] monitors = [];
        await Waiting.Until(
            async () =>
            {
                monitors = [.. (await assize.Monitors.ListMonitorsAsync(new V1.ListMonitorsRequest(), cancellationToken: cancellation)).Monitors];
                return monitors.All(monitor => monitor.Counts is { Drawn: > 0, Pending: 0, OpenConversations: 0 });
            },
            cancellation);
        Assert.Contains(monitors, monitor => monitor is { Definition.Name: "support-bot", Counts.Seen: 300 });
        Assert.All(monitors, monitor =>
        {
            Assert.Equal((0L, 0L, 0), (monitor.Counts.Lost, monitor.Counts.LostConversations, monitor.Counts.Unscored.Count));
            Assert.DoesNotContain(monitor.Troubles, trouble => !trouble.StartsWith("No traffic", StringComparison.Ordinal));
        });
        Assert.DoesNotContain(assize.Said, line => line.StartsWith("fail:", StringComparison.Ordinal));
    }

    public static TheoryData<string> Days() => [.. Directory.EnumerateDirectories(Stores).Select(store => Path.GetFileName(store)!)];

    private static string Stores => Path.Combine(Programs.Root, "tests", "Cluster.Tests", "EarlierStores");

    private static async Task Unpack(string day, string data, CancellationToken cancellation)
    {
        File.Copy(Path.Combine(Stores, day, "installation.secret"), Path.Combine(data, "installation.secret"));
        await using var packed = new GZipStream(File.OpenRead(Path.Combine(Stores, day, "assize.db.gz")), CompressionMode.Decompress);
        await using var store = File.Create(Path.Combine(data, "assize.db"));
        await packed.CopyToAsync(store, cancellation);
    }

    private static V1.Interaction Turn(int i) => new()
    {
        Id = $"later-{i}",
        Application = "support-bot",
        Time = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
        Messages = { new V1.Message { Role = V1.Role.User, Content = $"Where is my order {i}?" } },
        Response = "It leaves tomorrow.",
    };

    /// <summary>Where the report says something else than it said then; what it says beyond that does not matter.</summary>
    private static IEnumerable<string> Otherwise(JsonNode? then, JsonNode? now, string at) => (then, now) switch
    {
        (JsonObject old, JsonObject young) => old.SelectMany(field => Otherwise(field.Value, young[field.Key], $"{at}.{field.Key}")),
        (JsonArray old, JsonArray young) when old.Count == young.Count => old.Zip(young).SelectMany((pair, i) => Otherwise(pair.First, pair.Second, $"{at}[{i}]")),
        _ => JsonNode.DeepEquals(then, now) ? [] : [$"{at}: {then?.ToJsonString()} then, {now?.ToJsonString()} now"],
    };
}
