using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;
using Assize.Grains.Budgets;
using Assize.Grains.Notifications;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Assize.Grains.Monitors;

[Reentrant]
[GrainType("monitor")]
internal sealed class MonitorGrain : Grain, IMonitorGrain, IDisposable
{
    private readonly Brakes brakes;
    private readonly MonitorOptions options;
    private readonly TimeProvider time;
    private readonly LedgerChanges changes;
    private readonly SampleCalls calls;
    private readonly AnchorWork anchors;
    private readonly MonitorWork work;
    private readonly MonitorCare care;
    private readonly Chores chores;
    private Task? deleting;

    public MonitorGrain(
        [PersistentState("monitor")] IPersistentState<KeptIfLegible<MonitorLedger>> state, InstallationSecret secret, MonitorMoney money, MonitorOptions options, IChannels channels, MonitorTelemetry telemetry, TimeProvider time, IHostApplicationLifetime host,
        ILogger<MonitorGrain> log)
    {
        (this.options, this.time, brakes) = (options, time, new Brakes(host.ApplicationStopping));
        changes = new LedgerChanges(this, state, time);
        care = new MonitorCare(changes, channels, telemetry, time, log, brakes.Stopped);
        calls = new SampleCalls(GrainFactory, secret, money, time, brakes.Stopped, brakes.Abandoned);
        var samples = new SampleWork(GrainFactory, secret, calls, telemetry, time);
        var leftovers = new Leftovers(changes, samples, GrainFactory);
        var benchmark = new BenchmarkWork(changes, new BaselineHold(changes, GrainFactory), GrainFactory, time);
        anchors = new AnchorWork(changes, samples, GrainFactory, time);
        work = new MonitorWork(changes, samples, new ConversationWork(changes, samples, leftovers, GrainFactory, time), anchors, benchmark, leftovers, GrainFactory, options, time);
        chores = new Chores(changes, (isDue, doing) => new Chore(isDue, doing, () => DelayDeactivation(TimeSpan.FromHours(1)), log, this.GetPrimaryKeyString(), brakes.Stopped))
            .With(ledger => leftovers.Any || ledger.HasWork(time.GetUtcNow()), () => work.WorkThrough(brakes.Stopped))
            .With(_ => anchors.IsDue, anchors.WorkThrough)
            .With(_ => benchmark.IsDue, benchmark.WorkThrough)
            .WithDeparture(Delete);
    }

    private TenantName Tenant => Addresses.TenantOf(this.GetPrimaryKeyString());

    private MonitorName Name => Addresses.MonitorOf(this.GetPrimaryKeyString());

    private Task Ended => Task.WhenAll(care.Telling, chores.Ended);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        care.Show(this);
        this.RegisterGrainTimer(_ => Resume(), new GrainTimerCreationOptions(options.TendEvery, options.TendEvery) { Interleave = true });
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Calls in flight are paid for: they are waited for as long as the silo may.
        await brakes.Stop();
        await Ended.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await brakes.Abandon();
    }

    public void Dispose()
    {
        brakes.Dispose();
        changes.Dispose();
        work.Dispose();
    }

    public async Task<MonitorStatus> Put(MonitorSpec spec, bool rebaseline)
    {
        await Noted(work.Give(spec, rebaseline));
        await Resume();
        return Told();
    }

    public Task<MonitorStatus> Decide(BridgeDecision decision, string? by) => Noted(changes.Change(ledger => ledger.Decide(decision, by, time.GetUtcNow())));

    public async Task<MonitorStatus> JudgeAnchors(DateTimeOffset? asOf)
    {
        await changes.Change(ledger => ledger.AskRound(asOf, time.GetUtcNow()));
        chores.Begin();
        return Told();
    }

    public Task<MonitorStatus?> Status() => Task.FromResult(changes.Found is null ? null : (MonitorStatus?)Told());

    public async Task<Taken> Take(TrafficBatch batch)
    {
        if (changes.Found is not { Paused: false, Leaving: false } ledger)
        {
            return new Taken(TakenAs.Unwanted, 0);
        }

        var kept = ledger.Spec.Definition.KeepText && batch.MayKeep ? await work.Keep(batch) : null;
        var taken = kept ?? await work.Judge(batch, brakes.Stopped);
        chores.Begin();
        var (intake, rates) = (changes.Ledger.Intake, changes.Ledger.Allotment.Rates);
        return new Taken(taken, intake.Active(time.GetUtcNow()), intake.Minute, intake.Day, rates.Made == batch.Rates ? null : rates);
    }

    public Task<MonitorStatus> Pause(bool paused) => Noted(changes.Change(ledger => ledger.Pause(paused, time.GetUtcNow())));

    public async Task<MonitorStatus> Acknowledge(long alarm, Acknowledgement how)
    {
        await changes.Change(ledger => ledger.Acknowledge(alarm, how, time.GetUtcNow()));
        return Told();
    }

    public async Task Resume()
    {
        await (changes.Found is null ? work.Unlist(Tenant, Name) : care.Tend(work.Expire));
        chores.Begin();
    }

    public Task Delete() => deleting ??= DeleteAll();

    private async Task DeleteAll()
    {
        try
        {
            await work.Leave();
            await brakes.Abandon();
            await Ended;
            await work.Discard(Tenant, Name);
        }
        finally
        {
            // It has given its work up: where not everything could be deleted, another activation goes on with the monitor.
            DeactivateOnIdle();
        }
    }

    private async Task<MonitorStatus> Noted(Task<MonitorLedger> change)
    {
        var ledger = await change;
        await GrainFactory.Monitors(ledger.Spec.Tenant).Note(MonitorEntry.Of(ledger));
        return Told();
    }

    private MonitorStatus Told() => new(changes.Ledger, time.GetUtcNow(), [.. new[] { calls.Trouble, anchors.Waiting }.OfType<string>().Concat(chores.Troubles).Distinct()]);
}
