using System.Text.Json;

namespace Assize.Cli.Tests.Commands;

/// <summary>The page on which the instrument is right.</summary>
[Collection(SharedRun.Name)]
public sealed class SelfCheckCommandTests(SimulatedRun run) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("assize-self-check-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task BuiltInScoresKeepEveryPromiseAndThePageShowsIt()
    {
        var page = Path.Combine(folder, "page.html");
        var ended = await AssizeProgram.Run("self-check", "--splits", "100", "--html", page);

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Contains("The instrument is right: it keeps every promise that was tried.", ended.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", ended.Out, StringComparison.Ordinal);
        var written = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.Contains("The instrument is right", written, StringComparison.Ordinal);
        Assert.Contains("<rect", written, StringComparison.Ordinal);
        Assert.DoesNotContain("://", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARunsOwnScoresAreSplitAsWell()
    {
        var ended = await AssizeProgram.Run("self-check", "--run", run.Id, "--data", run.Data, "--splits", "200", "-o", "json");
        var found = JsonElement.Parse(ended.Out);

        Assert.Equal((0, true, ""), (ended.Code, found.GetProperty("holds").GetBoolean(), ended.Error));
        Assert.Contains(run.Id, found.GetProperty("of").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(found.GetProperty("claims").EnumerateArray());
    }

    /// <summary>The image has no shell that could ask for the date, and the same seed every night finds the same every night.</summary>
    [Fact]
    public async Task ANewSeedEveryDayNeedsNoShell()
    {
        var before = TimeProvider.System.GetUtcNow();
        var ended = await AssizeProgram.Run("self-check", "--splits", "100", "--seed", "today", "-o", "json");
        var wrong = await AssizeProgram.Run("self-check", "--seed", "tonight");

        Assert.Equal("", ended.Error);
        Assert.Contains(JsonElement.Parse(ended.Out).GetProperty("seed").GetInt64(), new[] { before, TimeProvider.System.GetUtcNow() }.Select(day => (day.Year * 10_000L) + (day.Month * 100) + day.Day));
        Assert.Equal(3, wrong.Code);
        Assert.Contains("'tonight' is neither a whole number nor today", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFewSplitsSayNothingAndARunThatIsNotThereIsNamed()
    {
        var few = await AssizeProgram.Run("self-check", "--splits", "10");
        var missing = await run.Ask("self-check", "--run", "missing");

        Assert.Equal((3, 3), (few.Code, missing.Code));
        Assert.Contains("100 to 100,000", few.Error, StringComparison.Ordinal);
        Assert.Contains("missing", missing.Error, StringComparison.Ordinal);
    }
}
