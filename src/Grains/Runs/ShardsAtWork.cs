using Assize.Evaluation.Runs;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Runs;

/// <summary>The shards of a run that were handed out and have not reported, with what they said last.</summary>
internal sealed class ShardsAtWork(IGrainFactory grains, TimeProvider time, ILogger log)
{
    private readonly Dictionary<int, ShardProgress> shards = [];

    public RunMovement Movement { get; } = new(time);

    public int InFlight => shards.Values.Sum(shard => shard.InFlight);

    public string? Trouble => shards.Values.FirstOrDefault(shard => shard.Trouble is not null)?.Trouble;

    public Dictionary<int, Summary> Summaries => shards.ToDictionary(one => one.Key, one => one.Value.Summary);

    public void Remove(int shard)
    {
        if (shards.Remove(shard))
        {
            Movement.Ended(shard);
        }
    }

    public void Clear() => shards.Clear();

    /// <summary>Hands out those among the shards that are not out yet.</summary>
    public async Task HandOut(RunSpec spec, IEnumerable<int> due)
    {
        foreach (var shard in due.Where(shard => !shards.ContainsKey(shard)).ToArray())
        {
            shards[shard] = new ShardProgress(Summary.Empty, 0, null);
            await Begin(spec, shard);
        }
    }

    /// <summary>Starts again what was lost with its silo; a shard that is at work only says so.</summary>
    public async Task BeginAgain(RunSpec spec, Func<Task> then)
    {
        await Task.WhenAll(shards.Keys.ToArray().Select(shard => Begin(spec, shard)));
        await (Movement.IsQuiet ? Look(spec) : Task.CompletedTask);
        await then();
    }

    /// <summary>Asks every shard how far it is.</summary>
    public Task Look(RunSpec spec) => Task.WhenAll(shards.Keys.ToArray().Select(shard => Reach(spec, shard, async () =>
    {
        var progress = await grains.Shard(spec.Run, shard).Progress();
        if (shards.ContainsKey(shard))
        {
            shards[shard] = progress;
            Movement.Found(shard, progress.Summary.Cases);
        }
    })));

    /// <summary>Asks shards again for what calls have cost that were in flight at the end: the silo that waited for them may be lost.</summary>
    public Task Settle(RunSpec spec, IEnumerable<int> unsettled) => Task.WhenAll(unsettled.Select(shard => Reach(spec, shard, () => grains.Shard(spec.Run, shard).Settle())));

    private Task Begin(RunSpec spec, int shard) => Reach(spec, shard, () => grains.Shard(spec.Run, shard).Start(spec));

    private async Task Reach(RunSpec spec, int shard, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception lost) when (lost is TimeoutException or OrleansException)
        {
            RunLog.Unreachable(log, spec.Run.Value, shard, lost.Message);
        }
    }
}
