using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Assize.Evaluation.Traffic;

/// <summary>A finished span as a tracing library tells it; values are what OpenTelemetry calls any-values, in the form of JSON.</summary>
public sealed record TracedSpan
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>16 hexadecimal digits.</summary>
    public required string SpanId { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required TimeSpan Took { get; init; }

    /// <summary>Whether its status says that it failed.</summary>
    public bool Failed { get; init; }

    /// <summary>Attributes of the process that made it.</summary>
    public ImmutableDictionary<string, JsonNode?> Resource { get; init; } = ImmutableDictionary<string, JsonNode?>.Empty;

    public ImmutableDictionary<string, JsonNode?> Attributes { get; init; } = ImmutableDictionary<string, JsonNode?>.Empty;

    /// <summary>In the order in which they happened.</summary>
    public ImmutableArray<SpanEvent> Events { get; init; } = [];
}

/// <summary>Something that happened during a span.</summary>
public sealed record SpanEvent(string Name, ImmutableDictionary<string, JsonNode?> Attributes);

/// <summary>What a span says of a model's chat: an interaction, or why none.</summary>
public abstract record SpanReading
{
    /// <summary>It is a chat with its content.</summary>
    public sealed record Chat(Interaction Interaction) : SpanReading;

    /// <summary>It is something else: a call of a tool, an embedding, an agent around its chats.</summary>
    public sealed record NoChat : SpanReading;

    /// <summary>It is a chat, and the application does not capture what was said.</summary>
    public sealed record NoContent : SpanReading;
}
