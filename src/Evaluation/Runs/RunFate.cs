using System.Text.Json.Serialization;

namespace Assize.Evaluation.Runs;

/// <summary>What is left of a run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunFate>))]
public enum RunFate
{
    /// <summary>Everything.</summary>
    Standing,

    /// <summary>All but its replies is being removed.</summary>
    Stripping,

    /// <summary>Its replies, and the list of them.</summary>
    Stripped,

    /// <summary>Everything is being removed.</summary>
    Leaving,
}
