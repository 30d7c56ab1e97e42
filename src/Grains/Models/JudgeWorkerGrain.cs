using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Microsoft.Extensions.Hosting;
using Orleans.Concurrency;

namespace Assize.Grains.Models;

[StatelessWorker(1)]
[Reentrant]
[GrainType("judge-worker")]
internal sealed class JudgeWorkerGrain(IModels models, Pulse pulse, TimeProvider time, Telemetry telemetry, IHostApplicationLifetime host) : Grain, IJudgeWorkerGrain, IAsyncDisposable
{
    private Permits? permits;
    private CancellationTokenRegistration stopping;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var model = Addresses.ModelOf(this.GetPrimaryKeyString());
        permits = new Permits(GrainFactory.Endpoint(model), RuntimeIdentity, models.Find(model)?.Limits ?? new ModelLimits(), pulse, time);
        telemetry.Permits.Show(this, () => new PermitQueue(model, permits.Demands()));
        // Before Orleans begins to stop: who waits for a permit here has time to ask elsewhere.
        stopping = host.ApplicationStopping.UnsafeRegister(static permits => ((Permits)permits!).Close(), permits);
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
        ? Task.Run(() => new Caller(model, permits!, time, telemetry).Ask(request, cancellation), CancellationToken.None)
        : Task.FromResult<Completion>(new Completion.Failed(Reason.NoModel, $"model '{request.Prompt.Model}' is not declared on this silo"));
}
