using System.Text.Json;
using Assize.Cli.Hosting;
using Assize.SimulatedModel;
using Grpc.Core;

namespace Assize.Gateway.Tests.Services;

/// <summary>One cluster for all tests of the API: silo and gateway over real gRPC, a fast and a slow simulated model, data in a folder of its own.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("assize-gateway-").FullName;
    private LocalCluster? cluster;
    private Connection? connection;

    internal Connection Connection => connection!;

    internal SimulatedModelServer Fast { get; private set; } = null!;

    internal SimulatedModelServer Slow { get; private set; } = null!;

    /// <summary>Always answers as it was asked to: where prompts differ from one test run to the next, so would what is unscored.</summary>
    internal SimulatedModelServer Sound { get; private set; } = null!;

    /// <summary>A judge that remembers what it was shown.</summary>
    internal ListeningModel Listening { get; private set; } = null!;

    internal IGrainFactory Grains => cluster!.Grains;

    public Uri Address => cluster!.Address;

    public V1.SuiteService.SuiteServiceClient Suites => Connection.Suites;

    public V1.RunService.RunServiceClient Runs => Connection.Runs;

    public async ValueTask InitializeAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        Fast = await SimulatedModelServer.StartAsync(new SimulationOptions { MalformedShare = 0.1 }, 0, stop);
        Slow = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = 300 }, 0, stop);
        Sound = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, stop);
        Listening = await ListeningModel.Start(stop);
        // The same secret, the same prompts and replies in every test run: what is unscored does not depend on chance.
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(data, "installation.secret"), new byte[32], stop);
        var config = Path.Combine(folder, "models.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Models = new Dictionary<string, object>
            {
                ["fast"] = new { Provider = "simulated", Model = "simulated-1", Endpoint = Fast.BaseAddress, InputPrice = 1.5, Budget = new { Amount = 1000, Per = "Month" } },
                ["slow"] = new { Provider = "simulated", Model = "simulated-1", Endpoint = Slow.BaseAddress, Limits = new { Concurrency = 2 } },
                ["sound"] = new { Provider = "simulated", Model = "simulated-1", Endpoint = Sound.BaseAddress },
                ["one-name"] = new { Provider = "openai", Model = "shared-1", Endpoint = Listening.Address },
                ["other-name"] = new { Provider = "openai", Model = "shared-1", Endpoint = Listening.Address },
                ["stuck"] = new { Provider = "simulated", Model = "stuck", Endpoint = Listening.Address },
                ["listening"] = new { Provider = "simulated", Model = "listening-1", Endpoint = Listening.Address },
            },
            Traffic = new
            {
                Rules = new { customer = "^C[0-9]{6}$" },
                Sources = new[] { "end-to-end", "sent-again", "wrong-turns", "changing", "wrong", "personal", "otel-shop", "talking", "thinning", "told", "bridged", "unbridged", "benchmarked", "anchorless" }.ToDictionary(application => application, _ => new { KeepText = true }),
            },
        }), stop);
        cluster = await LocalCluster.Start(new ClusterOptions { Data = data, Config = config }, stop);
        connection = await Connection.Open(new ClusterOptions { Address = cluster.Address }, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await cluster!.DisposeAsync();
        await Fast.DisposeAsync();
        await Slow.DisposeAsync();
        await Sound.DisposeAsync();
        await Listening.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Begins a monitor of that name over the application of that name, whose judge only listens.</summary>
    internal async Task<V1.Monitor> Watch(string name, Action<V1.MonitorDefinition> differing)
    {
        var definition = new V1.MonitorDefinition
        {
            Name = name,
            From = new V1.TrafficFilter { Applications = { name } },
            Sampler = new V1.SamplerSettings { Rate = 1 },
            Judge = new V1.Judge
            {
                Name = "helpful",
                Score = new V1.ScoreJudge
                {
                    Model = "listening", Per = V1.JudgeScope.Conversation, Criteria = { new V1.Criterion { Name = "quality", Question = "Does it help?", Scale = new V1.Scale { Min = 1, Max = 5, Step = 1 } } },
                },
            },
        };
        differing(definition);
        return (await Connection.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = definition }, cancellationToken: TestContext.Current.CancellationToken)).Monitor;
    }

    internal async Task Record(params IEnumerable<V1.Interaction> interactions)
    {
        var answer = await Connection.Traffic.RecordAsync(new V1.RecordRequest { Interactions = { interactions } }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(answer.Refused);
    }

    /// <summary>The first prompt that holds a text, once the listening model was asked it.</summary>
    internal async Task<string> Heard(string text)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (Listening.Heard.FirstOrDefault(asked => asked.Contains(text, StringComparison.Ordinal)) is { } heard)
            {
                return heard;
            }

            await often.WaitForNextTickAsync(deadline.Token);
        }
    }

    internal async Task<V1.CreateSuiteResponse> Create(V1.SuiteDefinition definition, params IEnumerable<V1.Exhibit> exhibits) =>
        await Send([new V1.CreateSuiteRequest { Header = new V1.SuiteHeader { Definition = definition } }, new V1.CreateSuiteRequest { Exhibits = new V1.ExhibitBatch { Exhibits = { exhibits } } }]);

    internal async Task<V1.CreateSuiteResponse> Send(params V1.CreateSuiteRequest[] parts)
    {
        using var call = Suites.CreateSuite(cancellationToken: TestContext.Current.CancellationToken);
        try
        {
            foreach (var part in parts)
            {
                await call.RequestStream.WriteAsync(part, TestContext.Current.CancellationToken);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception early) when (early is RpcException or InvalidOperationException)
        {
            // The answer below says why the server ended the call before all was sent.
        }

        return await call;
    }

    internal async Task<V1.Run> Start(string suite, string? request = null) =>
        (await Runs.StartRunAsync(new V1.StartRunRequest { Suite = suite, RequestId = request ?? "" }, cancellationToken: TestContext.Current.CancellationToken)).Run;

    internal async Task<List<V1.WatchRunResponse>> Watch(string run)
    {
        using var call = Runs.WatchRun(
            new V1.WatchRunRequest { Run = run, Interval = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100)) },
            deadline: TimeProvider.System.GetUtcNow().AddSeconds(60).UtcDateTime,
            cancellationToken: TestContext.Current.CancellationToken);
        var messages = new List<V1.WatchRunResponse>();
        await foreach (var message in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            messages.Add(message);
        }

        return messages;
    }
}

[CollectionDefinition(Name)]
public sealed class SharedCluster : ICollectionFixture<ClusterFixture>
{
    public const string Name = "cluster";
}
