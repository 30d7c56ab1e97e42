using Assize.Evaluation;
using Assize.Evaluation.Models;
using Orleans.Placement;
using Orleans.Storage;

namespace Assize.Grains.Models;

[PreferLocalPlacement]
[GrainType("completion")]
internal sealed class CompletionGrain(
    [PersistentState("completion")] IPersistentState<Kept<PaidCompletion>> state, TimeProvider time, Telemetry telemetry) : Grain, ICompletionGrain
{
    /// <summary>How long a paid reply waits for a store that fails before it is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public async Task<Answer> Ask(CompletionRequest request, CancellationToken cancellation)
    {
        if (state.State.Value is { } kept)
        {
            DeactivateOnIdle();
            telemetry.Reused(request.Prompt.Model);
            return await Use(kept, request);
        }

        var completion = await GrainFactory.JudgeWorker(request.Prompt.Model).Ask(request, cancellation);
        DeactivateOnIdle();
        telemetry.Completed(request.Prompt.Model, completion);
        return completion is Completion.Replied reply && request.Keep && await Keep(new PaidCompletion(reply, request.Payer) { Users = [request.Run] }) is { } first
            ? await Use(first, request)
            : new Answer(completion, Paid: true);
    }

    /// <summary>Answers what is kept. Who uses it is noted before: otherwise it could go with the run that paid for it.</summary>
    private async Task<Answer> Use(PaidCompletion kept, CompletionRequest request)
    {
        if (kept.UsedBy(request.Run) is var used && used != kept)
        {
            await this.Save(state, used);
        }

        return new Answer(kept.Reply, kept.Payer == request.Payer);
    }

    /// <summary>Keeps a reply whoever stopped waiting, and however long the store is away: it is paid for. What another activation kept before it is answered instead.</summary>
    private async Task<PaidCompletion?> Keep(PaidCompletion paid)
    {
        var started = time.GetTimestamp();
        for (var wait = TimeSpan.FromMilliseconds(100); ; wait = wait * 2 < TimeSpan.FromSeconds(2) ? wait * 2 : wait)
        {
            state.State.Value = paid;
            try
            {
                await state.WriteStateAsync(CancellationToken.None);
                return null;
            }
            catch (Exception broken) when (time.GetElapsedTime(started) < Patience)
            {
                // A write whose answer was lost may have succeeded, so that the next one meets it.
                if (broken is InconsistentStateException && await Reread() is { } first)
                {
                    return first;
                }
            }

            await Task.Delay(wait, time, CancellationToken.None);
        }
    }

    private async Task<PaidCompletion?> Reread()
    {
        try
        {
            await state.ReadStateAsync(CancellationToken.None);
            return state.State.Value;
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            return null;
        }
    }

    public Task<PaidCompletion?> Find()
    {
        DeactivateOnIdle();
        return Task.FromResult(state.State.Value);
    }

    public async Task Release(RunId run)
    {
        DeactivateOnIdle();
        if (state.State.Value is not { } kept)
        {
            return;
        }

        var rest = kept.Without(run);
        if (rest is null)
        {
            await this.Clear(state);
        }
        else if (rest != kept)
        {
            await this.Save(state, rest);
        }
    }
}
