using Assize.Evaluation.Runs;

namespace Assize.Grains.Runs;

/// <summary>Tells a cancelled run what a shard's calls that were in flight have cost, once they are answered; again and again, until the run has heard it or nobody waits any more.</summary>
internal static class LateCost
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Waits until nothing of the shard is in flight any more and the run knows what it cost; then nobody needs the shard in memory.</summary>
    /// <param name="begun">The shard's work; null where nothing was begun.</param>
    public static async Task Await(IRunGrain run, int shard, ShardWork? begun, Func<Summary, Task> keep, Action leave, Brakes brakes, TimeProvider time)
    {
        try
        {
            await (begun?.Late() is { } late ? Tell(run, shard, late, brakes, time) : Task.CompletedTask);
            await (begun is null ? Task.CompletedTask : keep(begun.CutOff()));
        }
        finally
        {
            // Where it is halted, whoever does that has more to do with the shard.
            if (!brakes.Stopped.IsCancellationRequested)
            {
                leave();
            }
        }
    }

    private static async Task Tell(IRunGrain run, int shard, Task<Summary> late, Brakes brakes, TimeProvider time)
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
