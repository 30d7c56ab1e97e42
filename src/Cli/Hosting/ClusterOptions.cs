using Assize.Evaluation;

namespace Assize.Cli.Hosting;

/// <summary>Where the cluster is: at an address, or in this process on a data folder.</summary>
internal sealed record ClusterOptions
{
    /// <summary>A gateway's address; null hosts silo and gateway in this process.</summary>
    public Uri? Address { get; init; }

    /// <summary>A PEM file with the authorities that may vouch for the gateway; null leaves it to the machine's.</summary>
    public string? Authority { get; init; }

    /// <summary>A PEM file with the certificate that is shown to the gateway.</summary>
    public string? Certificate { get; init; }

    /// <summary>The PEM file with its key.</summary>
    public string? Key { get; init; }

    /// <summary>The data folder of an in-process cluster; null takes the user's.</summary>
    public string? Data { get; init; }

    /// <summary>Further configuration, read after the defaults.</summary>
    public string? Config { get; init; }

    /// <summary>The calendar of an in-process cluster; null takes the machine's.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>Whether unfinished runs go on when the cluster starts.</summary>
    public bool Resume { get; init; }

    /// <summary>Models that a simulation stands in for.</summary>
    public IReadOnlyCollection<ModelName> Simulated { get; init; } = [];

    public bool Verbose { get; init; }
}
