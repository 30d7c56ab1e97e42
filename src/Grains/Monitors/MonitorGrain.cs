using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Assize.Grains.Monitors;

[Reentrant]
[GrainType("monitor")]
internal sealed class MonitorGrain : Grain, IMonitorGrain, IDisposable
{
    private readonly Brakes brakes = new();
    private readonly MonitorOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly LedgerChanges changes;
    private readonly MonitorWork work;
    private Task working = Task.CompletedTask;
    private string? trouble;

    public MonitorGrain(
        [PersistentState("monitor")] IPersistentState<Kept<MonitorLedger>> state, InstallationSecret secret, MonitorOptions options, TimeProvider time, ILogger<MonitorGrain> log)
    {
        (this.options, this.time, this.log) = (options, time, log);
        changes = new LedgerChanges(this, state);
        var samples = new SampleWork(GrainFactory, secret, time, told => trouble = told, brakes.Stopped, brakes.Abandoned);
        work = new MonitorWork(changes, samples, new ConversationWork(changes, samples, GrainFactory, time), GrainFactory, options, time);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(_ => Resume(), new GrainTimerCreationOptions(options.TendEvery, options.TendEvery) { Interleave = true });
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Calls in flight are paid for: they are waited for as long as the silo may.
        await brakes.Stop();
        await working.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await brakes.Abandon();
    }

    public void Dispose()
    {
        brakes.Dispose();
        changes.Dispose();
        work.Dispose();
    }

    public async Task<MonitorStatus> Put(MonitorSpec spec)
    {
        var ledger = await changes.Change(found => Task.FromResult(found is null ? MonitorLedger.Begin(spec) : found.Update(spec)));
        await Note(ledger);
        return Told();
    }

    public Task<MonitorStatus?> Status() => Task.FromResult(changes.Found is null ? null : (MonitorStatus?)Told());

    public async Task<Taken> Take(TrafficBatch batch)
    {
        if (changes.Found is not { Paused: false } ledger)
        {
            return new Taken(TakenAs.Unwanted, 0);
        }

        var taken = ledger.Spec.Definition.KeepText && batch.MayKeep ? await work.Keep(batch) : await work.Judge(batch, brakes.Stopped);
        await Resume();
        return new Taken(taken, changes.Ledger.Intake.Active(time.GetUtcNow()));
    }

    public async Task<MonitorStatus> Pause(bool paused)
    {
        await Note(await changes.Change(ledger => ledger.Paused == paused ? ledger : ledger with { Paused = paused }));
        return Told();
    }

    public async Task<MonitorStatus> Acknowledge(long alarm, Acknowledgement how)
    {
        await changes.Change(ledger => ledger.Acknowledge(alarm, how, time.GetUtcNow()));
        return Told();
    }

    public Task Resume()
    {
        if (working.IsCompleted && changes.Found is { } ledger && ledger.HasWork(time.GetUtcNow()) && !brakes.Stopped.IsCancellationRequested)
        {
            working = WorkThrough();
        }

        return Task.CompletedTask;
    }

    public async Task Delete()
    {
        await brakes.Abandon();
        await working;
        await work.Discard();
        if (changes.Found is { } ledger)
        {
            await GrainFactory.Monitors(ledger.Spec.Tenant).Forget(ledger.Spec.Definition.Name);
        }

        await changes.Clear();
        DeactivateOnIdle();
    }

    private async Task WorkThrough()
    {
        try
        {
            DelayDeactivation(TimeSpan.FromHours(1));
            await work.WorkThrough(brakes.Stopped);
            trouble = null;
        }
        catch (OperationCanceledException) when (brakes.Stopped.IsCancellationRequested)
        {
            // What is not judged yet is pending, wherever the monitor is next.
        }
        catch (Exception broken)
        {
            trouble = broken.GetBaseException().Message;
            MonitorLog.Interrupted(log, broken, this.GetPrimaryKeyString(), trouble);
        }
    }

    private Task Note(MonitorLedger ledger) =>
        GrainFactory.Monitors(ledger.Spec.Tenant).Note(new MonitorEntry(ledger.Spec.Definition, ledger.Spec.Revision, ledger.Paused));

    private MonitorStatus Told() => new(changes.Ledger, time.GetUtcNow(), trouble);
}
