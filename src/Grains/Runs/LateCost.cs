using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Assize.Grains.Models;

namespace Assize.Grains.Runs;

/// <summary>Tells a cancelled run what a shard's calls that were in flight have cost, once they are answered; again and again, until the run has heard it or nobody waits any more.</summary>
internal static class LateCost
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Waits until nothing of the shard is in flight any more and the run knows what it cost; then nobody needs the shard in memory.</summary>
    /// <param name="ledger">The shard's ledger, as it was kept when the shard was stopped.</param>
    /// <param name="begun">The shard's work; null where nothing was begun here. Where it was begun on a silo that is lost, the completions are asked.</param>
    public static async Task Await(
        IGrainFactory grains, (RunId Run, int Shard) place, ShardLedger ledger, ShardWork? begun, Func<Summary, Task> keep, Action leave, Brakes brakes, TimeProvider time)
    {
        brakes.Release();
        try
        {
            if (begun is { Cut: true })
            {
                await (begun.Late() is { } late ? Tell(await late.WaitAsync(brakes.Abandoned)) : Task.CompletedTask);
                await (ledger.CutOff is { Unsettled: > 0 } ? keep(begun.CutOff()) : Task.CompletedTask);
            }
            else if (ledger.CutOff is { Unsettled: > 0 } before)
            {
                var cost = await Found(grains, ledger.Open ?? [], brakes, time);
                await Tell(cost);
                await keep((before with { Unsettled = 0 }).Merge(cost));
            }
        }
        finally
        {
            // Where it is halted, whoever does that has more to do with the shard.
            if (!brakes.Stopped.IsCancellationRequested)
            {
                leave();
            }
        }

        Task Tell(Summary cost) => Heard(
            async () =>
            {
                await grains.Run(place.Run).Settle(place.Shard, cost);
                return true;
            },
            brakes,
            time);
    }

    /// <summary>What the completions say of calls for which nobody waits any more. A reply that is kept was paid for; whether another one was given nobody knows.</summary>
    private static async Task<Summary> Found(IGrainFactory grains, ImmutableArray<OpenCall> open, Brakes brakes, TimeProvider time)
    {
        var calls = new List<Call>();
        foreach (var call in open)
        {
            if (await Heard(() => grains.Completion(call.Key).Find(), brakes, time) is { } kept)
            {
                calls.Add(PayingAsker.CallOf(call.Key, call.Model, new Answer(kept.Reply, kept.Payer == call.Payer)));
            }
        }

        return Summary.Cost(calls, 0);
    }

    private static async Task<T> Heard<T>(Func<Task<T>> call, Brakes brakes, TimeProvider time)
    {
        while (true)
        {
            try
            {
                return await call().WaitAsync(brakes.Abandoned);
            }
            catch (Exception lost) when (lost is TimeoutException or OrleansException && !brakes.Abandoned.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, brakes.Stopped);
            }
        }
    }
}
