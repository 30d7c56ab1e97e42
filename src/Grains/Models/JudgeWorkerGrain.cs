using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Microsoft.Extensions.Hosting;
using Orleans.Concurrency;

namespace Assize.Grains.Models;

[StatelessWorker(1)]
[Reentrant]
[GrainType("judge-worker")]
internal sealed class JudgeWorkerGrain(IModels models, IHostApplicationLifetime lifetime, Pulse pulse, TimeProvider time) : Grain, IJudgeWorkerGrain, IAsyncDisposable
{
    private Permits? permits;
    private CancellationTokenRegistration stopping;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var name = Addresses.ModelOf(this.GetPrimaryKeyString());
        permits = new Permits(GrainFactory.Endpoint(name), RuntimeIdentity, (models.Find(name)?.Limits ?? new ModelLimits()).MonitorShare, pulse, time);
        // A grain goes when its calls are done, and a call that waits for a permit would never be: they are let go as soon as the silo is told to stop.
        stopping = lifetime.ApplicationStopping.UnsafeRegister(static waiting => ((Permits)waiting!).Close(), permits);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await stopping.DisposeAsync();
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
