namespace Assize.Grains.Runs;

/// <summary>Whether a run moves: when one of its shards was last found to have finished a case. As long as shards report now and then, none of them has to be asked for that.</summary>
internal sealed class RunMovement(TimeProvider time)
{
    /// <summary>To finish no case for so long is to stand still.</summary>
    private static readonly TimeSpan Still = TimeSpan.FromMinutes(15);

    /// <summary>Shards of which nothing is heard for so long are asked.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    private readonly Dictionary<int, long> known = [];
    private long moved = time.GetTimestamp();

    /// <summary>Whether no case was finished for long. Read on other threads.</summary>
    public bool IsStill => Since >= Still;

    public bool IsQuiet => Since >= Quiet;

    private TimeSpan Since => time.GetElapsedTime(Volatile.Read(ref moved));

    /// <summary>A shard has so many cases finished; fewer than before are what was lost with its silo.</summary>
    public void Found(int shard, long cases)
    {
        if (cases > known.GetValueOrDefault(shard))
        {
            known[shard] = cases;
            Note();
        }
    }

    /// <summary>A shard has ended.</summary>
    public void Ended(int shard)
    {
        known.Remove(shard);
        Note();
    }

    private void Note() => Volatile.Write(ref moved, time.GetTimestamp());
}
