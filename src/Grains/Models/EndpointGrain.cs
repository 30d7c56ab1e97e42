using Assize.Evaluation.Models;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Assize.Grains.Models;

[GrainType("endpoint")]
internal sealed class EndpointGrain(IModels models, IClusterMembershipService members, TimeProvider time, Telemetry telemetry) : Grain, IEndpointGrain
{
    private Endpoint? endpoint;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        telemetry.Endpoints.Show(this, () => endpoint is null ? null : Now());
        return Task.CompletedTask;
    }

    public Task<Lease> Renew(LeaseRequest request)
    {
        var silos = members.CurrentSnapshot.Members;
        // A silo that the cluster has declared dead holds nothing any more; one that is only not known yet keeps what it has until it expires.
        (endpoint, var lease) = Current().Without(holder => silos.Any(silo => silo.Value.Status is SiloStatus.Dead && silo.Key.ToString() == holder)).Renew(request, time.GetUtcNow());
        return Task.FromResult(lease);
    }

    public Task<EndpointStatus> Status() => Task.FromResult(Now());

    private EndpointStatus Now() => EndpointStatus.Of(Addresses.ModelOf(this.GetPrimaryKeyString()), Current(), time.GetUtcNow());

    private Endpoint Current() => endpoint ??= Endpoint.Of(
        models.Find(Addresses.ModelOf(this.GetPrimaryKeyString()))?.Limits ?? new ModelLimits(),
        time.GetUtcNow(),
        members.CurrentSnapshot.Members.Values.Count(member => member.Status is SiloStatus.Active));
}

[StatelessWorker]
[GrainType("models")]
internal sealed class ModelsGrain(IModels models) : Grain, IModelsGrain
{
    public Task<ModelCards> Cards() => Task.FromResult(new ModelCards([.. models.Declared.Select(model => model.Card)]));
}
