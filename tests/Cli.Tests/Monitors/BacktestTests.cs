using System.Globalization;
using System.Text.Json;
using Assize.Cli.Monitors;
using Assize.Cli.Tests.Commands;

namespace Assize.Cli.Tests.Monitors;

public sealed class BacktestTests : IDisposable
{
    private const string Definition = """
        name: support
        from: { applications: [shop] }
        sampler: { rate: 1 }
        judge:
          type: score
          name: helpful
          model: judge
          criteria: [{ name: quality, question: Does it help?, scale: { min: 1, max: 5 } }]
        slices: [language]
        baseline: { scores: 200 }
        alarm: { perDay: 100 }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("assize-backtest-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task RecordedScoresNeedNoModelAndADropIsFoundWhereItIs()
    {
        var (calm, worse) = (Traffic("calm.jsonl", 600, null, scored: true), Traffic("worse.jsonl", 800, 500, scored: true));

        var quiet = await AssizeProgram.Run("monitor", "backtest", Monitor(), calm);
        Assert.Equal((0, ""), (quiet.Code, quiet.Error));
        Assert.Contains("support, held against 600 recorded interactions: 600 match, 600 drawn, 600 scored, 0 unscored", quiet.Out, StringComparison.Ordinal);
        Assert.Contains("No alarm.", quiet.Out, StringComparison.Ordinal);
        var dry = await AssizeProgram.Run("monitor", "backtest", Monitor(), worse, "--dry-run");
        Assert.Equal((0, "800 recorded interactions, 800 match, 800 drawn, all of them judged already: no model is asked, and it costs nothing."), (dry.Code, dry.Out.Trim()));

        var alarm = await AssizeProgram.Run("monitor", "backtest", Monitor(), worse);
        Assert.Equal((1, ""), (alarm.Code, alarm.Error));
        Assert.Contains("support, alarm 1: drop of quality in language=de", alarm.Out, StringComparison.Ordinal);
        Assert.Contains("Expected false alarms: at most one per 30 days (3,000 judged scores)", alarm.Out, StringComparison.Ordinal);
        Assert.Contains("Explained by language=de, which moved further than the rest", alarm.Out, StringComparison.Ordinal);

        var few = await AssizeProgram.Run("monitor", "backtest", Monitor(), Traffic("few.jsonl", 100, null, scored: true));
        Assert.Equal(2, few.Code);
        Assert.Contains("The baseline takes 200 scores, and there are 100.", few.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProgramReadsTheVerdictAndWhatIsBehindIt()
    {
        var worse = Traffic("worse-json.jsonl", 800, 500, scored: true);
        async Task<(int Code, JsonElement Json)> Json(string traffic)
        {
            var ended = await AssizeProgram.Run("monitor", "backtest", Monitor(), traffic, "-o", "json");
            return (ended.Code, JsonDocument.Parse(ended.Out).RootElement);
        }

        var quiet = await Json(Traffic("calm-json.jsonl", 600, null, scored: true));
        Assert.Equal((0, "support", "no_alarm", 600), (quiet.Code, quiet.Json.GetProperty("monitor").GetString(), quiet.Json.GetProperty("verdict").GetString(), quiet.Json.GetProperty("drawn").GetInt32()));
        Assert.InRange(quiet.Json.GetProperty("level").GetDouble(), 0, 1);

        var alarm = await Json(worse);
        Assert.Equal((1, "alarm", true, 600), (alarm.Code, alarm.Json.GetProperty("verdict").GetString(), alarm.Json.GetProperty("hasBaseline").GetBoolean(), alarm.Json.GetProperty("watched").GetInt32()));
        Assert.Equal("ALARM_DIRECTION_DROP", alarm.Json.GetProperty("alarms")[0].GetProperty("direction").GetString());
        Assert.Contains("at most one per 30 days", alarm.Json.GetProperty("expectedFalseAlarms").GetString(), StringComparison.Ordinal);

        var few = await Json(Traffic("few-json.jsonl", 100, null, scored: true));
        Assert.Equal((2, "inconclusive", false), (few.Code, few.Json.GetProperty("verdict").GetString(), few.Json.GetProperty("hasBaseline").GetBoolean()));

        var stored = JsonDocument.Parse(BacktestJson.Of("support", new V1.BacktestMonitorResponse { Scores = 512, Level = 0.25 })).RootElement;
        Assert.Equal(("no_alarm", 0.25), (stored.GetProperty("verdict").GetString(), stored.GetProperty("level").GetDouble()));
    }

    [Fact]
    public async Task WhatIsToBeJudgedHasItsCostToldBeforeAnybodyIsAsked()
    {
        var traffic = Traffic("unscored.jsonl", 260, null, scored: false);
        var dry = await AssizeProgram.Run("monitor", "backtest", Monitor(), traffic, "--simulate", "--dry-run", "--data", Path.Combine(folder, "data"));

        Assert.Equal(0, dry.Code);
        Assert.Contains("260 recorded interactions, 260 match, 260 drawn, 260 to be judged.", dry.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Baseline:", dry.Out, StringComparison.Ordinal);

        var judged = await AssizeProgram.Run("monitor", "backtest", Monitor(), traffic, "--simulate", "--data", Path.Combine(folder, "data"));
        Assert.True(judged.Code is 0 or 1, judged.Error);
        Assert.Contains("260 to be judged.", judged.Error, StringComparison.Ordinal);
        Assert.Contains("Baseline: mean", judged.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatABudgetStoppedIsInconclusiveAndIsJudgedFurtherWithAnother()
    {
        var traffic = Traffic("thrifty.jsonl", 260, null, scored: false);
        var config = Path.Combine(folder, "prices.json");
        await File.WriteAllTextAsync(config, """{ "Models": { "judge": { "InputPrice": 1, "OutputPrice": 4 } } }""", TestContext.Current.CancellationToken);
        Task<Ended> Judged(string budget) => AssizeProgram.Run("monitor", "backtest", Monitor(), traffic, "--simulate", "--config", config, "--budget", budget, "--data", Path.Combine(folder, "data"));

        var stopped = await Judged("0.03");
        var whole = await Judged("100");

        Assert.True(stopped.Code == 2, stopped.Error);
        Assert.Matches(@"Inconclusive\. Stopped by its budget of 0\.03 after \d+ of 260 samples to be judged\. The run has spent 0\.0", stopped.Out);
        Assert.True(whole.Code is 0 or 1, whole.Out + whole.Error);
        Assert.Contains("260 of 260 cases", whole.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Stopped", whole.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatStoredScoresSayIsToldWithItsCost()
    {
        var told = new V1.BacktestMonitorResponse
        {
            Scores = 512, BaselineMean = 4.1, Level = 0.25, ExpectedFalseAlarms = "Expected false alarms: few.",
            FromTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch), UntilTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddDays(3)),
        };

        Assert.Equal(
            [
                "support, held against 512 stored scores of 1970-01-01 00:00Z to 1970-01-04 00:00Z. No model is asked, and it costs nothing.",
                "Baseline: mean 4.10, the monitor's own", "Expected false alarms: few.", "No alarm. Evidence is at 25.0 % of the threshold.",
            ],
            StoredBacktest.Lines("support", told));
        Assert.Equal((0, 2), (StoredBacktest.Code(told), StoredBacktest.Code(new V1.BacktestMonitorResponse())));
    }

    [Fact]
    public async Task EveryMistakeOfARecordingIsToldWithItsLine()
    {
        var file = Path.Combine(folder, "wrong.jsonl");
        await File.WriteAllLinesAsync(file, [Line(0, 3, true), "{", """{"id":"b","time":"yesterday","application":"shop","mesages":[],"response":"","score":"good"}""", """{"id":"a","time":"2026-11-01T00:00:00Z","application":"shop","messages":[],"response":""}"""], TestContext.Current.CancellationToken);
        var ended = await AssizeProgram.Run("monitor", "backtest", Monitor(), file);

        Assert.Equal(3, ended.Code);
        Assert.Contains("wrong.jsonl:2: This is not valid JSON at column 2", ended.Error, StringComparison.Ordinal);
        Assert.Contains("wrong.jsonl:3: score: A score is a number, not a text.", ended.Error, StringComparison.Ordinal);
        Assert.Contains("wrong.jsonl:3: time: The time 'yesterday' cannot be read. Write it as in 2026-11-26T10:00:00Z.", ended.Error, StringComparison.Ordinal);
        Assert.Contains("wrong.jsonl:3: mesages: Unknown field 'mesages'. Did you mean 'messages'?", ended.Error, StringComparison.Ordinal);
        Assert.Contains("wrong.jsonl:4: messages: An interaction has an id, and messages", ended.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await AssizeProgram.Run("monitor", "backtest", Monitor(), Path.Combine(folder, "none.jsonl"))).Code);
    }

    [Fact]
    public async Task WhatAMonitorPutsTogetherIsNotTriedTurnByTurn()
    {
        var (whole, turns, monitor) = (Path.Combine(folder, "whole.jsonl"), Path.Combine(folder, "turns.jsonl"), Path.Combine(folder, "talks.yaml"));
        await File.WriteAllTextAsync(monitor, $"{Definition}\nconversations: {{ idleMinutes: 10 }}\n", TestContext.Current.CancellationToken);
        string Of(int i, int talk) => Line(i, 2 + i / 2 * 7 % 4, true).Replace("\"application\"", string.Create(CultureInfo.InvariantCulture, $"\"conversation\":\"talk-{talk}\",\"application\""), StringComparison.Ordinal);
        await File.WriteAllLinesAsync(whole, Enumerable.Range(0, 300).Select(i => Of(i, i)), TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(turns, Enumerable.Range(0, 300).Select(i => Of(i, i / 3)), TestContext.Current.CancellationToken);

        Assert.Equal(0, (await AssizeProgram.Run("monitor", "backtest", monitor, whole)).Code);
        var divided = await AssizeProgram.Run("monitor", "backtest", monitor, turns);
        Assert.Contains("the recording holds several interactions of conversation 'talk-0', which would be judged one by one", divided.Error, StringComparison.Ordinal);
        Assert.True(divided.Code > 2, $"exit code {divided.Code}");
    }

    private string Monitor()
    {
        var file = Path.Combine(folder, "monitor.yaml");
        File.WriteAllText(file, Definition);
        return file;
    }

    /// <summary>Interactions in two languages, a hundred a day; from a place on those in German are a point lower.</summary>
    private string Traffic(string name, int count, int? drop, bool scored)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllLines(file, Enumerable.Range(0, count).Select(i => Line(i, Math.Max(1, 2 + i / 2 * 7 % 4 - (i % 2 == 0 && i >= drop ? 1 : 0)), scored)));
        return file;
    }

    private static string Line(int i, double score, bool scored)
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        var fields = new Dictionary<string, object>
        {
            ["id"] = $"turn-{number}",
            ["time"] = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddDays(i / 100.0).ToString("O", CultureInfo.InvariantCulture),
            ["application"] = "shop",
            ["messages"] = new[] { new { role = "user", content = $"Where is parcel {number}?" } },
            ["response"] = $"Parcel {number} is in the van.",
            ["properties"] = new { language = i % 2 == 0 ? "de" : "en" },
        };
        if (scored)
        {
            fields["score"] = score;
        }

        return JsonSerializer.Serialize(fields);
    }
}
