using System.Collections.Immutable;
using Assize.Evaluation.Runs;
using Assize.Grains.Budgets;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Runs;

[GrainType("run")]
internal sealed class RunGrain(
    [PersistentState("run")] IPersistentState<Kept<RunLedger>> state, DeclaredBudgets budgets, RunOptions options, TimeProvider time, Telemetry telemetry, ILogger<RunGrain> log) : Grain, IRunGrain
{
    // Beside the state, which only the grain's own turns may read: gauges are read on other threads.
    private RunLedger? shown;
    private ShardsAtWork? atWork;
    private Saver? saver;
    private IGrainTimer? tending;
    private RunView? view;

    private RunLedger Ledger
    {
        get => state.State.Value ?? throw new NoRunException($"run {this.GetPrimaryKeyString()} was not started, or is removed");
        set => shown = state.State.Value = value;
    }

    private ShardsAtWork AtWork => atWork ??= new ShardsAtWork(GrainFactory, time, log);

    private Saver Saver => saver ??= new Saver(() => this.Save(state), options.SaveEvery, time);

    private RunView View => view ??= new RunView(GrainFactory, budgets, options, time, log);

    /// <summary>A run that was moved goes on whoever calls it first.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        BeginTending();
        return Task.CompletedTask;
    }

    public async Task Start(RunSpec spec)
    {
        if (state.State.Value is null)
        {
            await this.Save(state, new RunLedger { Spec = spec });
            telemetry.RunStarted();
            RunLog.Started(log, spec.Run.Value, spec.Suite.Definition.Name.Value, spec.Suite.Cases, Ledger.Shards);
        }

        BeginTending();
        await (Ledger switch
        {
            { Report: not null } => Task.WhenAll(AtWork.Settle(spec, Ledger.Unsettled.Keys), View.Closed(Ledger)),
            { CancelAsked: true } => Cancel(),
            _ => GoOn(),
        });
    }

    public Task<RunSpec?> Spec() => Task.FromResult(state.State.Value?.Spec);

    public Task Absorb(int shard, Summary summary) => Take(shard, ledger => ledger.Absorb(shard, summary));

    public Task RunOut(int shard, Summary summary, string why) => Take(shard, ledger => ledger.Stop(why).Absorb(shard, summary));

    public Task<RunProgress> Progress() => Ledger.Report is { } report
        ? Task.FromResult(new RunProgress(report, time.GetUtcNow(), 0, null))
        : View.Look(() => Ledger, AtWork, Saver);

    public async Task<RunProgress> Cancel()
    {
        if (Ledger.Report is null)
        {
            Ledger = Ledger with { CancelAsked = true };
            await Saver.Rest();
            await this.Save(state);
            var found = await Task.WhenAll(Ledger.Touched().Select(async shard => (Shard: shard, Summary: await GrainFactory.Shard(Ledger.Spec.Run, shard).Cancel(Ledger.Spec))));
            await End(RunStatus.Cancelled, found.ToImmutableDictionary(one => one.Shard, one => one.Summary));
        }

        return new RunProgress(Ledger.Report!, time.GetUtcNow(), 0, null);
    }

    private async Task Take(int shard, Func<RunLedger, RunLedger> take)
    {
        AtWork.Remove(shard);
        if (Ledger is { Report: null, CancelAsked: false })
        {
            Ledger = take(Ledger);
            Saver.Note();
            await GoOn();
        }
    }

    public Task Settle(int shard, Summary late) => state.State.Value is { } ledger ? View.Settle(ledger, shard, late, next => this.Save(state, next)) : Task.CompletedTask;

    public Task<bool> Ended() => Task.FromResult(state.State.Value is not { Report: null });

    public async Task Forget()
    {
        await (state.State.Value is { Spec.Run: var run } ? GrainFactory.Allowance(run).Forget() : Task.CompletedTask);
        await this.Clear(state);
        DeactivateOnIdle();
    }

    private Task GoOn() => Ledger.Complete
        ? End(Ledger.StoppedBy is null ? RunStatus.Completed : RunStatus.OutOfBudget, ImmutableDictionary<int, Summary>.Empty)
        : AtWork.HandOut(Ledger.Spec, Ledger.StoppedBy is null ? Ledger.Due(options.ShardsAtOnce) : Ledger.Touched());

    private void BeginTending()
    {
        if (tending is null && state.State.Value is { Report: null })
        {
            tending = this.RegisterGrainTimer(Tend, new GrainTimerCreationOptions(options.TendEvery, options.TendEvery) { KeepAlive = true });
            shown = Ledger;
            telemetry.Runs.Show(this, () => shown);
            telemetry.Movements.Show(this, () => shown is { Report: null } ? atWork?.Movement : null);
            RunLog.Tended(log, Ledger.Spec.Run.Value);
        }
    }

    private Task Tend(CancellationToken cancellation) => Ledger switch
    {
        { Report: not null } => Task.CompletedTask,
        { CancelAsked: true } => Cancel(),
        _ => AtWork.BeginAgain(Ledger.Spec, GoOn),
    };

    private async Task End(RunStatus status, ImmutableDictionary<int, Summary> unfinished)
    {
        await Saver.Rest();
        var spent = await View.End(Ledger.Spec, RunView.Known(Ledger, status, unfinished));
        var (before, spec) = (Ledger, Ledger.Spec);
        Ledger = before.End(status, unfinished, time.GetUtcNow(), spent);
        try
        {
            await this.Save(state);
        }
        catch
        {
            // Not ended until that is kept: the next look at the shards tries again.
            Ledger = before;
            throw;
        }

        AtWork.Clear();
        tending?.Dispose();
        telemetry.RunEnded(status, time.GetUtcNow() - spec.Started);
        RunLog.Ended(log, spec.Run.Value, status.ToString(), Ledger.Report!.CasesDone, Ledger.Report.Cases);
        await View.Closed(Ledger);
    }
}
