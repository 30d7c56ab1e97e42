using System.Text.Json.Serialization;

namespace Assize.Evaluation.Drift;

/// <summary>What of a stream is watched.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Channel>))]
public enum Channel
{
    /// <summary>The mean score.</summary>
    Mean,

    /// <summary>The share of very low scores: a new way to fail shows here before it moves the mean.</summary>
    LowTail,
}

/// <summary>Which way quality went.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Direction>))]
public enum Direction
{
    /// <summary>Lower scores, or more of the lowest.</summary>
    Drop,

    /// <summary>Higher scores, or fewer of the lowest.</summary>
    Rise,
}

/// <summary>How one channel behaves in control; all numbers are shares of the scale's width, 0 to 1.</summary>
/// <param name="Centre">The mean over all slices.</param>
/// <param name="Deviation">s, the standard deviation inside slices; above 0.</param>
/// <param name="Carry">ρ = max(0, lag-1 autocorrelation of the residuals): how much of a residual is carried over to the next score.</param>
/// <param name="Error">The standard error of the centre, half the width of the band; 0 where the centre is known and not estimated.</param>
public sealed record ChannelBaseline(double Centre, double Deviation, double Carry = 0, double Error = 0);
