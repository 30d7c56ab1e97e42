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
                LeaveUnlessShared();
            }
        }
    }

    public Task<PaidCompletion?> Find()
    {
        asked++;
        LeaveUnlessShared();
        return Task.FromResult(state.State.Value);
    }

    public async Task Release(RunId run)
    {
        while (waiting > 0)
        {
            await (quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

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
                return kept;
            }

            if (call is not { Completion.IsCompleted: false } shared)
            {
                var own = GrainFactory.JudgeWorker(request.Prompt.Model).Ask(request, cancellation);
                call = (own, request.Payer);
                var completion = await own;
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
                telemetry.Reused(request.Prompt.Model);
                return await Keeper.Keep(told, shared.Payer, request);
            }
        }
    }

    /// <summary>Most are asked for once, and would only fill the memory. One that is shared is not sent away from those who are on their way to it.</summary>
    private void LeaveUnlessShared()
    {
        if (waiting == 0 && asked == 1)
        {
            DeactivateOnIdle();
        }
    }
}
