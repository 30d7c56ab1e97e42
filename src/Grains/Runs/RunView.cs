using System.Collections.Immutable;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Runs;
using Assize.Grains.Budgets;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Runs;

/// <summary>What a run shows of itself while it works, made anew no more often than ledgers are saved.</summary>
internal sealed class RunView(IGrainFactory grains, DeclaredBudgets budgets, RunOptions options, TimeProvider time, ILogger log)
{
    private RunProgress? lately;
    private long latelyAt;

    public async Task<RunProgress> Look(Func<RunLedger> ledger, ShardsAtWork atWork, Saver saver)
    {
        if (lately is not null && time.GetElapsedTime(latelyAt) < options.SaveEvery)
        {
            return lately;
        }

        var spec = ledger().Spec;
        await atWork.Look(spec);
        latelyAt = time.GetTimestamp();
        var lines = budgets.Bind(spec) ? await Lines(spec) : [];
        var now = ledger();
        var soFar = Report.From(spec, now.Total(atWork.Summaries), RunStatus.Running, null) with { Budgets = lines, StoppedBy = now.StoppedBy };
        return lately = new RunProgress(soFar, time.GetUtcNow(), atWork.InFlight, atWork.Trouble ?? saver.Trouble ?? await new RunWaits(grains, log).Why(spec));
    }

    /// <summary>Ends the run's spending and says what was spent.</summary>
    public async Task<ImmutableArray<BudgetLine>> End(RunSpec spec, Costs? known = null) =>
        budgets.Bind(spec) ? (await grains.Allowance(spec.Run).End(spec.Terms, known)).Lines : [];

    /// <summary>
    /// What a cancelled run has spent, where nothing is in flight any more: what its calls say, whatever was held for those that were waiting and never made. Null where that is told by
    /// the allowance alone.
    /// </summary>
    public static Costs? Known(RunLedger ledger, RunStatus status, IReadOnlyDictionary<int, Summary> unfinished) =>
        status is RunStatus.Cancelled && ledger.End(status, unfinished, default, []) is { Unsettled.IsEmpty: true, Report: { } report } ? Spending.Of(report) : null;

    /// <summary>Takes in what a shard's calls that were in flight at the end have cost; with the last of them budgets say what was spent, and no longer what was expected.</summary>
    public async Task Settle(RunLedger ledger, int shard, Summary late, Func<RunLedger, Task> save)
    {
        var next = ledger.Settle(shard, late);
        if (next is { Report: { } report, Unsettled.IsEmpty: true } && !ReferenceEquals(next, ledger))
        {
            next = next with { Report = report with { Budgets = await End(ledger.Spec, Spending.Of(report)) } };
        }

        await (ReferenceEquals(next, ledger) ? Task.CompletedTask : save(next));
        await Closed(next);
    }

    /// <summary>Nobody has to look after an ended run any more that knows what all of its calls cost. Until then its tenant has it begin again now and then, and it asks its shards.</summary>
    public Task Closed(RunLedger ledger) =>
        ledger is { Report: not null, Unsettled.IsEmpty: true } ? grains.Tenant(ledger.Spec.Tenant).Closed(ledger.Spec.Run) : Task.CompletedTask;

    private async Task<ImmutableArray<BudgetLine>> Lines(RunSpec spec)
    {
        try
        {
            return (await grains.Allowance(spec.Run).Lines(spec.Terms)).Lines;
        }
        catch (Exception lost) when (lost is TimeoutException or OrleansException)
        {
            RunLog.MoneySilent(log, spec.Run.Value, lost.Message);
            return lately?.Report.Budgets ?? [];
        }
    }
}
