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

    [Fact]
    public async Task AFewSplitsSayNothingAndARunThatIsNotThereIsNamed()
    {
        var few = await AssizeProgram.Run("self-check", "--splits", "10");
        var missing = await AssizeProgram.Run("self-check", "--run", "missing", "--data", run.Data);

        Assert.Equal((3, 3), (few.Code, missing.Code));
        Assert.Contains("100 to 100,000", few.Error, StringComparison.Ordinal);
        Assert.Contains("missing", missing.Error, StringComparison.Ordinal);
    }
}
