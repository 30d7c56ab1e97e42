using System.Text.Json.Serialization;

namespace Assize.Evaluation.Judges;

/// <summary>Why something was not scored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Reason>))]
public enum Reason
{
    /// <summary>The model declined to answer.</summary>
    Refused,

    /// <summary>No verdict could be read, also after the repair question.</summary>
    Unparsed,

    /// <summary>A verdict was read but lies outside its scale.</summary>
    OutOfRange,

    RateLimited,

    Timeout,

    ProviderError,

    ContentFilter,

    ContextTooLong,

    Budget,

    Cancelled,

    /// <summary>The model is not declared, or its provider does not know it.</summary>
    NoModel,

    /// <summary>It was not judged before its text had to be deleted.</summary>
    Expired,
}
