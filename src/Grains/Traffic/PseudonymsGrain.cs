using Assize.Evaluation.Judges;
using Assize.Evaluation.Traffic;
using Orleans.Concurrency;

namespace Assize.Grains.Traffic;

[StatelessWorker(1)]
[GrainType("pseudonyms")]
internal sealed class PseudonymsGrain(InstallationSecret secret) : Grain, IPseudonymsGrain
{
    public Task<Pseudonyms> Get() => Task.FromResult(Pseudonyms.Of(secret, Addresses.TenantOf(this.GetPrimaryKeyString())));
}
