using System.Text.Json.Serialization;

namespace Assize.Evaluation.Monitors;

/// <summary>What somebody says to another judge.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BridgeDecision>))]
public enum BridgeDecision
{
    /// <summary>It takes over; the baseline goes on, shifted by what the anchors show.</summary>
    Carry,

    /// <summary>It takes over, and a new baseline is made of its scores.</summary>
    Rebaseline,

    /// <summary>The present judge goes on.</summary>
    Keep,
}
