using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;
using Orleans.Core.Internal;
using Orleans.Runtime;

namespace Assize.Grains.Tests.Budgets;

[Collection(nameof(TwoSilos))]
public sealed class BudgetTests(TwoSilos silos)
{
    /// <summary>What every call here costs, in millionths; about what is expected of it.</summary>
    private const long Each = 1000;

    /// <summary>Calls in flight at once, of all runs.</summary>
    private const int AtOnce = 16;

    private static ScriptedModel Model => TwoSilos.Model;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ABudgetEndsARunWithAValidPartialReport()
    {
        Answering(Judged);
        var suite = await Some.Stored(silos.Grains, "partial", 60);

        var report = await Reported(suite, "run-partial", new Budget { Amount = 0.02m });

        Assert.Equal((RunStatus.OutOfBudget, "its budget of 0.02"), (report.Status, report.StoppedBy));
        Assert.InRange(report.CasesDone, 12, 25);
        var line = Assert.Single(report.Scores);
        Assert.Equal((report.CasesDone, 4.0), (line.Coverage.Trials, line.Estimate.Value));
        Assert.All(line.Coverage.Unscored.Keys, reason => Assert.Equal(Reason.Budget, reason));
        Assert.Equal(Model.Calls, line.Coverage.Scored);
        var budget = Assert.Single(report.Budgets);
        Assert.Equal((PurseName.Run, Model.Calls * Each, 0L, true), (budget.Purse, budget.SpentMicros, budget.ReservedMicros, budget.Warning));
        Assert.Equal(budget.SpentMicros, report.Usage[0].Usage.CostMicros);
        Assert.InRange(budget.SpentMicros, 12 * Each, 20 * Each + AtOnce * Each / 2);
    }

    [Fact]
    public async Task ACaseThatBeganAndCouldNotBeFinishedIsUnscoredForItsBudget()
    {
        // No verdict can be read, so that every case asks a second time, which nobody foresaw.
        Answering((_, _) => Costing(ScriptedModel.Says("no verdict here")));
        var suite = await Some.Stored(silos.Grains, "unfinished", 40);

        var report = await Reported(suite, "run-unfinished", new Budget { Amount = 0.012m });

        var coverage = Assert.Single(report.Scores).Coverage;
        Assert.Equal(RunStatus.OutOfBudget, report.Status);
        Assert.Equal((report.CasesDone, 0L), (coverage.Trials, coverage.Scored));
        Assert.True(coverage.Unscored.GetValueOrDefault(Reason.Budget) > 0, string.Join(", ", coverage.Unscored));
        Assert.Equal(Model.Calls * Each, report.Budgets[0].SpentMicros);
    }

    [Fact]
    public async Task ABudgetEndsARunAlsoWhereTheProviderCountsNoTokens()
    {
        Answering((prompt, before) => Uncounted(Judged(prompt, before)));
        var suite = await Some.Stored(silos.Grains, "uncounted", 60);

        var report = await Reported(suite, "run-uncounted", new Budget { Amount = 0.01m });

        Assert.Equal(RunStatus.OutOfBudget, report.Status);
        Assert.InRange(report.CasesDone, 1, 59);
        var line = Assert.Single(report.Usage);
        Assert.Equal((Model.Calls, line.Usage), (line.Uncounted?.Completions, line.Uncounted?.Usage));
        Assert.Equal(line.Usage.CostMicros, report.Budgets[0].SpentMicros);
        Assert.InRange(line.Usage.CostMicros, 1, 12_000);
    }

    [Fact]
    public async Task WhatAProviderCountedIsNotCalledEstimated()
    {
        Answering((prompt, before) => before > 0 || prompt.Contains("Question 1", StringComparison.Ordinal) ? Judged(prompt, before) : Uncounted(Judged(prompt, before)));
        var suite = await Some.Stored(silos.Grains, "partly-counted", 20);

        var report = await Reported(suite, "run-partly-counted", null);

        var line = Assert.Single(report.Usage);
        var counted = Model.CallsAbout("Question 1");
        Assert.InRange(counted, 1, 19);
        Assert.Equal((20 - counted, counted * Each), (line.Uncounted?.Completions, line.Usage.CostMicros - line.Uncounted?.Usage.CostMicros));
    }

    [Fact]
    public async Task ABudgetThatIsLargeEnoughChangesNothing()
    {
        Answering(Judged);
        var suite = await Some.Stored(silos.Grains, "enough", 60);

        var report = await Reported(suite, "run-enough", new Budget { Amount = 1 });

        Assert.Equal((RunStatus.Completed, 60L, null), (report.Status, report.CasesDone, report.StoppedBy));
        Assert.Equal((60 * Each, 0L, false), (report.Budgets[0].SpentMicros, report.Budgets[0].ReservedMicros, report.Budgets[0].Warning));
    }

