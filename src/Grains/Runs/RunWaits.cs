using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Runs;

/// <summary>What a run's calls wait for, when it is more than for their turn.</summary>
internal sealed class RunWaits(IGrainFactory grains, ILogger log)
{
    public async Task<string?> Why(RunSpec spec)
    {
        foreach (var card in spec.Models.Cards)
        {
            try
            {
                var status = await grains.Endpoint(card.Name).Status();
                if (status.HeldUp && status.Flows.Any(flow => flow.Flow.Run == spec.Run && flow.Waiting > 0))
                {
                    return $"no permits for model {card.Name}: {status.Why}";
                }
            }
            catch (Exception lost) when (lost is TimeoutException or OrleansException)
            {
                RunLog.Silent(log, card.Name.Value, lost.Message);
            }
        }

        return null;
    }
}
