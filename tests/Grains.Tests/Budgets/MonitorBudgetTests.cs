using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;
using Assize.Grains.Monitors;
using Assize.Grains.Tests.Monitors;
using Orleans.Core.Internal;

namespace Assize.Grains.Tests.Budgets;

[Collection(nameof(TwoSilos))]
public sealed class MonitorBudgetTests(TwoSilos silos)
{
    /// <summary>What every call here costs, in millionths; about what is expected of it.</summary>
    private const long Each = 1000;

    private static ScriptedModel Model => TwoSilos.Model;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MonitorsAndRunsSpendFromOneBudget()
    {
        var tenant = new TenantName("watched");
        var monitor = await Begun(tenant, "spending");

        await monitor.Take(MonitorTests.Batch("spending", 1, 0, 40));
        var ledger = await MonitorTests.Judged(monitor, 40);
        await silos.TellSpending();

        var calls = Model.CallsAbout("of spending");
        Assert.Equal((calls, 40 - calls), (ledger.Watch.Scored, ledger.Watch.Unscored.GetValueOrDefault(Reason.Budget)));
        Assert.InRange(calls, 14, 20);
        var purse = (await silos.Grains.Purse(PurseName.Of(tenant)).Status())!;
        Assert.Equal((calls * Each, 0L), (purse.SpentMicros, purse.ReservedMicros));
        Assert.Equal("tenant watched's budget of 0.02 has not enough left: what is drawn gets no score until there is money again", (await monitor.Status())!.Troubles[0]);

        var suite = await Some.Stored(silos.Grains, "after-monitors", 40, tenant: tenant);
        await silos.Grains.Suite(tenant, suite.Definition.Name).Start(Some.Request(suite, "run-after-monitors"));
        var report = await Some.Ended(silos.Grains, "run-after-monitors", Cancellation);
        Assert.Equal((RunStatus.OutOfBudget, "tenant watched's budget of 0.02"), (report.Status, report.StoppedBy));
        Assert.InRange(Model.CallsAbout("of after-monitors"), 0, 20 - calls);
    }

    [Fact]
    public async Task WhereABudgetSaysSoMonitorsGoOnAndCountAllTheSame()
    {
        var tenant = new TenantName("insistent");
        var monitor = await Begun(tenant, "going-on");

        await monitor.Take(MonitorTests.Batch("going-on", 1, 0, 30));
        var ledger = await MonitorTests.Judged(monitor, 30);
        await silos.TellSpending();

        Assert.Equal((30L, 30), (ledger.Watch.Scored, Model.CallsAbout("of going-on")));
        Assert.Equal(30 * Each, (await silos.Grains.Purse(PurseName.Of(tenant)).Status())!.SpentMicros);
        Assert.Empty((await monitor.Status())!.Hindrances);
    }

    [Fact]
    public async Task ARoundOfAnchorsForWhichThereIsNoMoneyIsNotBegun()
    {
        var monitor = await Anchored("anchored", "anchors-wait", 30);

        MonitorStatus? status = null;
        await Waiting.Until(async () => (status = await monitor.Status())!.Hindrances.Length > 0);

        Assert.Equal("The anchors wait: tenant anchored's budget of 0.02 has not enough left for all of them", status!.Hindrances[0]);
        Assert.Equal((0L, null, null), (status.Ledger.Anchors!.Rounds, status.Ledger.Anchors.Open, status.Ledger.Anchors.Baseline));
        Assert.Equal(0, Model.CallsAbout("of anchors-anchors-wait"));
        await monitor.Delete();
    }

