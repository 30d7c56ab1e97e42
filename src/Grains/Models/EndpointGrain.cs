using Assize.Evaluation.Models;
using Orleans.Concurrency;

namespace Assize.Grains.Models;

[GrainType("endpoint")]
internal sealed class EndpointGrain(IModels models, TimeProvider time) : Grain, IEndpointGrain
{
    private Endpoint? endpoint;

    public Task<Lease> Renew(LeaseRequest request)
    {
        endpoint ??= Endpoint.Of(models.Find(Addresses.ModelOf(this.GetPrimaryKeyString()))?.Limits ?? new ModelLimits(), time.GetUtcNow());
        (endpoint, var lease) = endpoint.Renew(request, time.GetUtcNow());
        return Task.FromResult(lease);
    }
}

[StatelessWorker]
[GrainType("models")]
internal sealed class ModelsGrain(IModels models) : Grain, IModelsGrain
{
    public Task<ModelCards> Cards() => Task.FromResult(new ModelCards([.. models.Declared.Select(model => model.Card)]));
}
