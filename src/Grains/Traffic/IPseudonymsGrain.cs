using Assize.Evaluation.Traffic;

namespace Assize.Grains.Traffic;

/// <summary>Gives gateways, which do not hold the installation's secret, what a tenant's users are named otherwise by.</summary>
[Alias("assize.pseudonyms")]
public interface IPseudonymsGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<Pseudonyms> Get();
}
