using Assize.Evaluation.Drift;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Statistics;

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
        await monitor.Put(new MonitorSpec
        {
            Tenant = Some.Tenant,
            Definition = new MonitorDefinition
            {
                Name = new("benchmarked"), Sampler = new SamplerSettings { Rate = 1 }, Judge = suite.Definition.Judges[0],
                Baseline = new BaselineSettings { Known = new KnownScores(3.5, 1) }, Alarm = new AlarmSettings { PerDay = 100 }, Benchmark = settings,
            },
            Models = new ModelCards([Model.Card]),
            Changed = DateTimeOffset.UnixEpoch,
            Benchmark = new BenchmarkSource(suite.Definition.Name, suite.Version, new("recorded"), new ModelCards([Model.Card]), "test"),
        }, rebaseline: false);
        var calm = await Until(ledger => ledger.Benchmark!.Results.Length >= 2);

        Assert.Equal(calm.Benchmark!.Results[0].Run, calm.Benchmark.Baseline);
        Assert.Equal("the first complete run is the baseline", calm.Benchmark.Results[0].Why);
        Assert.Equal((GateVerdict.Pass, 0.0, 30L), (calm.Benchmark.Results[1].Verdict!.Value, calm.Benchmark.Results[1].Lines[0].Difference!.Value, calm.Benchmark.Results[1].Lines[0].Pairs));
        Assert.True(Model.Calls >= 60, $"two runs asked {Model.Calls} times, and are to ask anew");
        Assert.Empty(calm.Watch.Alarms.All);

        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 1);
        var worse = await Until(ledger => !ledger.Watch.Alarms.All.IsEmpty);
        await monitor.Delete();

        var alarm = Assert.Single(worse.Watch.Alarms.All);
        Assert.Equal((AlarmSource.Benchmark, calm.Benchmark.Baseline!.Value.Value), (alarm.Alarm.Stream, alarm.Baseline.Value));
        Assert.Equal("judge/quality", Assert.Single(alarm.Alarm.Slices).Value);

        async Task<MonitorLedger> Until(Func<MonitorLedger, bool> condition)
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
}