    [Fact]
    public async Task ARoundThatMoneyBrokeOffPaysForNothingTwiceAndIsCountedOnce()
    {
        // Three times what is expected, so that the money ends between the repeats.
        var monitor = await Anchored("surprised", "broken", 10, repeats: 2, each: 3 * Each);
        await Waiting.Until(async () => (await monitor.Status())!.Hindrances.Any(one => one.StartsWith("The anchors wait", StringComparison.Ordinal)));
        await silos.TellSpending();
        var (calls, purse) = (Model.CallsAbout("of anchors-broken"), silos.Grains.Purse(PurseName.Of(new TenantName("surprised"))));
        Assert.InRange(calls, 10, 14);
        Assert.Equal(calls * 3 * Each, (await purse.Status())!.SpentMicros);

        await monitor.AsReference<IGrainManagementExtension>().DeactivateOnIdle(Cancellation);
        await Waiting.Until(async () => await monitor.Status() is { } status && (status.Ledger.Anchors!.Baseline is not null || status.Hindrances.Any(one => one.StartsWith("The anchors wait", StringComparison.Ordinal))));
        await silos.TellSpending();

        // What is left pays for calls that are not expected to cost so much; what was judged before is asked of nobody.
        Assert.InRange(Model.CallsAbout("of anchors-broken"), calls, 20);
        Assert.All(Enumerable.Range(0, 10), item => Assert.InRange(Model.CallsAbout($"Question {item}. of anchors-broken"), 1, 2));
        Assert.Equal(Model.CallsAbout("of anchors-broken") * 3 * Each, (await purse.Status())!.SpentMicros);
        await monitor.Delete();
        Assert.All(await Task.WhenAll(Model.Prompts.Select(prompt => silos.Grains.Completion(CompletionRequest.KeyOf(new("surprised"), Model.Card, prompt)).Find())), Assert.Null);
    }

    [Fact]
    public async Task SamplesThatAMovedMonitorJudgesAgainAreCountedOnce()
    {
        var monitor = await Begun(new("moving"), "moving-on");
        var gate = new TaskCompletionSource();
        Model.Hold = prompt => prompt.Contains("Question 3.", StringComparison.Ordinal) ? gate.Task : Task.CompletedTask;
        await monitor.Take(MonitorTests.Batch("moving-on", 1, 0, 12));
        await Waiting.Until(() => Model.CallsAbout("of moving-on") == 12);
        var moved = monitor.AsReference<IGrainManagementExtension>().DeactivateOnIdle(Cancellation);
        gate.SetResult();
        await moved;

        var ledger = await MonitorTests.Judged(monitor, 12);
        await silos.TellSpending();

        Assert.Equal((12L, 12), (ledger.Watch.Scored, Model.CallsAbout("of moving-on")));
        Assert.Equal(12 * Each, (await silos.Grains.Purse(PurseName.Of(new TenantName("moving"))).Status())!.SpentMicros);
    }

    private async Task<IMonitorGrain> Anchored(string tenant, string name, int items, int repeats = 1, long each = Each)
    {
        var suite = await Some.Stored(silos.Grains, $"anchors-{name}", items, tenant: new(tenant));
        var settings = new AnchorSettings { Suite = suite.Definition.Name, Schedule = Schedule.Daily, Repeats = repeats };
        return await Begun(new(tenant), name, settings, AnchorSource.Of(settings, suite).Source, each);
    }

    private Task<IMonitorGrain> Begun(TenantName tenant, string name) => Begun(tenant, name, null, null, Each);

    private async Task<IMonitorGrain> Begun(TenantName tenant, string name, AnchorSettings? settings, AnchorSource? anchors, long each)
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4) is var judged
            ? judged with { Completion = (Completion.Replied)judged.Completion with { Usage = new Usage(400, 300, each) } }
            : throw new InvalidOperationException();
        var monitor = silos.Grains.Monitor(tenant, new(name));
        await monitor.Put(
            new MonitorSpec
            {
                Tenant = tenant, Definition = MonitorTests.Definition(name) with { Anchors = settings }, Models = new ModelCards([Model.Card]), Changed = TimeProvider.System.GetUtcNow(), Anchors = anchors,
            },
            rebaseline: false);
        return monitor;
    }
}