    [Fact]
    public async Task WhatWasPaidBeforeCostsNothing()
    {
        Answering(Judged);
        var suite = await Some.Stored(silos.Grains, "paid-before", 30);
        await Reported(suite, "run-paid-before-1", null);

        var report = await Reported(suite, "run-paid-before-2", new Budget { Amount = 0.002m });

        Assert.Equal((RunStatus.Completed, 30L, 0L), (report.Status, report.CasesDone, report.Budgets[0].SpentMicros));
    }

    [Fact]
    public async Task ARunThatNothingBoundsAsksNobodyForMoney()
    {
        Answering(Judged);
        var suite = await Some.Stored(silos.Grains, "unbound", 10);
        await Reported(suite, "run-unbound-1", null);
        await Reported(suite, "run-unbound-2", new Budget { Amount = 1 });
#pragma warning disable RS0030 // the grain that manages others is none of the project's
        var management = silos.Grains.GetGrain<IManagementGrain>(0);
#pragma warning restore RS0030

        Assert.Null(await management.GetActivationAddress(silos.Grains.Allowance(new("run-unbound-1")), Cancellation));
        Assert.NotNull(await management.GetActivationAddress(silos.Grains.Allowance(new("run-unbound-2")), Cancellation));
    }

    [Fact]
    public async Task TwoRunsOfATenantShareItsBudget()
    {
        Answering(Judged);
        var first = await Some.Stored(silos.Grains, "of-one-purse-1", 40, tenant: Some.Thrifty);
        var second = await Some.Stored(silos.Grains, "of-one-purse-2", 40, tenant: Some.Thrifty);

        var reports = await Task.WhenAll(
            Reported(first, "run-of-one-purse-1", null, Some.Thrifty), Reported(second, "run-of-one-purse-2", null, Some.Thrifty));

        Assert.All(reports, report => Assert.Equal((RunStatus.OutOfBudget, "tenant thrifty's budget of 0.03"), (report.Status, report.StoppedBy)));
        var purse = (await silos.Grains.Purse(PurseName.Of(Some.Thrifty)).Status())!;
        Assert.Equal((Model.Calls * Each, 0L), (purse.SpentMicros, purse.ReservedMicros));
        Assert.Equal(purse.SpentMicros, reports.Sum(report => report.Usage.Sum(line => line.Usage.CostMicros)));
        Assert.InRange(purse.SpentMicros, 20 * Each, 30 * Each + AtOnce * Each / 2);
    }

    [Fact]
    public async Task ABudgetOfAModelHoldsForAllRunsThatAskIt()
    {
        Answering(Judged);
        Model.Budget = new Budget { Amount = 0.01m };
        try
        {
            var suite = await Some.Stored(silos.Grains, "of-a-model", 40);

            var report = await Reported(suite, "run-of-a-model", new Budget { Amount = 1 });

            Assert.Equal((RunStatus.OutOfBudget, "model scripted's budget of 0.01"), (report.Status, report.StoppedBy));
            Assert.Equal(["run", "model/scripted"], report.Budgets.Select(line => line.Purse.Value));
            Assert.All(report.Budgets, line => Assert.Equal(Model.Calls * Each, line.SpentMicros));
        }
        finally
        {
            Model.Budget = null;
        }
    }

    [Fact]
    public async Task AFailedAttemptIsBilledToo()
    {
        Answering((prompt, before) => before == 0
            ? new Attempt(new Completion.Failed(Reason.ProviderError, "a passing fault"), Transient: true, RetryAfter: TimeSpan.Zero) { FailedUsage = new Usage(300, 0, 300) }
            : Judged(prompt, before));
        var suite = await Some.Stored(silos.Grains, "billed-fault", 4);

        var report = await Reported(suite, "run-billed-fault", new Budget { Amount = 1 });

        Assert.Equal((4 * 1300, 4 * 300L), (report.Budgets[0].SpentMicros, report.Usage[0].FailedUsage.CostMicros));
    }

