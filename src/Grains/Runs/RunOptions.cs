using System.ComponentModel.DataAnnotations;

namespace Assize.Grains.Runs;

/// <summary>How a run uses the cluster; section <c>Runs</c> of the configuration.</summary>
public sealed record RunOptions
{
    /// <summary>Shards of one run that work at once; 1 to 48.</summary>
    [Range(1, 48)]
    public int ShardsAtOnce { get; init; } = 12;

    /// <summary>Cases that one shard works on at once; 1 to 1,000.</summary>
    [Range(1, 1000)]
    public int CasesAtOnce { get; init; } = 128;

    /// <summary>The least time between two saves of one ledger.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a run looks after its shards and restarts what was lost.</summary>
    public TimeSpan TendEvery { get; init; } = TimeSpan.FromSeconds(2);
}
