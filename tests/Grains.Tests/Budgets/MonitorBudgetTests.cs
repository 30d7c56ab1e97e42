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
        Assert.Equal("tenant watched's budget of 0.02 is used up: what is drawn gets no score until there is money again", (await monitor.Status())!.Troubles[0]);

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
    public async Task AnchorsForWhichThereIsNoMoneyWaitAndAreNoRoundInParts()
    {
        var tenant = new TenantName("anchored");
        var suite = await Some.Stored(silos.Grains, "anchors-waiting", 30, tenant: tenant);
        var settings = new AnchorSettings { Suite = suite.Definition.Name, Schedule = Schedule.Daily, Repeats = 1 };
        var monitor = await Begun(tenant, "anchors-wait", settings, AnchorSource.Of(settings, suite).Source);

        MonitorStatus? status = null;
        await Waiting.Until(async () => (status = await monitor.Status())!.Troubles.Any(one => one.Contains("The anchors wait", StringComparison.Ordinal)));

        Assert.Equal((true, 0L, null), (status!.Ledger.Anchors!.Open is not null, status.Ledger.Anchors.Scored, status.Ledger.Anchors.Baseline));
        Assert.InRange(Model.CallsAbout("of anchors-waiting"), 10, 20);
        await monitor.Delete();
    }

    private Task<IMonitorGrain> Begun(TenantName tenant, string name) => Begun(tenant, name, null, null);

    private async Task<IMonitorGrain> Begun(TenantName tenant, string name, AnchorSettings? settings, AnchorSource? anchors)
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4) is var judged
            ? judged with { Completion = (Completion.Replied)judged.Completion with { Usage = new Usage(400, 300, Each) } }
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
