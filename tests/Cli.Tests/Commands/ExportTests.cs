using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace Assize.Cli.Tests.Commands;

[Collection(SharedRun.Name)]
public sealed class ExportTests(SimulatedRun run) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("assize-export-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task LinesStandForThemselvesAndAddUpToTheReport()
    {
        var lines = (await Exported("lines.jsonl")).Select(line => JsonElement.Parse(line)).ToArray();

        Assert.All(lines, line => Assert.Equal(run.Id, line.GetProperty("run").GetString()));
        Assert.All(lines, line => Assert.Contains(line.GetProperty("outcome").GetString(), new[] { "scored", "preferred", "unscored" }));
        Assert.All(lines, line => Assert.True(line.TryGetProperty("score", out _) == (line.GetProperty("outcome").GetString() == "scored")));
        Assert.All(lines, line => Assert.False(line.TryGetProperty("input", out _) || line.TryGetProperty("prompts", out _)));
        Assert.Equal(72, lines.Select(line => line.GetProperty("case").GetString()).Distinct().Count());
        var usage = run.Report.GetProperty("usage").EnumerateArray().Sum(line => line.GetProperty("usage").GetProperty("inputTokens").GetInt64());
        Assert.Equal(usage, lines.Sum(line => line.TryGetProperty("input_tokens", out var tokens) ? tokens.GetInt64() : 0));
        Assert.False(File.Exists(Path.Combine(folder, "lines.jsonl.unfinished")));
    }

    [Fact]
    public async Task AParquetFileHasTheSameRowsInTypedColumns()
    {
        var lines = (await Exported("rows.jsonl", "--texts")).Select(line => JsonElement.Parse(line)).ToArray();
        await Exported("rows.parquet", "--texts");

        await using var reader = await ParquetReader.CreateAsync(Path.Combine(folder, "rows.parquet"), cancellationToken: TestContext.Current.CancellationToken);
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal((1, lines.LongLength), (reader.RowGroupCount, group.RowCount));
        Assert.Equal((run.Id, "72", "true"), (reader.CustomMetadata["run"], reader.CustomMetadata["cases_exported"], reader.CustomMetadata["complete"]));
        Assert.Equal(
            (typeof(double), true, typeof(long), true, typeof(long), false),
            (Field("score").ClrType, Field("score").IsNullable, Field("input_tokens").ClrType, Field("input_tokens").IsNullable, Field("seed").ClrType, Field("seed").IsNullable));
        foreach (var name in new[] { "case", "candidate", "judge", "outcome", "criterion", "input", "explanation" })
        {
            Assert.Equal(lines.Select(line => line.TryGetProperty(name, out var value) ? value.GetString() : null), await Texts(name));
        }

        Assert.Equal(lines.Select(line => line.GetProperty("responses").GetRawText()), (await Texts("responses")).Select(text => JsonElement.Parse(text!).GetRawText()));
        var scores = new double?[lines.Length];
        await group.ReadAsync<double>(Field("score"), scores.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(lines.Select(line => line.TryGetProperty("score", out var score) ? score.GetDouble() : (double?)null), scores);

        DataField Field(string name) => reader.Schema.DataFields.Single(field => field.Name == name);

        async Task<string?[]> Texts(string name)
        {
            var texts = new string?[lines.Length];
            await group.ReadAsync(Field(name), texts.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
            return texts;
        }
    }

    [Fact]
    public async Task AnExportThatFailsLeavesTheOldFileAsItWas()
    {
        var file = Path.Combine(folder, "old.jsonl");
        await File.WriteAllTextAsync(file, "old", TestContext.Current.CancellationToken);

        var failed = await run.Ask("export", "00000000000000000000000000", "--output", file);

        Assert.Equal(3, failed.Code);
        Assert.Equal("old", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Single(Directory.EnumerateFiles(folder));
    }

    [Fact]
    public async Task LinesGoToStandardOutputAndParquetDoesNot()
    {
        var lines = await AssizeProgram.Run("export", run.Id, "-o", "-", "--data", run.Data);
        Assert.Equal(0, lines.Code);
        Assert.All(lines.Out.TrimEnd().Split('\n'), line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
        Assert.Contains("72 of 72 cases", lines.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await run.Ask("export", run.Id, "-f", "parquet", "-o", "-")).Code);
    }

    [Fact]
    public async Task NothingIsDeletedWithoutAYes()
    {
        var refused = await run.Ask("delete", run.Id);
        Assert.Equal(3, refused.Code);
        Assert.Contains("--yes", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await run.Ask("report", run.Id)).Code);
    }

    [Fact]
    public async Task ADeletedRunIsGoneAndItsSuiteCanFollow()
    {
        var data = Path.Combine(folder, "data");
        var made = await AssizeProgram.Run("run", AssizeProgram.SupportBot, "--simulate", "--data", data, "--html", "-", "-o", "json");
        Assert.True(made.Code == 0, made.Error);
        var id = JsonElement.Parse(made.Out).GetProperty("run").GetString()!;
        Assert.Equal(3, (await AssizeProgram.Run("delete", "--suite", "support-bot", "--yes", "--data", data)).Code);

        var deleted = await AssizeProgram.Run("delete", id, "--yes", "--data", data);

        Assert.True(deleted.Code == 0, deleted.Error);
        Assert.Contains("is deleted", deleted.Out, StringComparison.Ordinal);
        var again = await AssizeProgram.Run("delete", id, "--yes", "--data", data);
        Assert.Equal((3, $"Run {id} does not exist."), (again.Code, again.Error.Trim()));
        Assert.Equal(3, (await AssizeProgram.Run("report", id, "--data", data)).Code);
        Assert.Contains("is deleted", (await AssizeProgram.Run("delete", "--suite", "support-bot", "--yes", "--data", data)).Out, StringComparison.Ordinal);
    }

    private async Task<string[]> Exported(string name, params string[] more)
    {
        var file = Path.Combine(folder, name);
        var ended = await run.Ask(["export", run.Id, "--output", file, .. more]);
        Assert.True(ended.Code == 0, ended.Error);
        return name.EndsWith(".jsonl", StringComparison.Ordinal) ? await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken) : [];
    }
}
