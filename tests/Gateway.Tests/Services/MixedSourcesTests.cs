using System.Text.Json;
using Assize.Cli.Hosting;
using static Assize.Gateway.Tests.Services.TrafficTests;

namespace Assize.Gateway.Tests.Services;

/// <summary>A monitor over all applications, one of which is not declared safe to keep.</summary>
[Collection(SharedCluster.Name)]
public sealed class MixedSourcesTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("assize-mixed-").FullName;
    private ListeningModel model = null!;
    private LocalCluster cluster = null!;
    private Connection connection = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        model = await ListeningModel.Start(Stop);
        var config = Path.Combine(folder, "config.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Models = new { stuck = new { Provider = "simulated", Model = "stuck", Endpoint = model.Address } },
            Traffic = new { KeepText = true, Sources = new { secret = new { KeepText = false } } },
        }), Stop);
        cluster = await LocalCluster.Start(new ClusterOptions { Data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName, Config = config }, Stop);
        connection = await Connection.Open(new ClusterOptions { Address = cluster.Address }, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await cluster.DisposeAsync();
        await model.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task ATextThatMayNotBeKeptWaitsForItsJudgeAndHoldsUpNoOther()
    {
        await connection.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest
        {
            Definition = new V1.MonitorDefinition
            {
                Name = "mixed",
                Sampler = new V1.SamplerSettings { Rate = 1 },
                KeepText = true,
                Judge = new V1.Judge
                {
                    Name = "helpful",
                    Score = new V1.ScoreJudge { Model = "stuck", Criteria = { new V1.Criterion { Name = "quality", Question = "Does it help?", Scale = new V1.Scale { Min = 1, Max = 5, Step = 1 } } } },
                },
            },
        }, cancellationToken: Stop);
        using var held = model.Hold();
        var secret = Record(Turn("secret", 1, "A secret question.", "A secret answer."));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!model.Heard.Any(text => text.Contains("A secret question.", StringComparison.Ordinal)))
        {
            await often.WaitForNextTickAsync(Stop);
        }


        await Record(Turn("open", 1, "An open question.", "An open answer.")).WaitAsync(TimeSpan.FromSeconds(10), Stop);

        Assert.False(secret.IsCompleted);
        held.Dispose();
        await secret;
    }

    private async Task Record(V1.Interaction interaction) =>
        Assert.Empty((await connection.Traffic.RecordAsync(new V1.RecordRequest { Interactions = { interaction } }, cancellationToken: Stop)).Refused);
}
