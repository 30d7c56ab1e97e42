using Assize.Evaluation;
using Assize.Grains;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using static Assize.Gateway.Tests.Services.SuiteServiceTests;

namespace Assize.Gateway.Tests.Services;

/// <summary>Anchors, bridges and benchmarks over real gRPC, with a simulated model over HTTP that judges.</summary>
[Collection(SharedCluster.Name)]
public sealed class MonitorAnchorTests(ClusterFixture cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private V1.MonitorService.MonitorServiceClient Monitors => cluster.Connection.Monitors;

    [Fact]
    public async Task AnotherJudgeTakesOverOverABridgeAndByAWord()
    {
        await cluster.Create(Samples.Suite("anchors-bridged"), Samples.Exhibits(12));
        var definition = Definition("bridged");
        definition.Anchors = new V1.AnchorSettings { Suite = "anchors-bridged", Candidate = "a", Repeats = 2, Schedule = new V1.Schedule { Cron = "0 4 * * *", Zone = "Europe/Berlin" } };
        definition.Baseline = new V1.BaselineSettings { Scores = 500, Known = new V1.KnownScores { Mean = 3, Deviation = 1 } };

        Mistaken(await Refused(() => Monitors.CreateMonitorAsync(
            new V1.CreateMonitorRequest { Definition = definition, AnchorsAsOf = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddDays(1)) }, cancellationToken: Stop).ResponseAsync), "anchors_as_of");
        var created = (await Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = definition }, cancellationToken: Stop)).Monitor;
        Assert.Equal((12L, definition), (created.Anchors.Items, created.Definition));
        Assert.Contains("At 100 judged samples a day", created.Planning[1], StringComparison.Ordinal);
        var ready = await Until("bridged", monitor => monitor.Anchors.Ready);
        Assert.Equal((1L, 24L, 0L), (ready.Anchors.Rounds, ready.Anchors.Scored, ready.Anchors.Unscored));

        var asked = (await Monitors.JudgeAnchorsAsync(new V1.JudgeAnchorsRequest { Monitor = "bridged", AsOf = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch) }, cancellationToken: Stop)).Monitor;
        Assert.True(asked.Anchors.Judging);
        var judged = await Until("bridged", monitor => !monitor.Anchors.Judging);
        Assert.Equal((2L, 36L, ready.Anchors.Version), (judged.Anchors.Rounds, judged.Anchors.Scored, judged.Anchors.Version));
        Mistaken(await Refused(() => Monitors.JudgeAnchorsAsync(
            new V1.JudgeAnchorsRequest { Monitor = "bridged", AsOf = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddDays(1)) }, cancellationToken: Stop).ResponseAsync), "as_of");
        Mistaken(await Refused(() => Monitors.JudgeAnchorsAsync(
            new V1.JudgeAnchorsRequest { Monitor = "bridged", AsOf = new Timestamp { Seconds = long.MaxValue } }, cancellationToken: Stop).ResponseAsync), "as_of");

        var stricter = definition.Clone();
        stricter.Judge.Score.Instructions = "Be strict.";
        var waiting = (await Monitors.UpdateMonitorAsync(new V1.UpdateMonitorRequest { Definition = stricter }, cancellationToken: Stop)).Monitor;
        Assert.Equal((created.JudgeVersion, 1), (waiting.JudgeVersion, waiting.Revision));
        var built = await Until("bridged", monitor => monitor.Anchors.Bridge is { Ready: true });
        Assert.Equal((12L, true), (built.Anchors.Bridge.Items, built.Anchors.Bridge.Carries));

        var carried = (await Monitors.DecideBridgeAsync(new V1.DecideBridgeRequest { Monitor = "bridged", Decision = V1.BridgeDecision.Carry, By = "ann" }, cancellationToken: Stop)).Monitor;
        Assert.Equal((built.Anchors.Bridge.JudgeVersion, 2, null), (carried.JudgeVersion, carried.Revision, carried.Anchors.Bridge));
        Assert.Equal((V1.BridgeDecision.Carry, carried.JudgeVersion, "ann"), (carried.Anchors.Decided.Decision, carried.Anchors.Decided.JudgeVersion, carried.Anchors.Decided.By));
        Mistaken(await Refused(() => Monitors.DecideBridgeAsync(new V1.DecideBridgeRequest { Monitor = "bridged", Decision = V1.BridgeDecision.Keep, By = new string('x', 1001) }, cancellationToken: Stop).ResponseAsync), "by");
        Mistaken(await Refused(() => Monitors.DecideBridgeAsync(new V1.DecideBridgeRequest { Monitor = "bridged" }, cancellationToken: Stop).ResponseAsync), "decision");

        var needed = await Refused(() => cluster.Suites.DeleteSuiteAsync(new V1.DeleteSuiteRequest { Name = "anchors-bridged" }, cancellationToken: Stop).ResponseAsync);
        Assert.Equal(
            (StatusCode.FailedPrecondition, "Suite 'anchors-bridged' has the anchors or the benchmark of monitor 'bridged'. Give it another suite and apply it, or delete it first: assize monitor delete bridged."),
            (needed.StatusCode, needed.Status.Detail));
        await Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest { Monitor = "bridged" }, cancellationToken: Stop);
        Assert.True((await cluster.Suites.DeleteSuiteAsync(new V1.DeleteSuiteRequest { Name = "anchors-bridged" }, cancellationToken: Stop)).Existed);
    }

    [Fact]
    public async Task WithoutAnchorsAnotherJudgeCostsTheBaselineAndThatIsToBeSaid()
    {
        var definition = Definition("unbridged");
        definition.Baseline = new V1.BaselineSettings { Scores = 500, Known = new V1.KnownScores { Mean = 3, Deviation = 1 } };
        await Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = definition }, cancellationToken: Stop);
        definition.Judge.Score.Instructions = "Be strict.";

        Mistaken(await Refused(() => Monitors.UpdateMonitorAsync(new V1.UpdateMonitorRequest { Definition = definition }, cancellationToken: Stop).ResponseAsync), "judge");
        Assert.Equal(2, (await Monitors.UpdateMonitorAsync(new V1.UpdateMonitorRequest { Definition = definition, Rebaseline = true }, cancellationToken: Stop)).Monitor.Revision);
        await Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest { Monitor = "unbridged" }, cancellationToken: Stop);
    }

    [Fact]
    public async Task ABenchmarkIsHeldAgainstItsBaselineRun()
    {
        await cluster.Create(Samples.Suite("nightly"), Samples.Exhibits(12));
        var first = (await cluster.Watch((await cluster.Start("nightly")).Id))[^1].Run;
        var definition = Definition("benchmarked");
        definition.Benchmark = new V1.BenchmarkSettings { Suite = "nightly", Candidate = "a", Criterion = "quality", Margin = 0.2, Baseline = first.Id, Schedule = new V1.Schedule { EveryHours = 24 }, DetectorOnly = true };

        var created = (await Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = definition }, cancellationToken: Stop)).Monitor;

        Assert.Equal((definition, first.Id, first.Version), (created.Definition, created.Benchmark.Baseline, created.Benchmark.Version));
        Assert.Equal((false, ""), (created.Benchmark.BaselineLost, created.Benchmark.ExpectedFalseAlarms));
        using (var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20)))
        {
            while ((await cluster.Grains.Suite(TenantName.Default, new("nightly")).Holders(new(first.Id))).Monitors.IsEmpty)
            {
                await often.WaitForNextTickAsync(Stop);
            }
        }

        var refused = await Refused(() => cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = first.Id }, cancellationToken: Stop).ResponseAsync);
        Assert.Equal(
            (StatusCode.FailedPrecondition, $"Run {first.Id} is the baseline run of monitor 'benchmarked'. Give it another one (benchmark.baseline) and apply it, or delete it first: assize monitor delete benchmarked."),
            (refused.StatusCode, refused.Status.Detail));
        definition.Benchmark.Baseline = "01jdk3zzzzzzzzzzzzzzzzzzzz";
        Mistaken(await Refused(() => Monitors.UpdateMonitorAsync(new V1.UpdateMonitorRequest { Definition = definition }, cancellationToken: Stop).ResponseAsync), "benchmark.baseline");
        definition.Benchmark.Suite = "nobody";
        Mistaken(await Refused(() => Monitors.UpdateMonitorAsync(new V1.UpdateMonitorRequest { Definition = definition }, cancellationToken: Stop).ResponseAsync), "benchmark.suite");
        await Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest { Monitor = "benchmarked" }, cancellationToken: Stop);
        // One that was lost without being deleted holds nothing.
        Assert.True(await cluster.Grains.Suite(TenantName.Default, new("nightly")).Hold(new(first.Id), new("lost"), held: true));
        Assert.True((await cluster.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = first.Id }, cancellationToken: Stop)).Existed);
    }

    [Fact]
    public async Task AnchorsThatAreNotThereAreTold()
    {
        var definition = Definition("anchorless");
        definition.Anchors = new V1.AnchorSettings { Suite = "no-such-anchors" };
        definition.Benchmark = new V1.BenchmarkSettings { Suite = "no-such-benchmark", Schedule = new V1.Schedule { EveryHours = 24 } };
        definition.Judge.Score.Model = "no-such-model";

        // All of it, though a model, a suite and another are looked up in different places.
        var refused = await Refused(() => Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = definition }, cancellationToken: Stop).ResponseAsync);
        Mistaken(refused);
        Assert.Equal(
            ["anchors.suite", "benchmark.suite", "judge.model"],
            refused.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field).Order(StringComparer.Ordinal));
    }

    private static V1.MonitorDefinition Definition(string name) => new()
    {
        Name = name,
        From = new V1.TrafficFilter { Applications = { name } },
        Sampler = new V1.SamplerSettings { Rate = 1 },
        Judge = new V1.Judge
        {
            Name = "helpful",
            Score = new V1.ScoreJudge
            {
                Model = "sound", Per = V1.JudgeScope.Conversation, Criteria = { new V1.Criterion { Name = "quality", Question = "Does it help?", Scale = new V1.Scale { Min = 1, Max = 5, Step = 1 } } },
            },
        },
        Baseline = new V1.BaselineSettings { Scores = 200 },
        Alarm = new V1.AlarmSettings { Days = 30, PerDay = 100, DropWeight = 0.5, SilenceMinutes = 60 },
        KeepText = true,
    };

    private async Task<V1.Monitor> Until(string name, Func<V1.Monitor, bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        V1.Monitor monitor;
        while (!condition(monitor = (await Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = name }, cancellationToken: Stop)).Monitor))
        {
            await often.WaitForNextTickAsync(deadline.Token);
        }

        return monitor;
    }
}
