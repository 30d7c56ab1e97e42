using Assize.Evaluation.Models;
using Orleans.Placement;

namespace Assize.Grains.Models;

[RandomPlacement]
[GrainType("completion")]
internal sealed class CompletionGrain(
    [PersistentState("completion")] IPersistentState<Kept<PaidCompletion>> state) : Grain, ICompletionGrain
{
    public async Task<Answer> Ask(CompletionRequest request, CancellationToken cancellation)
    {
        if (state.State.Value is { } kept)
        {
            DeactivateOnIdle();
            return new Answer(kept.Reply, kept.Payer == request.Payer);
        }

        var completion = await GrainFactory.JudgeWorker(request.Prompt.Model).Ask(request, cancellation);
        if (completion is Completion.Replied reply)
        {
            state.State.Value = new PaidCompletion(reply, request.Payer);
            // Kept whoever stopped waiting: it is paid for.
            await state.WriteStateAsync(CancellationToken.None);
        }

        DeactivateOnIdle();
        return new Answer(completion, Paid: true);
    }

    public Task<PaidCompletion?> Find()
    {
        DeactivateOnIdle();
        return Task.FromResult(state.State.Value);
    }
}
