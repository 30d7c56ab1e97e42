using System.Text.Json;

namespace Assize.Cli.Tests.Commands;

/// <summary>The sample suite, judged once by the simulated model in a data folder of its own.</summary>
public sealed class SimulatedRun : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("assize-cli-").FullName;

    public string Data => Path.Combine(folder, "data");

    public string Page => Path.Combine(folder, "report.html");

    internal Ended First { get; private set; } = null!;

    internal JsonElement Report { get; private set; }

    public string Id => Report.GetProperty("run").GetString()!;

    public async ValueTask InitializeAsync()
    {
        First = await AssizeProgram.Run("run", AssizeProgram.SupportBot, "--simulate", "--data", Data, "--html", Page, "-o", "json");
        Assert.True(First.Code == 0, First.Error);
        Report = JsonElement.Parse(First.Out);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

[CollectionDefinition(Name)]
public sealed class SharedRun : ICollectionFixture<SimulatedRun>
{
    public const string Name = "simulated run";
}
