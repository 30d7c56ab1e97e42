using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Grains.Budgets;
using Assize.Grains.Models;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Runs;

[ShardPlacement]
[GrainType("shard")]
internal sealed class ShardGrain(
    [PersistentState("shard")] IPersistentState<Kept<ShardLedger>> state,
    InstallationSecret secret, DeclaredBudgets budgets, RunOptions options, TimeProvider time, Telemetry telemetry, ILogger<ShardGrain> log) : Grain, IShardGrain, IDisposable
{
    /// <summary>How long a cancelled run waits for its calls in flight; what later ones cost comes into its report when it is known.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly Brakes brakes = new();
    private Task working = Task.CompletedTask;
    private ShardWork? work;
    private Rations? rations;
    private string? trouble;
    private int? saved;

    private (RunId Run, int Shard) Place => Addresses.ShardOf(this.GetPrimaryKeyString());

    private ShardLedger Ledger => state.State.Value ?? ShardLedger.Empty;

    // Calls in flight are paid for: they are waited for as long as the silo may.
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => brakes.Halt(working, Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken));

    public void Dispose() => brakes.Dispose();

    public Task Start(RunSpec spec)
    {
        if (working.IsCompleted && !Ledger.Cancelled)
        {
            brakes.Release();
            working = Work(spec);
        }

        return Task.CompletedTask;
    }

    public Task<ShardProgress> Progress() => Task.FromResult(new ShardProgress(work?.SoFar() ?? Summary.Empty, work?.InFlight ?? 0, trouble));

    public async Task<Summary> Cancel(RunSpec spec)
    {
        await Rest();
        await (rations?.Close() ?? Task.CompletedTask);
        rations = null;
        // What was never begun has found nothing, and its cases are not read to say so.
        var begun = work is not null || !Ledger.Records.IsEmpty ? await Loaded(spec) : null;
        await this.Save(state, Ledger with { Cancelled = true, CutOff = begun?.CutOff() ?? Ledger.CutOff, Open = begun is null ? Ledger.Open : begun.Open() });
        working = Late(begun);
        return begun?.Found() ?? Ledger.CutOff ?? Summary.Empty;
    }

    public Task Settle() => Task.FromResult(working = working.IsCompleted && Ledger is { Cancelled: true, CutOff.Unsettled: > 0 } ? Late(null) : working);

    public Task<ShardRecords> Records() => Task.FromResult(new ShardRecords(work?.Records ?? Ledger.Records));

    public async Task<ShardPage> Page(RunSpec spec, int from, int most, bool texts)
    {
        // What is not saved yet may be finished again in another order after a crash.
        var records = Ledger.Records[..(saved ?? Ledger.Records.Length)];
        var page = await new ShardPages(spec, secret, GrainFactory).Page(records, await Loaded(spec), from, most, texts);
        if (from + page.Cases.Length >= records.Length && working.IsCompleted)
        {
            // Read to its end, it is not likely to be read again soon, and a run may have thousands.
            DeactivateOnIdle();
        }

        return page;
    }

    public async Task Remove(RunSpec spec, bool keepReplies)
    {
        // Its money is forgotten by now, or is about to be: a last word about it would bring the run's allowance back.
        await Rest();
        state.State.Value = await new ShardReplies(spec, budgets.Bind(spec), secret, GrainFactory).Remove(Ledger, async () => (await Loaded(spec)).Cases, keepReplies);
        await (state.State.Value is null ? this.Clear(state) : this.Save(state));
        DeactivateOnIdle();
    }

    public async Task<CaseReading?> Read(RunSpec spec, CaseId @case) =>
        await (await Loaded(spec)).Read(@case, new CaseRereading(spec, new CaseWork(spec.Suite.Definition, Principal.Of(spec), secret), GrainFactory));

    private Task Rest() => brakes.Halt(working, Task.Delay(Moment, time, CancellationToken.None));

    private Task Late(ShardWork? begun) => LateCost.Await(GrainFactory, Place, Ledger, begun, cutOff => this.Save(state, Ledger with { CutOff = cutOff, Open = null }), DeactivateOnIdle, brakes, time);

    private async Task Work(RunSpec spec)
    {
        var (run, shard) = Place;
        try
        {
            DelayDeactivation(TimeSpan.FromDays(1));
            telemetry.Shards.Show(this, () => work);
            var loaded = await Loaded(spec);
            var asker = new PayingAsker(Principal.Of(spec), GrainFactory, time, told => trouble = told, brakes.Stopped, CancellationToken.None) { GivenUp = call => { loaded.Waste(call); rations?.Waste(call); } };
            var saver = new Saver(() => Save(loaded), options.SaveEvery, time, fresh: saved < loaded.Records.Length);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(brakes.Stopped);
            rations = budgets.Bind(spec) ? new Rations(spec, shard, GrainFactory.Allowance(run), loaded.Spent, time, told => trouble = told, ended.Token) : null;
            try
            {
                await loaded.Finish(options.CasesAtOnce, secret, asker, rations, saver, brakes.Abandoned);
                // Not waited for when the run is being cancelled: it waits for this shard then, and takes nothing in.
                await (rations?.Stopped is { } why ? GrainFactory.Run(run).RunOut(shard, loaded.Found(), why) : GrainFactory.Run(run).Absorb(shard, loaded.Found())).WaitAsync(brakes.Stopped);
            }
            finally
            {
                await ended.CancelAsync();
                await saver.Rest();
            }

            trouble = null;
            DeactivateOnIdle();
        }
        catch (OperationCanceledException) when (brakes.Stopped.IsCancellationRequested)
        {
            await Save(await Loaded(spec));
        }
        catch (Exception broken)
        {
            // The run starts the shard again; what was finished is kept, and what was paid for is not asked again.
            trouble = broken.GetBaseException().Message;
            telemetry.ShardInterrupted();
            RunLog.Interrupted(log, broken, run.Value, shard, trouble);
        }
    }

    private async Task Save(ShardWork loaded)
    {
        saved ??= Ledger.Records.Length;
        state.State.Value = loaded.Kept(Ledger);
        var length = Ledger.Records.Length;
        await this.Save(state);
        saved = length;
    }

    private async Task<ShardWork> Loaded(RunSpec spec)
    {
        var exhibits = work is null ? await ShardWork.Exhibits(GrainFactory, spec, Place.Shard) : [];
        return work ??= new ShardWork(spec, exhibits, Ledger, telemetry);
    }
}
