using System.Text.Json;

namespace Assize.Cli.Tests.Commands;

[Collection(SharedRun.Name)]
public sealed class CommandTests(SimulatedRun run)
{
    [Fact]
    public void ARunPrintsItsReportAsJson()
    {
        Assert.Equal(72, run.Report.GetProperty("cases").GetInt64());
        Assert.True(run.Report.GetProperty("simulated").GetBoolean());
        Assert.NotEqual(0, run.Report.GetProperty("scores").GetArrayLength());
    }

    [Fact]
    public async Task ThePageStandsAlone()
    {
        var page = await File.ReadAllTextAsync(run.Page, TestContext.Current.CancellationToken);
        Assert.StartsWith("<!doctype html>", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(src|href)\\s*=\\s*[\"']?(https?:)?//", page);
        Assert.DoesNotContain("<script src", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task TheSecondRunOfASuitePaysForNothing()
    {
        var again = await Run("run", AssizeProgram.SupportBot, "--simulate", "-o", "json", "--html", "-");
        Assert.True(again.Code == 0, again.Error);
        var report = JsonElement.Parse(again.Out);
        Assert.NotEqual(run.Id, report.GetProperty("run").GetString());
        foreach (var line in report.GetProperty("usage").EnumerateArray())
        {
            Assert.Equal(0, line.GetProperty("completions").GetInt64());
            Assert.NotEqual(0, line.GetProperty("reused").GetInt64());
            Assert.Equal(0, line.GetProperty("usage").GetProperty("inputTokens").GetInt64());
        }

        Assert.Equal(run.Report.GetProperty("scores").GetRawText(), report.GetProperty("scores").GetRawText());
    }

    [Fact]
    public async Task AReportIsPrintedInEveryForm()
    {
        var table = await run.Ask("report", run.Id);
        Assert.Equal(0, table.Code);
        Assert.Contains("correctness", table.Out, StringComparison.Ordinal);
        Assert.Contains("simulated", table.Out, StringComparison.OrdinalIgnoreCase);
        var json = await Run("report", run.Id, "-o", "json");
        Assert.Equal(run.Id, JsonElement.Parse(json.Out).GetProperty("run").GetString());
        var lines = await run.Ask("report", run.Id, "-o", "ndjson");
        Assert.NotEmpty(Lines(lines.Out));
        Assert.All(Lines(lines.Out), line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
    }

    [Fact]
    public async Task RunsAreListed()
    {
        var listed = await run.Ask("runs", "-o", "ndjson");
        Assert.Equal(0, listed.Code);
        Assert.Contains(run.Id, listed.Out, StringComparison.Ordinal);
        Assert.All(Lines(listed.Out), line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
        Assert.Contains(run.Id, (await run.Ask("runs")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResultsAreFilteredByOutcome()
    {
        var unscored = await run.Ask("results", run.Id, "--outcome", "unscored", "-o", "ndjson");
        Assert.Equal(0, unscored.Code);
        Assert.All(Lines(unscored.Out), line => Assert.True(JsonElement.Parse(line).TryGetProperty("unscored", out _), line));
        var scored = await run.Ask("results", run.Id, "--outcome", "scored", "-o", "ndjson", "--limit", "3");
        Assert.Equal(3, Lines(scored.Out).Length);
        Assert.All(Lines(scored.Out), line => Assert.True(JsonElement.Parse(line).TryGetProperty("scores", out _), line));
        Assert.Equal(3, (await run.Ask("results", run.Id, "--outcome", "lost")).Code);
    }

    [Fact]
    public async Task AComparisonPassesFailsOrIsUndecidedByItsExitCode()
    {
        // Anything is good enough within the whole width of the scale.
        Assert.Equal(0, (await run.Ask("compare", run.Id, "--criterion", "quality/correctness", "--margin", "1")).Code);
        var line = run.Report.GetProperty("differences").EnumerateArray()
            .First(one => one.GetProperty("slice").GetString() == "all" && one.GetProperty("criterion").GetString() == "correctness");
        var (low, high) = (line.GetProperty("estimate").GetProperty("low").GetDouble(), line.GetProperty("estimate").GetProperty("high").GetDouble());
        var (better, worse) = low > 0 ? ("revised", "baseline") : ("baseline", "revised");
        Assert.True(low > 0 || high < 0, $"the sample's difference is from {low} to {high}, and has to exclude none for this test");
        Assert.Equal(1, (await run.Ask("compare", run.Id, "--criterion", "quality/correctness", "--baseline", better, "--candidate", worse, "--margin", "0")).Code);
        // A margin as large as the difference itself lies in the middle of the interval.
        var middle = Math.Abs(line.GetProperty("estimate").GetProperty("value").GetDouble()) / 4;
        Assert.Equal(2, (await run.Ask(
            "compare", run.Id, "--criterion", "quality/correctness", "--baseline", better, "--candidate", worse, "--margin", middle.ToString("R", System.Globalization.CultureInfo.InvariantCulture))).Code);
        Assert.Equal(3, (await run.Ask("compare", run.Id, "--margin", "2")).Code);
        Assert.Equal(3, (await run.Ask("compare", run.Id, "--candidate", "nobody")).Code);
    }

    [Fact]
    public async Task AComparisonIsReadByProgramsToo()
    {
        var json = await run.Ask("compare", run.Id, "-o", "json");
        var line = await run.Ask("compare", run.Id, "-o", "ndjson");

        var gate = JsonElement.Parse(json.Out);
        Assert.Equal((run.Id, "baseline", "revised"), (gate.GetProperty("run").GetString(), gate.GetProperty("baseline").GetString(), gate.GetProperty("candidate").GetString()));
        Assert.Equal(gate.GetProperty("verdict").GetString() switch { "Pass" => 0, "Fail" => 1, _ => 2 }, json.Code);
        Assert.True(JsonElement.DeepEquals(gate, JsonElement.Parse(line.Out)) && line.Out.Count(c => c == '\n') == 1);
        var names = gate.GetProperty("criteria").EnumerateArray().Select(one => one.GetProperty("judge").GetString());
        // A judge of pairs is a part of the gate as any other.
        Assert.Equal(["quality", "quality", "states-the-fact", "arithmetic", "valid-json", "preference"], names);
    }

    [Fact]
    public async Task AComparisonOnWhatIsNotThereSaysWhatIs()
    {
        var unknown = await run.Ask("compare", run.Id, "--criterion", "tone");
        var preference = await run.Ask("compare", run.Id, "--criterion", "preference");

        Assert.Equal(3, unknown.Code);
        Assert.Contains("quality/correctness, quality/helpfulness, states-the-fact/pass, arithmetic/pass, valid-json/pass, preference", unknown.Error, StringComparison.Ordinal);
        Assert.Matches("preference: PASS  win rate less one half \\+\\d+\\.\\d pp, one-sided 95 % bounds \\+\\d+\\.\\d and \\+\\d+\\.\\d, margin 5.0 pp, 72 comparisons", preference.Out);
    }

    [Fact]
    public async Task AFilterThatNamesNothingIsRefusedAndNotEmpty()
    {
        var results = await run.Ask("results", run.Id, "--judge", "tone", "--candidate", "nobody", "--slice", "colour=red");

        Assert.Equal(3, results.Code);
        foreach (var mistake in new[] { "no candidate 'nobody'", "no judge 'tone'", "no slice 'colour=red'", "category=…" })
        {
            Assert.Contains(mistake, results.Error, StringComparison.Ordinal);
        }

        Assert.Equal(3, (await run.Ask("results", run.Id, "--limit", "0")).Code);
        Assert.Equal(3, (await run.Ask("delete", "--suite", "nobody", "--yes")).Code);
    }

    [Fact]
    public async Task AScoreOfZeroIsWrittenAsAnyOther()
    {
        var results = await run.Ask("results", run.Id, "--judge", "arithmetic", "-o", "ndjson");

        var scores = results.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(line => JsonElement.Parse(line).GetProperty("scores").GetProperty("scores").EnumerateArray()).Select(score => score.GetProperty("value").GetDouble()).ToArray();
        Assert.Contains(0, scores);
        Assert.Contains(1, scores);
    }

    [Fact]
    public async Task AListThatIsCutOffSaysSo()
    {
        var cut = await run.Ask("results", run.Id, "--limit", "2");
        var whole = await run.Ask("results", run.Id, "--case", "account-001", "--judge", "quality");

        Assert.Contains("There are more than these 2", cut.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("There are more", whole.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutputThatIsNoTerminalHasNoEscapeCodes()
    {
        var plain = await AssizeProgram.Run(new Dictionary<string, string> { ["NO_COLOR"] = "1", ["TERM"] = "xterm-256color" }, "report", run.Id, "--data", run.Data);
        Assert.Equal(0, plain.Code);
        Assert.DoesNotContain('\u001b', plain.Out + plain.Error);
    }

    [Fact]
    public async Task AnOutputThatCannotBeWrittenIsToldBeforeAnyCall()
    {
        var unused = Path.Combine(run.Data, "never-made");
        var folder = await AssizeProgram.Run("run", AssizeProgram.SupportBot, "--simulate", "--data", unused, "--html", run.Data);
        // A file where a folder is wanted is in everybody's way, also in that of who may do anything.
        var blocked = await AssizeProgram.Run("run", AssizeProgram.SupportBot, "--simulate", "--data", unused, "--html", Path.Combine(run.Page, "report.html"));
        var report = await AssizeProgram.Run("report", run.Id, "--data", unused, "--html", run.Data);

        Assert.Equal((3, 4, 3), (folder.Code, blocked.Code, report.Code));
        Assert.Contains($"'{run.Data}' is a folder", folder.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be written", blocked.Error, StringComparison.Ordinal);
        Assert.Equal("", folder.Out + blocked.Out + report.Out);
        Assert.False(Directory.Exists(unused));
    }

    [Fact]
    public async Task WhatTheCommandLineGotWrongIsExitCodeThree()
    {
        Assert.Equal(3, (await AssizeProgram.Run("judge-everything")).Code);
        Assert.Equal(3, (await AssizeProgram.Run("report")).Code);
        Assert.Equal(3, (await AssizeProgram.Run("runs", "--address", "nowhere")).Code);
        Assert.Equal(3, (await Run("report", "nonsense")).Code);
        Assert.Equal(3, (await AssizeProgram.Run("validate", "/no/such/suite.yaml")).Code);
    }

    [Fact]
    public async Task WhatTheCommandLineGotWrongIsToldInWordsAndNotInTypes()
    {
        var file = Path.Combine(run.Data, "a-file");
        await File.WriteAllTextAsync(file, "x", TestContext.Current.CancellationToken);
        foreach (var (arguments, told) in new (string[], string)[]
        {
            (["runs", "-o", "xml"], "--output: 'xml' is not one of table, json, ndjson."),
            (["results", run.Id, "--limit", "x"], "--limit: 'x' is not a whole number from 1 on."),
            (["results", run.Id, "--limit", "0", "--outcome", "scord"], "--limit: '0' is not a whole number from 1 on."),
            (["results", run.Id, "--limit", "0", "--outcome", "scord"], "--outcome: 'scord' is not an outcome. Did you mean 'scored'?"),
            (["compare", run.Id, "--margin", "5"], "--margin: 5 is not a share of the scale's width, from 0 to 1."),
            (["report", run.Id, "another"], "'another' is one word too many. 'report' takes <run>"),
            (["results", run.Id, "--cases", "x"], "There is no option '--cases' here. Did you mean '--case'?"),
            (["reprot", run.Id], "There is no command 'reprot' here. Did you mean 'report'?"),
            (["runs", "--data", file], $"--data: '{file}' is a file, and what is kept needs a folder."),
        })
        {
            var ended = await AssizeProgram.Run(arguments);
            Assert.True(ended.Code == 3, ended.Error);
            Assert.Contains(told, ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", ended.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WhatIsNotThereSaysWhereItWasLookedFor()
    {
        var report = await Run("report", "01arz3ndektsv4rrffq69g5fav");
        var monitor = await Run("monitor", "delete", "nobody");

        Assert.Equal((3, 3), (report.Code, monitor.Code));
        Assert.Contains($"looked for in the data folder {run.Data}", report.Error, StringComparison.Ordinal);
        // Nobody is asked whether to delete what does not exist.
        Assert.Contains("There is no monitor 'nobody'", monitor.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APortThatIsTakenIsToldWithWhatToDo()
    {
        using var holder = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        holder.Start();
        var port = ((System.Net.IPEndPoint)holder.LocalEndpoint).Port;
        var ended = await AssizeProgram.Run("simulate-model", "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(4, ended.Code);
        Assert.Contains($"Another program listens on port {port}. Stop it, or choose another port with --port", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConfigurationThatIsNoJsonIsNoFailedGate()
    {
        var broken = Path.Combine(run.Data, "broken.json");
        await File.WriteAllTextAsync(broken, "{,}", TestContext.Current.CancellationToken);
        foreach (var (file, told) in new[] { (broken, "cannot be read"), (broken + ".none", "There is no file") })
        {
            var ended = await Run("runs", "--config", file);
            Assert.Equal(3, ended.Code);
            Assert.Contains(told, ended.Error, StringComparison.Ordinal);
            Assert.Contains(file, ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task KnobsOfTheSimulatedModelAreRefusedTogether()
    {
        var ended = await AssizeProgram.Run("simulate-model", "--set", "Accuracy=7", "--port", "99999");
        Assert.Equal(3, ended.Code);
        Assert.Contains("Accuracy", ended.Error, StringComparison.Ordinal);
        Assert.Contains("99999 is no port", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABaselineIsNotGivenUpByTheWay()
    {
        var ended = await Run("monitor", "acknowledge", "support", "1", "--rebaseline");
        Assert.Equal(3, ended.Code);
        Assert.Contains("--resolve --rebaseline", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAddressWhereNobodyAnswersIsExitCodeFour()
    {
        var ended = await AssizeProgram.Run("runs", "--address", "http://127.0.0.1:1");
        Assert.Equal(4, ended.Code);
        Assert.Contains("http://127.0.0.1:1", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABadSuiteIsRefusedWithEveryMistake()
    {
        var folder = Directory.CreateTempSubdirectory("assize-bad-").FullName;
        var suite = Path.Combine(folder, "suite.yaml");
        await File.WriteAllTextAsync(suite, """
            name: bad suite
            cases: missing.jsonl
            candidates:
              - name: a
                responses: also-missing.jsonl
            judges:
              - name: j
                type: oracle
              - name: k
                type: regex
                pattern: "("
            """, TestContext.Current.CancellationToken);
        var ended = await AssizeProgram.Run("validate", suite);
        Assert.Equal(3, ended.Code);
        Assert.Contains("oracle", ended.Error, StringComparison.Ordinal);
        Assert.Contains("missing.jsonl", ended.Error, StringComparison.Ordinal);
        Assert.Contains("also-missing.jsonl", ended.Error, StringComparison.Ordinal);
        Assert.Contains("bad suite", ended.Error, StringComparison.Ordinal);
        Assert.Contains("pattern", ended.Error, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
        var valid = await AssizeProgram.Run("validate", AssizeProgram.SupportBot);
        Assert.Equal(0, valid.Code);
        Assert.Matches(@"Model judge: about \d+ calls, [\d,]+ tokens in, [\d,]+ out", valid.Out);
    }

    [Fact]
    public async Task ValidationSaysWhichModelsARunWouldAskThatAreNotDeclaredHere()
    {
        var folder = Directory.CreateTempSubdirectory("assize-declared-").FullName;
        var (other, own) = (Path.Combine(folder, "other.json"), Path.Combine(folder, "own.json"));
        await File.WriteAllTextAsync(other, """{ "Models": { "jugde": { "Provider": "openai" } } }""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(own, """{ "Models": { "judge": { "Provider": "openai" } } }""", TestContext.Current.CancellationToken);

        var misspelt = await AssizeProgram.Run("validate", AssizeProgram.SupportBot, "--config", other);
        var declared = await AssizeProgram.Run("validate", AssizeProgram.SupportBot, "--config", own);

        Directory.Delete(folder, recursive: true);
        Assert.Equal((0, 0, ""), (misspelt.Code, declared.Code, declared.Error));
        Assert.StartsWith("note: 'judge' is not declared here (declared: jugde).", misspelt.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABudgetIsToldBeforeTheRunAndEndsItWithExitCodeTwo()
    {
        var folder = Directory.CreateTempSubdirectory("assize-budget-").FullName;
        var config = Path.Combine(folder, "prices.json");
        await File.WriteAllTextAsync(config, """{ "Models": { "judge": { "InputPrice": 1, "OutputPrice": 4 } } }""", TestContext.Current.CancellationToken);
        Task<Ended> Priced(params string[] more) =>
            AssizeProgram.Run(["run", AssizeProgram.SupportBot, "--simulate", "--config", config, "--data", Path.Combine(folder, "data"), "--html", "-", .. more]);

        var dry = await Priced("--dry-run", "--budget", "0.05");
        var strict = await Priced("--strict", "--budget", "0.05");
        var ended = await Priced("--budget", "0.05", "-o", "json");

        Assert.Equal((0, 3, 2), (dry.Code, strict.Code, ended.Code));
        Assert.Matches(@"^Estimate: \d+ calls, [\d,]+ tokens in, [\d,]+ out; cost 0\.\d+ \(0\.\d+ to \d\.\d+\)", dry.Out);
        Assert.Contains("That is more than its budget of 0.05", dry.Out, StringComparison.Ordinal);
        Assert.Contains("That is more than its budget of 0.05", ended.Error, StringComparison.Ordinal);
        Assert.Matches(@"Stopped by its budget of 0\.05 after \d+ of 72 cases", ended.Error);
        Assert.Matches(@"The run has spent 0\.0\d+ of 0\.05(; the 0\.0\d+ that is left is less than the next call may cost|\.)", ended.Error);
        var report = JsonElement.Parse(ended.Out);
        Assert.Equal(("OutOfBudget", "its budget of 0.05"), (report.GetProperty("status").GetString(), report.GetProperty("stoppedBy").GetString()));
        Assert.InRange(report.GetProperty("casesDone").GetInt64(), 1, 71);
        Directory.Delete(folder, recursive: true);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<Ended> Run(params string[] arguments) => AssizeProgram.Run([.. arguments, "--data", run.Data]);
}
