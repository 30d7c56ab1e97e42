using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Orleans.Concurrency;
using Orleans.Placement;

namespace Assize.Grains.Models;

// Reentrant: whoever asks for what is being asked for already waits for the same reply.
[Reentrant]
[PreferLocalPlacement]
[GrainType("completion")]
internal sealed class CompletionGrain([PersistentState("completion")] IPersistentState<Kept<PaidCompletion>> state, TimeProvider time, Telemetry telemetry) : Grain, ICompletionGrain, IDisposable
{
    private (Task<Completion> Completion, string Payer)? call;
    private TaskCompletionSource? quiet;
    private int asked;
    private int waiting;
    private ReplyKeeper? keeper;

    private ReplyKeeper Keeper => keeper ??= new ReplyKeeper(this, state, time);

    public void Dispose() => keeper?.Dispose();

    public async Task<Answer> Ask(CompletionRequest request, CancellationToken cancellation)
    {
        asked++;
        waiting++;
        try
        {
            return await Answer(request, cancellation);
        }
        finally
        {
            if (--waiting == 0)
            {
                quiet?.SetResult();
                quiet = null;
                _ = LeaveUnlessShared();
            }
        }
    }

    public async Task<PaidCompletion?> Find()
    {
        asked++;
        await Quiet();
        _ = LeaveUnlessShared();
        return state.State.Value;
    }

    public async Task Release(RunId run)
    {
        await Quiet();
        DeactivateOnIdle();
        await Keeper.Release(run);
    }

    private async Task<Answer> Answer(CompletionRequest request, CancellationToken cancellation)
    {
        while (true)
        {
            if (await Keeper.Kept(request) is { } kept)
            {
                telemetry.Reused(request.Prompt.Model);
                return kept with { Kept = true };
            }

            if (call is not { } shared)
            {
                var completion = await Call(request, cancellation);
                telemetry.Completed(request.Prompt.Model, completion);
                return await Keeper.Keep(completion, request.Payer, request);
            }

            await ((Task)shared.Completion.WaitAsync(cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (cancellation.IsCancellationRequested)
            {
                return new Answer(new Completion.Failed(Reason.Cancelled, "cancelled before it was answered"), Paid: false);
            }

            // Who called may have stopped waiting; who still waits calls then.
            if (await shared.Completion is not Completion.Failed { Reason: Reason.Cancelled } and var told)
            {
                telemetry.Shared(request.Prompt.Model, told);
                return await Keeper.Keep(told, shared.Payer, request);
            }

            End(shared.Completion);
        }
    }

    /// <summary>The call is shared until the turn in which its reply begins to be kept: between the two nobody finds neither.</summary>
    private async Task<Completion> Call(CompletionRequest request, CancellationToken cancellation)
    {
        var own = GrainFactory.JudgeWorker(request.Prompt.Model).Ask(request, cancellation);
        call = (own, request.Payer);
        try
        {
            return await own;
        }
        finally
        {
            End(own);
        }
    }

    private void End(Task<Completion> ended) => call = call?.Completion == ended ? null : call;

    /// <summary>Waits until nobody asks any more.</summary>
    private async Task Quiet()
    {
        while (waiting > 0)
        {
            await (quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Most are asked for once, and would only fill the memory. One that is shared is not sent away from those who are on their way to it.</summary>
    private async Task LeaveUnlessShared()
    {
        // Who is here already begins first, also when this one was answered on the spot.
        await Task.Yield();
        if (waiting == 0 && asked == 1)
        {
            DeactivateOnIdle();
        }
    }
}
