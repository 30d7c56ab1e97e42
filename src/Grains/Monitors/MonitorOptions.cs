using System.ComponentModel.DataAnnotations;

namespace Assize.Grains.Monitors;

/// <summary>How a monitor uses the cluster; section <c>Monitors</c> of the configuration.</summary>
public sealed record MonitorOptions
{
    /// <summary>Batches of one monitor whose samples are judged at once; 1 to 64.</summary>
    [Range(1, 64)]
    public int SegmentsAtOnce { get; init; } = 4;

    /// <summary>Batches of one monitor that may wait in storage to be judged before gateways have to wait; 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int MostPending { get; init; } = 256;

    /// <summary>How often a monitor looks whether anything was left unjudged.</summary>
    public TimeSpan TendEvery { get; init; } = TimeSpan.FromSeconds(5);
}