    [Fact]
    public async Task GrainsThatAreMovedBillNothingTwice()
    {
        Answering(Judged);
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var suite = await Some.Stored(silos.Grains, "moved", 80);
        await Start(suite, "run-moved", new Budget { Amount = 0.05m });
        await Waiting.Until(() => Model.Calls >= 8);
        var moved = new List<Task> { Move(silos.Grains.Allowance(new("run-moved"))), Move(silos.Grains.Run(new("run-moved"))) };
        moved.AddRange(Enumerable.Range(0, suite.Plan.Partitions).Select(shard => Move(silos.Grains.Shard(new("run-moved"), shard))));
        await Task.WhenAll(moved);
        Model.Gate = null;
        gate.SetResult();

        var report = await Some.Ended(silos.Grains, "run-moved", Cancellation);

        Assert.Equal(RunStatus.OutOfBudget, report.Status);
        Assert.All(Enumerable.Range(0, 80), i => Assert.InRange(Model.CallsAbout($"Question {i}. of moved"), 0, 1));
        Assert.Equal(Model.Calls * Each, report.Budgets[0].SpentMicros);
        Assert.Equal(Model.Calls * Each, report.Usage[0].Usage.CostMicros);
        Assert.InRange(report.Budgets[0].SpentMicros, 35 * Each, 50 * Each + AtOnce * Each / 2);
    }

    [Fact]
    public async Task ACancelledRunIsChargedWhatItsCallsInFlightCostOnceThatIsKnown()
    {
        Answering((prompt, _) => ScriptedModel.Judges(prompt, 4) is var judged
            ? judged with { Completion = (Completion.Replied)judged.Completion with { Usage = new Usage(4000, 3000, 7 * Each) } }
            : throw new InvalidOperationException());
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var suite = await Some.Stored(silos.Grains, "cancelled-in-flight", 12);
        await Start(suite, "run-cancelled-in-flight", new Budget { Amount = 1 });
        await Waiting.Until(() => Model.Calls >= 6);

        var run = silos.Grains.Run(new("run-cancelled-in-flight"));
        var report = (await run.Cancel()).Report;
        var flying = Model.Calls;
        gate.SetResult();
        Assert.Equal(flying, report.Unsettled);
        await Waiting.Until(async () => (await run.Progress()).Report.Unsettled == 0);

        var settled = (await run.Progress()).Report;
        Assert.Equal(flying * 7 * Each, settled.Usage.Sum(line => line.Usage.CostMicros));
        Assert.All(settled.Budgets, line => Assert.Equal((flying * 7 * Each, 0L), (line.SpentMicros, line.ReservedMicros)));
        Assert.NotEmpty(settled.Budgets);
    }

    [Fact]
    public async Task WhatAFailedAttemptTookThatIsGivenUpAfterTheCancellationIsInTheReportAndTheBudget()
    {
        Answering((_, _) => new Attempt(new Completion.Failed(Reason.ProviderError, "a passing fault"), Transient: true) { FailedUsage = new Usage(300, 0, 300) });
        await silos.ForgetLimits();
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var suite = await Some.Stored(silos.Grains, "cancelled-failing", 12);
        await Start(suite, "run-cancelled-failing", new Budget { Amount = 1 });
        await Waiting.Until(() => Model.Calls >= 6);

        var run = silos.Grains.Run(new("run-cancelled-failing"));
        await run.Cancel();
        gate.SetResult();
        await Waiting.Until(async () => (await run.Progress()).Report.Unsettled == 0);

        var settled = (await run.Progress()).Report;
        Assert.Equal((Model.Calls * 300L, (long)Model.Calls), (settled.Usage.Sum(line => line.FailedUsage.CostMicros), settled.Usage.Sum(line => line.FailedAttempts)));
        Assert.All(settled.Budgets, line => Assert.Equal((Model.Calls * 300L, 0L), (line.SpentMicros, line.ReservedMicros)));
        Assert.NotEmpty(settled.Budgets);
    }

