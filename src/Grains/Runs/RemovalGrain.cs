using Assize.Evaluation.Runs;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Runs;

[GrainType("removal")]
internal sealed class RemovalGrain(
    [PersistentState("removal")] IPersistentState<Kept<Removal>> state,
    RunOptions options,
    ILogger<RemovalGrain> log) : Grain, IRemovalGrain
{
    /// <summary>Shards taken out at once: few, so that runs at work hardly notice.</summary>
    private const int AtOnce = 4;

    /// <summary>Shards between two notes of how far it has come; what is repeated after a crash is repeated for nothing, and does no harm.</summary>
    private const int NoteEvery = 64;

    private Task working = Task.CompletedTask;
    private Removal? closing;
    private IGrainTimer? tending;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Tend();
        return Task.CompletedTask;
    }

    public async Task Begin(Removal removal)
    {
        if (state.State.Value is not { } order || (order.KeepReplies && !removal.KeepReplies))
        {
            await this.Save(state, removal);
        }

        await GrainFactory.Run(removal.Spec.Run).Forget();
        Tend();
        GoOn();
    }

    private void Tend()
    {
        if (state.State.Value is not null)
        {
            tending ??= this.RegisterGrainTimer(_ => Task.FromResult(GoOn()), new GrainTimerCreationOptions(options.TendEvery, options.TendEvery) { KeepAlive = true });
        }
    }

    private bool GoOn()
    {
        if (working.IsCompleted && (state.State.Value ?? closing) is not null)
        {
            working = Work();
        }

        return true;
    }

    private async Task Work()
    {
        try
        {
            // Once more where a further-reaching order came meanwhile.
            while ((state.State.Value ?? closing) is { } removal)
            {
                closing = await Shards(removal);
                if (closing is not null)
                {
                    await Close(closing);
                }
            }
        }
        catch (Exception broken)
        {
            // The timer goes on with it, here or wherever the tenant's reminder finds it.
            RunLog.NotRemoved(log, this.GetPrimaryKeyString(), broken.GetBaseException().Message);
        }
    }

    /// <summary>Takes the shards out; null when the order has changed on the way.</summary>
    private async Task<Removal?> Shards(Removal removal)
    {
        var spec = removal.Spec;
        while (!removal.Done)
        {
            var shards = Enumerable.Range(removal.Next, Math.Min(AtOnce, spec.Suite.Plan.Partitions - removal.Next));
            await Task.WhenAll(shards.Select(shard => GrainFactory.Shard(spec.Run, shard).Remove(spec, removal.KeepReplies)));
            if (state.State.Value?.KeepReplies != removal.KeepReplies)
            {
                return null;
            }

            state.State.Value = removal = removal with { Next = removal.Next + AtOnce };
            if (removal.Next % NoteEvery == 0)
            {
                await this.Save(state);
            }
        }

        return removal;
    }

    /// <summary>This order goes first: who finds the suite's note of it gives it again, and nobody would find an order that the suite has forgotten.</summary>
    private async Task Close(Removal removal)
    {
        var spec = removal.Spec;
        await this.Clear(state);
        await GrainFactory.Suite(spec.Tenant, spec.Suite.Definition.Name).Forget(spec.Run, removal.KeepReplies);
        if (state.State.Value is null)
        {
            await GrainFactory.Tenant(spec.Tenant).Closed(spec.Run);
            RunLog.Removed(log, spec.Run.Value, removal.KeepReplies);
            tending?.Dispose();
            DeactivateOnIdle();
        }

        closing = null;
    }
}
