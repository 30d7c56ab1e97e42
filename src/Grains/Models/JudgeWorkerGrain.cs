using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Orleans.Concurrency;

namespace Assize.Grains.Models;

[StatelessWorker(1)]
[Reentrant]
[GrainType("judge-worker")]
internal sealed class JudgeWorkerGrain(IModels models, TimeProvider time) : Grain, IJudgeWorkerGrain, IAsyncDisposable
{
    private Permits? permits;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var endpoint = GrainFactory.Endpoint(Addresses.ModelOf(this.GetPrimaryKeyString()));
        permits = new Permits(endpoint, RuntimeIdentity, time);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (permits is not null)
        {
            await permits.DisposeAsync();
        }
    }

    public Task<Completion> Ask(CompletionRequest request, CancellationToken cancellation) => models.Find(request.Prompt.Model) is { } model
        // Off the grain's scheduler: calls of one model may use all cores.
        ? Task.Run(() => new Caller(model, permits!, time).Ask(request, cancellation), CancellationToken.None)
        : Task.FromResult<Completion>(new Completion.Failed(Reason.NoModel, $"model '{request.Prompt.Model}' is not declared on this silo"));
}