    [Fact]
    public async Task ACancelledRunSettlesAlsoWhereTheSilosAreLostThatWaitedForItsCalls()
    {
        Answering(Judged);
        await silos.ForgetLimits();
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var suite = await Some.Stored(silos.Grains, "cancelled-and-lost", 12);
        await Start(suite, "run-cancelled-and-lost", new Budget { Amount = 1 });
        await Waiting.Until(() => Model.Calls >= 6);
        var (id, run) = (new Evaluation.RunId("run-cancelled-and-lost"), silos.Grains.Run(new("run-cancelled-and-lost")));
        var shards = Enumerable.Range(0, suite.Plan.Partitions).Select(shard => silos.Grains.Shard(id, shard)).ToArray();
        var (unheard, flying) = (0, 0);
        TwoSilos.Lost = call => call.InterfaceMethod is { Name: "Settle", DeclaringType.Name: "IRunGrain" } && Interlocked.Increment(ref unheard) > 0;
        try
        {
            flying = (await run.Cancel()).Report.Unsettled;
            gate.SetResult();
            await Waiting.Until(() => Volatile.Read(ref unheard) > 0);
            await Task.WhenAll(shards.Select(Move));
            var here = shards.Select(shard => shard.GetGrainId()).ToHashSet();
            await Waiting.Until(async () => !(await silos.Management.GetActiveGrains(GrainType.Create("shard"), Cancellation)).Any(here.Contains));
        }
        finally
        {
            TwoSilos.Lost = null;
        }

        var before = (await run.Progress()).Report;
        Assert.Contains((await silos.Grains.Tenant(Some.Tenant).Open()).Runs, open => open.Run == id);
        await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Resume(id);
        await Waiting.Until(async () => (await run.Progress()).Report.Unsettled == 0);

        var settled = (await run.Progress()).Report;
        Assert.Equal((flying, flying * Each), (before.Unsettled, settled.Usage.Sum(line => line.Usage.CostMicros)));
        Assert.All(settled.Budgets, line => Assert.Equal((flying * Each, 0L), (line.SpentMicros, line.ReservedMicros)));
        await Waiting.Until(async () => (await silos.Grains.Tenant(Some.Tenant).Open()).Runs.All(open => open.Run != id));
        var again = await Task.WhenAll(shards.Select(async shard => await shard.Cancel((await run.Spec())!)));
        Assert.Equal((flying * Each, 0), (again.Sum(one => one.Usage.Sum(line => line.Usage.CostMicros)), again.Sum(one => one.Unsettled)));
    }

    [Fact]
    public async Task ACancelledRunIsNotChargedForCallsThatWaitedForAPermit()
    {
        Answering(Judged);
        // As many calls at once as the model takes: whatever earlier tests have taught of it.
        await silos.ForgetLimits();
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var suite = await Some.Stored(silos.Grains, "cancelled-waiting", 60);
        await Start(suite, "run-cancelled-waiting", new Budget { Amount = 1 });
        await Waiting.Until(() => Model.Calls >= AtOnce);

        var run = silos.Grains.Run(new("run-cancelled-waiting"));
        await run.Cancel();
        gate.SetResult();
        await Waiting.Until(async () => (await run.Progress()).Report.Unsettled == 0);

        var settled = (await run.Progress()).Report;
        Assert.Equal(Model.Calls * Each, settled.Usage.Sum(line => line.Usage.CostMicros));
        Assert.All(settled.Budgets, line => Assert.Equal((Model.Calls * Each, 0L), (line.SpentMicros, line.ReservedMicros)));
        Assert.NotEmpty(settled.Budgets);
    }

    [Fact]
    public async Task ACancelledRunThatIsRemovedLeavesNoMoneyBehind()
    {
        Answering(Judged);
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var suite = await Some.Stored(silos.Grains, "moneyless", 12);
        await Start(suite, "run-moneyless", new Budget { Amount = 1 });
        await Waiting.Until(() => Model.Calls >= 6);
        var allowance = silos.Grains.Allowance(new("run-moneyless"));
        await silos.Grains.Run(new("run-moneyless")).Cancel();
        Assert.True(await silos.Keeps<Allowance>("allowance", allowance));

        // Removed while the shards are still in memory, waiting for what their calls in flight cost.
        await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Remove(new("run-moneyless"));
        gate.SetResult();
        await Waiting.Until(async () => (await silos.Grains.Tenant(Some.Tenant).Open()).Runs.All(open => open.Run.Value != "run-moneyless"));

        Assert.False(await silos.Keeps<Allowance>("allowance", allowance));
    }

    private static void Answering(Func<string, int, Attempt> answer)
    {
        Model.Reset();
        Model.Answer = answer;
    }

    private static Attempt Judged(string prompt, int before) => Costing(ScriptedModel.Judges(prompt, 4));

    private static Attempt Costing(Attempt attempt) =>
        attempt with { Completion = (Completion.Replied)attempt.Completion with { Usage = new Usage(400, 300, Each) } };

    private static Attempt Uncounted(Attempt attempt) => attempt with { Completion = (Completion.Replied)attempt.Completion with { Usage = Usage.None } };

    private static Task Move(IGrain grain) => grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle().AsTask();

    private async Task<Report> Reported(SuiteContents suite, string run, Budget? budget, Evaluation.TenantName? tenant = null)
    {
        await Start(suite, run, budget, tenant);
        return await Some.Ended(silos.Grains, run, Cancellation);
    }

    private Task<Suites.RunEntry> Start(SuiteContents suite, string run, Budget? budget, Evaluation.TenantName? tenant = null) =>
        silos.Grains.Suite(tenant ?? Some.Tenant, suite.Definition.Name).Start(Some.Request(suite, run) with { Budget = budget });
}
