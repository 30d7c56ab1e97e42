using Assize.Evaluation.Runs;

namespace Assize.Grains.Runs;

/// <summary>Tells a cancelled run what a shard's calls that were in flight have cost, once they are answered; again and again, until the run has heard it or nobody waits any more.</summary>
internal static class LateCost
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task Tell(IRunGrain run, int shard, Task<Summary> late, Brakes brakes, TimeProvider time)
    {
        var cost = await late.WaitAsync(brakes.Abandoned);
        while (true)
        {
            try
            {
                await run.Settle(shard, cost).WaitAsync(brakes.Abandoned);
                return;
            }
            catch (Exception lost) when (lost is TimeoutException or OrleansException && !brakes.Abandoned.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, brakes.Stopped);
            }
        }
    }
}
