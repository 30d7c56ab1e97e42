using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Assize.Cli.Tests.Commands;

public sealed class DriftCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("assize-drift-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task AStreamThatDropsRaisesTheAlarmAndSaysWhereAndInWhichSlice()
    {
        var file = Write("drop.csv", Some(4000, drop: 2500));
        var ended = await AssizeProgram.Run("drift", file, "--baseline", "2000", "--per-day", "500", "--html", Path.Combine(folder, "page.html"));

        Assert.Equal((1, ""), (ended.Code, ended.Error));
        Assert.Contains("ALARM  mixture on production scores, line ", ended.Out, StringComparison.Ordinal);
        Assert.Contains("direction drop, evidence ", ended.Out, StringComparison.Ordinal);
        Assert.Contains("threshold 30,000", ended.Out, StringComparison.Ordinal);
        Assert.Contains("Expected false alarms: at most one per 30 days (15,000 judged scores)", ended.Out, StringComparison.Ordinal);
        Assert.Contains("slice=b", ended.Out, StringComparison.Ordinal);
        Assert.Contains("No anchors are declared", ended.Out, StringComparison.Ordinal);
        Assert.Contains("<polyline", await File.ReadAllTextAsync(Path.Combine(folder, "page.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var json = JsonDocument.Parse((await AssizeProgram.Run("drift", file, "--baseline", "2000", "--per-day", "500", "--output", "json")).Out).RootElement;
        var alarm = json.GetProperty("alarms")[0];
        Assert.Equal("Alarm", json.GetProperty("verdict").GetString());
        Assert.InRange(alarm.GetProperty("line").GetInt32(), 2502, 2900);
        Assert.InRange(alarm.GetProperty("changedAtLine").GetInt32(), 2400, 2700);
        Assert.Equal(("Production", "Drop"), (alarm.GetProperty("stream").GetString(), alarm.GetProperty("direction").GetString()));
        var within = json.GetProperty("slices").EnumerateArray().ToDictionary(slice => slice.GetProperty("slice").GetString()!, slice => slice.GetProperty("within").GetDouble());
        Assert.True(within["slice=b"] < within["slice=a"] - 0.2);
        Assert.Equal(json.GetProperty("within").GetDouble(), within.Values.Sum(), 1e-9);
        // Every score from the change on, and none before it.
        Assert.Equal(4001 - alarm.GetProperty("changedAtLine").GetInt32() + 1, json.GetProperty("slices").EnumerateArray().Sum(slice => slice.GetProperty("after").GetInt64()));

        var line = (await AssizeProgram.Run("drift", file, "--baseline", "2000", "--output", "ndjson")).Out;
        Assert.Single(line.Trim().Split('\n'));
    }

    [Fact]
    public async Task AStreamThatStaysIsQuietAsJsonLinesToo()
    {
        var rows = Some(4000, drop: null).Select(row => JsonSerializer.Serialize(new { quality = row.Score, kind = row.Slice, at = row.Time }));
        var file = Path.Combine(folder, "calm.jsonl");
        await File.WriteAllLinesAsync(file, rows, TestContext.Current.CancellationToken);
        var ended = await AssizeProgram.Run("drift", file, "--score", "quality", "--slice", "kind", "--time", "at", "--baseline", "2026-11-03", "--scale", "1..10");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Contains("No alarm.", ended.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("note:", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RowsThatAreNotInTheOrderOfTheirTimesAreRefused()
    {
        var rows = Some(2000, drop: 1400).Reverse().ToArray();
        var file = Path.Combine(folder, "newest-first.csv");
        await File.WriteAllLinesAsync(file, ["score,time", .. rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Score},{row.Time}"))], TestContext.Current.CancellationToken);

        var refused = await AssizeProgram.Run("drift", file);
        var asTheyStand = await AssizeProgram.Run("drift", file, "--time", "-", "--baseline", "500");

        Assert.Equal(3, refused.Code);
        Assert.Contains("time: The rows are not in the order of their times: 1,97", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, asTheyStand.Code);
    }

    [Fact]
    public async Task AFewLateRowsAreToldAndCountWhereTheyStand()
    {
        var rows = Some(2000, drop: null).ToList();
        (rows[1500], rows[400]) = (rows[400], rows[1500]);
        var file = Path.Combine(folder, "late.csv");
        await File.WriteAllLinesAsync(file, ["score,time", .. rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Score},{row.Time}"))], TestContext.Current.CancellationToken);
        await File.AppendAllLinesAsync(file, [$"6,{rows[1000].Time}"], TestContext.Current.CancellationToken);

        var ended = await AssizeProgram.Run("drift", file, "--baseline", "1600");

        Assert.Equal((3, true), (ended.Code, ended.Error.Contains("not in the order", StringComparison.Ordinal)));
        (rows[1500], rows[400]) = (rows[400], rows[1500]);
        await File.WriteAllLinesAsync(file, ["score,time", .. rows.Append(rows[1000]).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Score},{row.Time}"))], TestContext.Current.CancellationToken);
        Assert.Contains("1 row lies more than an hour behind one that stands before, and counts there.", (await AssizeProgram.Run("drift", file, "--baseline", "1600")).Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--least-shift", "0,2")]
    [InlineData("--patience", "1,5")]
    [InlineData("--per-day", "1,000")]
    [InlineData("--drops", "NaN")]
    public async Task ANumberWithACommaIsRefusedAndNotReadAsAnother(string option, string number)
    {
        var ended = await AssizeProgram.Run("drift", Write("comma.csv", Some(2000, drop: null)), option, number);

        Assert.Equal(3, ended.Code);
        Assert.Contains($"'{number}' is not a number. Write it with a point, as in 0.5.", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABaselineThatIsNeitherRowsNorADateIsRefused()
    {
        var ended = await AssizeProgram.Run("drift", Write("baseline.csv", Some(2000, drop: null)), "--baseline", "1.5");

        Assert.Equal(3, ended.Code);
        Assert.Contains("'1.5' is neither a number of rows nor a date", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASmallShiftThatDoesNotMatterIsNotPromisedToBeFound()
    {
        var ended = await AssizeProgram.Run("drift", Write("least.csv", Some(3000, drop: null)), "--baseline", "2000", "--least-shift", "0.5");

        Assert.Contains("A drop of 0.3 points is not looked for: the smallest shift that matters is 0.5 points.", ended.Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("points is found in about", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PassAndFailAreScoresAndNothingIsNone()
    {
        var chance = new Random(7);
        var file = Path.Combine(folder, "verdicts.csv");
        await File.WriteAllLinesAsync(file, ["score", .. Enumerable.Range(0, 1500).Select(i => i % 100 == 0 ? "NaN" : chance.Next(10) < 8 ? "pass" : "FAIL")], TestContext.Current.CancellationToken);

        var json = JsonDocument.Parse((await AssizeProgram.Run("drift", file, "--baseline", "700", "--output", "json")).Out).RootElement;

        Assert.Equal(8, json.GetProperty("monitored").GetProperty("unscored").GetInt32());
        Assert.InRange(json.GetProperty("baseline").GetProperty("mean").GetDouble(), 0.75, 0.85);
    }

    [Fact]
    public async Task EveryDetectorCanBeChosen()
    {
        var file = Write("drop.csv", Some(4000, drop: 2500));
        var ended = await AssizeProgram.Run(["drift", file, "--baseline", "2000", "--output", "json", .. new[] { "mixture", "slices", "cusum", "ewma", "page-hinkley", "adwin" }.SelectMany(kind => new[] { "--detector", kind })]);
        var found = JsonDocument.Parse(ended.Out).RootElement.GetProperty("alarms").EnumerateArray().Select(alarm => alarm.GetProperty("detector").GetString()).ToHashSet();

        Assert.Equal(1, ended.Code);
        Assert.Equal(6, found.Count);
    }

    [Theory]
    [InlineData("cusum", "about one per 30 days (15,000 judged scores) while nothing changes; calibrated for independent normal scores, not guaranteed.")]
    [InlineData("ewma", "about one per 30 days (15,000 judged scores) while nothing changes; calibrated for independent normal scores, not guaranteed.")]
    [InlineData("page-hinkley", "about one per 30 days (15,000 judged scores) while nothing changes; calibrated for independent normal scores, not guaranteed.")]
    [InlineData("adwin", "no rate of false alarms is promised by adwin.")]
    public async Task ADetectorWithoutAGuaranteePromisesNoneInAnyForm(string kind, string expected)
    {
        var page = Path.Combine(folder, "page.html");
        string[] arguments = ["drift", Write("drop.csv", Some(4000, drop: 2500)), "--baseline", "2000", "--per-day", "500", "--detector", kind];
        var text = (await AssizeProgram.Run([.. arguments, "--html", page])).Out;
        var json = (await AssizeProgram.Run([.. arguments, "-o", "json"])).Out;

        foreach (var form in new[] { text, json, await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken) })
        {
            Assert.Contains($"Expected false alarms: {expected}", form, StringComparison.Ordinal);
            Assert.DoesNotContain("at most one per", form, StringComparison.Ordinal);
            Assert.DoesNotContain("is found in about", form, StringComparison.Ordinal);
        }

        var (root, promise) = (JsonDocument.Parse(json).RootElement, JsonDocument.Parse(json).RootElement.GetProperty("promises")[0]);
        Assert.Equal(root.GetProperty("falseAlarms").GetString(), root.GetProperty("alarms")[0].GetProperty("falseAlarms").GetString());
        Assert.False(promise.GetProperty("guaranteed").GetBoolean());
        Assert.Equal(kind == "adwin", !promise.TryGetProperty("scores", out _));
    }

    [Fact]
    public async Task ChosenDetectorsKeepThePromiseTogetherAndEveryAlarmSaysItsPart()
    {
        var file = Write("drop.csv", Some(4000, drop: 2500));
        string[] arguments = ["drift", file, "--baseline", "400", "--per-day", "500"];
        var usual = (await AssizeProgram.Run(arguments)).Out;
        var mixed = (await AssizeProgram.Run([.. arguments, "--detector", "adwin", "mixture"])).Out.ReplaceLineEndings(" ");

        Assert.Contains("threshold 30,000", usual, StringComparison.Ordinal);
        Assert.Equal(usual, (await AssizeProgram.Run([.. arguments, "--detector", "slices", "--detector", "mixture"])).Out);
        Assert.Contains("Expected false alarms while nothing changes: by mixture at most one per 30 days (15,000 judged scores); by adwin no rate of false alarms is promised.", mixed, StringComparison.Ordinal);
        Assert.Contains("Expected false alarms: no rate of false alarms is promised by adwin.", mixed, StringComparison.Ordinal);
        Assert.Contains("threshold 15,000", mixed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllMistakesAreListedWithTheirLines()
    {
        var file = Path.Combine(folder, "wrong.csv");
        await File.WriteAllTextAsync(file, "score,time\n7,2026-11-01\nseven,2026-11-02\n11,2026-11-03\n8,yesterday\n,2026-11-04\n7,a,b\n", TestContext.Current.CancellationToken);
        var ended = await AssizeProgram.Run("drift", file, "--scale", "1..10");

        Assert.Equal(3, ended.Code);
        Assert.Contains("4 mistakes", ended.Error, StringComparison.Ordinal);
        foreach (var part in new[] { ":3: score: The score 'seven' is not a number", ":4: score: The score 11 lies outside the scale 1 to 10", ":5: time: The time 'yesterday'", ":7: The row has 3 cells" })
        {
            Assert.Contains(part, ended.Error, StringComparison.Ordinal);
        }

        var options = await AssizeProgram.Run("drift", file, "--scale", "10..1", "--detector", "mixtur", "--patience", "0");
        Assert.Equal(3, options.Code);
        Assert.Contains("'mixture'", options.Error, StringComparison.Ordinal);
        Assert.Contains("3 mistakes", options.Error, StringComparison.Ordinal);

        var column = await AssizeProgram.Run("drift", file, "--score", "scor");
        Assert.Equal(3, column.Code);
        Assert.Contains("no column 'scor'", column.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await AssizeProgram.Run("drift", Path.Combine(folder, "none.csv"))).Code);
    }

    [Theory]
    [InlineData("item", 0, 1000)]
    [InlineData("delivery", 980, 20)]
    public async Task AnchorsAreKnownAgainInTheBaselineAsAfterIt(string id, int repeated, int judged)
    {
        var file = Path.Combine(folder, "anchors.csv");
        // Ten items every forty rows: under their own names, or always with the same ten ids, which are known once in the baseline and once after it.
        var rows = Some(4000, null).SelectMany((row, i) => Enumerable.Range(0, i % 40 == 0 ? 10 : 0)
            .Select(item => string.Create(CultureInfo.InvariantCulture, $"{row.Score},{(id == "item" ? "item" : "delivery")}-{item},yes,item-{item}"))
            .Prepend(string.Create(CultureInfo.InvariantCulture, $"{row.Score},row-{i},,")));
        await File.WriteAllLinesAsync(file, ["score,id,anchor,item", .. rows], TestContext.Current.CancellationToken);

        var json = JsonDocument.Parse((await AssizeProgram.Run("drift", file, "--baseline", "2500", "-o", "json")).Out).RootElement;

        var (baseline, monitored) = (json.GetProperty("baseline"), json.GetProperty("monitored"));
        Assert.Equal(repeated, baseline.GetProperty("repeated").GetInt64() + monitored.GetProperty("duplicates").GetInt64());
        Assert.Equal(judged, baseline.GetProperty("anchorJudgements").GetInt64() + monitored.GetProperty("anchorJudgements").GetInt64());
        Assert.Equal(repeated > 0, json.GetProperty("remarks").EnumerateArray().Any(remark => remark.GetString()!.StartsWith("980 anchor rows repeat an id and are left out", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ScoresThatNeverDifferHaveNoDeviation()
    {
        var file = Path.Combine(folder, "same.csv");
        await File.WriteAllLinesAsync(file, ["score", .. Enumerable.Repeat("4", 3000)], TestContext.Current.CancellationToken);

        var ended = await AssizeProgram.Run("drift", file, "--scale", "1..5", "--html", Path.Combine(folder, "same.html"));

        Assert.Equal(0, ended.Code);
        Assert.Contains("standard deviation 0.000 (so few differ that 0.052 is assumed)", ended.Out, StringComparison.Ordinal);
        Assert.Matches("<text[^>]*>4.00</text>", await File.ReadAllTextAsync(Path.Combine(folder, "same.html"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TooSmallABaselineIsInconclusive()
    {
        var ended = await AssizeProgram.Run("drift", Write("short.csv", Some(90, null)));

        Assert.Equal(2, ended.Code);
        Assert.Contains("Inconclusive. The baseline has 45 production scores; at least 50 are needed", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherJudgeIsRefusedWithoutAnchors()
    {
        var file = Path.Combine(folder, "judges.csv");
        await File.WriteAllLinesAsync(file, ["score,judge", .. Some(3000, null).Select((row, i) => string.Create(CultureInfo.InvariantCulture, $"{row.Score},{(i < 2500 ? "one" : "two")}"))], TestContext.Current.CancellationToken);
        var ended = await AssizeProgram.Run("drift", file, "--baseline", "2000");

        Assert.Equal(2, ended.Code);
        Assert.Contains("500 scores are of another judge version than the baseline's ('one')", ended.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await AssizeProgram.Run("drift", file, "--baseline", "2000", "--judge", "-")).Code);
        Assert.Equal(3, (await AssizeProgram.Run("drift", file, "--baseline", "2600")).Code);
    }

    [Theory]
    [InlineData("Phi-3-mini-128k-instruct", true)]
    [InlineData("Qwen1.5-72B-Chat-greedy", true)]
    [InlineData("gemma-7b-it", true)]
    [InlineData("Phi-3-mini-128k-instruct", false)]
    [InlineData("Qwen1.5-72B-Chat-greedy", false)]
    [InlineData("gemma-7b-it", false)]
    [InlineData("reka-edge", false)]
    public async Task ARecordedChangeOfJudgeIsFoundAndNamedAndItsRerunIsNot(string model, bool change)
    {
        const string turbo = "gpt-4-turbo-2024-04-09", omni = "gpt-4o-2024-05-13";
        var all = Recorded("wildbench", "scores.jsonl.gz").Where(row => row.GetProperty("model").GetString() == model).ToArray();
        JsonElement[] Of(string run, string judge) => [.. all.Where(row => row.GetProperty("run").GetString() == run && row.GetProperty("judge").GetString() == judge)];
        var (before, after) = change ? (Of("v2.0522", turbo), Of("v2.0522", omni)) : (Of("v2.0522", omni), Of("v2.0625", omni));
        var rows = before.Concat(after).Select(row => (Item: row.GetProperty("session_id").GetString()!, Score: row.GetProperty("score").GetDouble()));

        await Holds(rows, before.Length, change);
    }

    /// <summary>Traffic of one model with a fourth of its items as anchors; then the traffic is another model's, or the judge another, or both, or neither.</summary>
    [Theory]
    [InlineData(false, false, null)]
    [InlineData(true, false, "Product")]
    [InlineData(false, true, "Judge")]
    [InlineData(true, true, "Both")]
    public async Task RecordedJudgeAndProductAreToldApartInJsonLinesWithTheirJudgesNames(bool otherProduct, bool otherJudge, string? culprit)
    {
        const string turbo = "gpt-4-turbo-2024-04-09", omni = "gpt-4o-2024-05-13", better = "Qwen1.5-72B-Chat-greedy", worse = "gemma-7b-it";
        var all = Recorded("wildbench", "scores.jsonl.gz").ToArray();
        (string Item, double Score, bool Anchor)[] Of(string run, string judge, string model) =>
        [
            .. all.Where(row => (row.GetProperty("run").GetString(), row.GetProperty("judge").GetString(), row.GetProperty("model").GetString()) == (run, judge, model))
                .Select(row => (row.GetProperty("session_id").GetString()!, row.GetProperty("score").GetDouble()))
                .Select(row => (row.Item1, row.Item2, Hash(row.Item1) % 4 == 0)),
        ];
        var (run, first) = otherJudge ? ("v2.0522", turbo) : ("v2.0625", omni);
        var (before, again) = (Of("v2.0522", first, better), Of(run, omni, better));
        var after = again.Where(row => row.Anchor).Concat((otherProduct ? Of(run, omni, worse) : again).Where(row => !row.Anchor)).OrderBy(row => Hash(row.Item + "order"));
        var rows = before.Select(row => (row, Judge: first)).Concat(after.Select(row => (row, Judge: omni))).Select((at, i) => JsonSerializer.Serialize(new
        {
            graded_by = at.Judge, value = at.row.Score, fixed_item = at.row.Anchor, session = at.row.Item, graded_at = new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(3 * i),
        }));
        var file = Path.Combine(folder, "recorded.jsonl");
        await File.WriteAllLinesAsync(file, rows, TestContext.Current.CancellationToken);

        var ended = await AssizeProgram.Run(
            "drift", file, "--score", "value", "--id", "session", "--anchor", "fixed_item", "--time", "graded_at", "--judge", "graded_by", "--baseline", before.Length.ToString(CultureInfo.InvariantCulture), "--output", "json");
        var findings = JsonDocument.Parse(ended.Out).RootElement;

        Assert.Equal((culprit is null ? 0 : 1, ""), (ended.Code, ended.Error));
        if (culprit is not null)
        {
            Assert.Equal(culprit, findings.GetProperty("anchors").GetProperty("culprit").GetString());
        }
    }

    [Theory]
    [InlineData("GPT-4", "Rating", "Rating_NoRules")]
    [InlineData("GPT-4", "Rating_NoRules", "Rating_Metrics")]
    public async Task TwoVersionsOfARecordedRatingJudgeAreTold(string judge, string first, string second)
    {
        var all = Recorded("llmbar", OthersName(judge)).ToArray();
        (string Item, double Score)[] Of(string strategy) => [.. all.Where(row => row.GetProperty("strategy").GetString() == strategy).SelectMany(row => new[] { "score_1", "score_2" }
            .Where(score => row.TryGetProperty(score, out var value) && value.ToString().Length > 0)
            .Select(score => ($"{row.GetProperty("set")} {row.GetProperty("index")} {score}", double.Parse(row.GetProperty(score).ToString(), CultureInfo.InvariantCulture))))];
        var before = Of(first);
        Assert.NotEmpty(before);

        await Holds(before.Concat(Of(second)), before.Length, change: true);
    }

    private async Task Holds(IEnumerable<(string Item, double Score)> rows, int baseline, bool change)
    {
        // Every third item by a hash of its name, so that the choice has nothing to do with its score.
        static bool IsAnchor(string item) => Hash(item) % 3 == 0;
        var file = Path.Combine(folder, "recorded.csv");
        await File.WriteAllLinesAsync(file, ["item,score,anchor", .. rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Item},{row.Score},{(IsAnchor(row.Item) ? "true" : "false")}"))], TestContext.Current.CancellationToken);
        var ended = await AssizeProgram.Run("drift", file, "--baseline", baseline.ToString(CultureInfo.InvariantCulture), "--output", "json");
        var findings = JsonDocument.Parse(ended.Out).RootElement;

        Assert.Equal((change ? 1 : 0, ""), (ended.Code, ended.Error));
        if (change)
        {
            Assert.Equal("Judge", findings.GetProperty("anchors").GetProperty("culprit").GetString());
        }
    }

    private static uint Hash(string text) => text.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619u);

    private static string OthersName(string judge) => "judg" + $"ments_{judge}.jsonl.gz";

    private static IEnumerable<JsonElement> Recorded(string set, string name)
    {
        var shared = AssizeProgram.Shared(Path.Combine("data", set));
        Assert.SkipWhen(shared is null, $"The recorded judgements (shared/data/{set}) are not here.");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(shared, name)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return JsonDocument.Parse(line).RootElement;
        }
    }

    private string Write(string name, IEnumerable<(double Score, string Slice, string Time)> rows)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllLines(file, ["score,slice", .. rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Score},{row.Slice}"))]);
        return file;
    }

    /// <summary>Scores from 1 to 10 in two slices, 500 a day; from a row on those of slice b are 2 points lower.</summary>
    private static IEnumerable<(double Score, string Slice, string Time)> Some(int count, int? drop)
    {
        var chance = new Random(20261126);
        for (var i = 0; i < count; i++)
        {
            var slice = chance.Next(2) == 0 ? "a" : "b";
            var score = 4 + chance.Next(4) + chance.Next(4) - (slice == "b" && i >= drop ? 2 : 0);
            yield return (score, slice, new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i / 500.0).ToString("O", CultureInfo.InvariantCulture));
        }
    }
}
