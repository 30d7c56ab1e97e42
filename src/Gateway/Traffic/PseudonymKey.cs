using Assize.Evaluation;
using Assize.Evaluation.Traffic;
using Assize.Grains;

namespace Assize.Gateway.Traffic;

/// <summary>How this gateway names people otherwise: asked of the silos once, which alone hold the installation's secret.</summary>
internal sealed class PseudonymKey(IGrainFactory grains)
{
    private readonly Lock gate = new();
    private Task<Pseudonyms>? asking;

    public Task<Pseudonyms> Get()
    {
        lock (gate)
        {
            if (asking is null || asking.IsFaulted || asking.IsCanceled)
            {
                asking = grains.Pseudonyms(TenantName.Default).Get();
            }

            return asking;
        }
    }
}
