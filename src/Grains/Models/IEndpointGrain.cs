using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>The permits of one model endpoint for the whole cluster.</summary>
[Alias("assize.endpoint")]
public interface IEndpointGrain : IGrainWithStringKey
{
    /// <summary>Takes in a worker's report and leases it permits until its next one.</summary>
    [Alias("Renew")]
    [ResponseTimeout("00:00:02")]
    Task<Lease> Renew(LeaseRequest request);

    /// <summary>What it allows, who works, who waits, and why.</summary>
    [Alias("Status")]
    Task<EndpointStatus> Status();
}

/// <summary>The models that the operator declared.</summary>
[Alias("assize.models")]
public interface IModelsGrain : IGrainWithStringKey
{
    [Alias("Cards")]
    Task<ModelCards> Cards();
}
