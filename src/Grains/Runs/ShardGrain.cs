using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Grains.Models;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Runs;

[ShardPlacement]
[GrainType("shard")]
internal sealed class ShardGrain(
    [PersistentState("shard")] IPersistentState<Kept<ShardLedger>> state,
    InstallationSecret secret,
    RunOptions options,
    TimeProvider time,
    ILogger<ShardGrain> log) : Grain, IShardGrain, IDisposable
{
    private CancellationTokenSource stop = new();
    private CancellationTokenSource abandon = new();
    private Task working = Task.CompletedTask;
    private ShardWork? work;
    private string? trouble;

    private ShardLedger Ledger => state.State.Value ?? ShardLedger.Empty;

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Calls in flight are paid for: they are waited for as long as the silo may.
        await stop.CancelAsync();
        await working.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await abandon.CancelAsync();
    }

    public void Dispose()
    {
        stop.Dispose();
        abandon.Dispose();
    }

    public Task Start(RunSpec spec)
    {
        if (working.IsCompleted && !Ledger.Cancelled)
        {
            Dispose();
            (stop, abandon) = (new CancellationTokenSource(), new CancellationTokenSource());
            working = Work(spec);
        }

        return Task.CompletedTask;
    }

    public Task<ShardProgress> Progress() =>
        Task.FromResult(new ShardProgress(work?.Found() ?? Summary.Empty, work?.InFlight ?? 0, trouble));

    public async Task<Summary> Cancel(RunSpec spec)
    {
        await stop.CancelAsync();
        await abandon.CancelAsync();
        await working;
        var found = (await Loaded(spec)).Found();
        state.State.Value = Ledger with { Cancelled = true };
        await this.Save(state);
        return found;
    }

    public Task<ShardRecords> Records() => Task.FromResult(new ShardRecords(work?.Records ?? Ledger.Records));

    public async Task<CaseReading?> Read(RunSpec spec, CaseId @case)
    {
        var loaded = await Loaded(spec);
        return loaded.Find(@case) is { } exhibit && loaded.Records.FirstOrDefault(one => one.Case == @case) is { } record
            ? await new CaseRereading(spec, new CaseWork(spec.Suite.Definition, Account.Of(spec), secret), GrainFactory).Read(exhibit, record)
            : null;
    }

    private async Task Work(RunSpec spec)
    {
        var (run, shard) = Addresses.ShardOf(this.GetPrimaryKeyString());
        try
        {
            DelayDeactivation(TimeSpan.FromDays(1));
            var loaded = await Loaded(spec);
            var asker = new PayingAsker(Account.Of(spec), GrainFactory, time, told => trouble = told, stop.Token, abandon.Token);
            var saver = new Saver(() => Save(loaded), options.SaveEvery, time);
            try
            {
                await loaded.Finish(options.CasesAtOnce, secret, asker, saver);
                await GrainFactory.Run(run).Absorb(shard, loaded.Found());
            }
            finally
            {
                await saver.Rest();
            }

            trouble = null;
            DeactivateOnIdle();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Save(await Loaded(spec));
        }
        catch (Exception broken)
        {
            // The run starts the shard again; what was finished is kept, and what was paid for is not asked again.
            trouble = broken.GetBaseException().Message;
            RunLog.Interrupted(log, broken, run.Value, shard, trouble);
        }
    }

    private async Task Save(ShardWork loaded)
    {
        state.State.Value = Ledger with { Records = loaded.Records };
        await this.Save(state);
    }

    private async Task<ShardWork> Loaded(RunSpec spec)
    {
        if (work is null)
        {
            var (_, shard) = Addresses.ShardOf(this.GetPrimaryKeyString());
            var plan = spec.Suite.Plan;
            var chunks = await Task.WhenAll(Enumerable.Range(0, plan.Segments[shard]).Select(segment => GrainFactory.Chunk(plan.Upload, shard, segment).Get()));
            work ??= new ShardWork(spec, [.. chunks.SelectMany(chunk => chunk.Exhibits)], Ledger.Records);
        }

        return work;
    }
}
