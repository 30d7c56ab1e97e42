using Assize.Evaluation.Drift;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;
using Assize.Grains.Monitors;
using Assize.Grains.Runs;
using Assize.Grains.Suites;

namespace Assize.Grains.Tests.Monitors;

[Collection(nameof(TwoSilos))]
public sealed class MonitorBenchmarkTests(TwoSilos silos)
{
    private static ScriptedModel Model => TwoSilos.Model;

    [Fact]
    public async Task ABenchmarkIsRunAnewByScheduleAndAWorseRunIsAnAlarm()
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        // Three runs of thirty calls: at the pace that a complaint teaches they would take half a minute.
        await silos.ForgetLimits();
        var suite = await Some.Stored(silos.Grains, "benchmarked", 30);
        // As soon as one run is over the next one is due.
        var settings = new BenchmarkSettings { Suite = suite.Definition.Name, Margin = 0.2, Schedule = new Schedule { EveryHours = 1e-9 } };
        var monitor = silos.Grains.Monitor(Some.Tenant, new("benchmarked"));
        await monitor.Put(Spec("benchmarked", suite, settings), rebaseline: false);
        var calm = await Until(monitor, ledger => ledger.Benchmark!.Results.Length >= 2);

        Assert.Equal(calm.Benchmark!.Results[0].Run, calm.Benchmark.Baseline);
        Assert.Equal("the first complete run is the baseline", calm.Benchmark.Results[0].Why);
        Assert.Equal((GateVerdict.Pass, 0.0, 30L), (calm.Benchmark.Results[1].Verdict!.Value, calm.Benchmark.Results[1].Lines[0].Difference!.Value, calm.Benchmark.Results[1].Lines[0].Pairs));
        Assert.True(Model.Calls >= 60, $"two runs asked {Model.Calls} times, and are to ask anew");
        Assert.Empty(calm.Watch.Alarms.All);

        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 1);
        // At this pace the detector wants to be so sure that it takes more runs than one.
        var worse = await Until(monitor, ledger => ledger.Watch.Alarms.All is [{ History.Length: > 1 }]);
        await monitor.Delete();

        var alarm = Assert.Single(worse.Watch.Alarms.All);
        Assert.Equal((AlarmSource.Benchmark, calm.Benchmark.Baseline!.Value.Value), (alarm.Alarm.Stream, alarm.Baseline.Value));
        Assert.Equal("judge/quality", Assert.Single(alarm.Alarm.Slices).Value);
        Assert.Equal((5, "gate"), (alarm.Explanation.Examples.Length, alarm.Alarm.Detector));
        Assert.StartsWith("The detector found it as well", alarm.History[1].Note, StringComparison.Ordinal);
        Assert.Equal((30L, 0L), (worse.Benchmark!.Evidence.Watches[0].Clusters, worse.Benchmark.Results[^1].Lines[0].Pairs - 30));
    }

    [Fact]
    public async Task ABenchmarksRunThatIsRemovedIsNotRunAgain()
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        await silos.ForgetLimits();
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var suite = await Some.Stored(silos.Grains, "benchmark-removed", 12);
        var runs = silos.Grains.Suite(Some.Tenant, suite.Definition.Name);
        var monitor = silos.Grains.Monitor(Some.Tenant, new("benchmark-removed"));
        await monitor.Put(Spec("benchmark-removed", suite, new BenchmarkSettings { Suite = suite.Definition.Name, Schedule = new Schedule { EveryHours = 1000 } }), rebaseline: false);
        await Waiting.Until(() => Model.Calls >= 6);
        var run = (await Until(monitor, ledger => ledger.Benchmark?.Open is not null)).Benchmark!.Open!.Run;

        // Everything between two looks of the monitor; one that is under way learns nothing.
        TwoSilos.Lost = call => call.InterfaceMethod is { Name: nameof(IRunGrain.Ended), DeclaringType.Name: nameof(IRunGrain) } && call.SourceId?.Type.ToString() == "monitor";
        try
        {
            await monitor.Pause(paused: true);
            await silos.Grains.Run(run).Cancel();
            gate.SetResult();
            Model.Gate = null;
            Assert.Equal(RemovalAnswer.Begun, await runs.Remove(run));
            await Waiting.Until(async () => (await silos.Grains.Tenant(Some.Tenant).Open()).Runs.All(open => open.Run != run));
        }
        finally
        {
            TwoSilos.Lost = null;
        }

        var asked = Model.Calls;
        await monitor.Pause(paused: false);
        var result = Assert.Single((await Until(monitor, ledger => ledger.Benchmark is { Open: null, Results.IsEmpty: false })).Benchmark!.Results);
        await monitor.Delete();

        Assert.Equal((run, "it was removed before it was compared", 0), (result.Run, result.Why, result.Lines.Length));
        Assert.Equal(asked, Model.Calls);
        Assert.Null(await silos.Grains.Run(run).Spec());
        Assert.Empty((await runs.Runs(null, 10)).Runs);
    }

    private static MonitorSpec Spec(string name, SuiteContents suite, BenchmarkSettings settings) => new()
    {
        Tenant = Some.Tenant,
        Definition = new MonitorDefinition
        {
            Name = new(name), Sampler = new SamplerSettings { Rate = 1 }, Judge = suite.Definition.Judges[0],
            Baseline = new BaselineSettings { Known = new KnownScores(3.5, 1) }, Alarm = new AlarmSettings { PerDay = 100 }, Benchmark = settings,
        },
        Models = new ModelCards([Model.Card]),
        Changed = DateTimeOffset.UnixEpoch,
        Benchmark = new BenchmarkSource(suite.Definition.Name, suite.Version, new("recorded"), new ModelCards([Model.Card]), "test"),
    };

    private static async Task<MonitorLedger> Until(IMonitorGrain monitor, Func<MonitorLedger, bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        MonitorLedger ledger;
        while (!condition(ledger = (await monitor.Status())!.Ledger))
        {
            await often.WaitForNextTickAsync(deadline.Token);
        }

        return ledger;
    }
}
