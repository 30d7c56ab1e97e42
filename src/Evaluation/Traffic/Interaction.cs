using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Traffic;

/// <summary>One exchange of an application with one of its users, as production saw it.</summary>
public sealed record Interaction
{
    public required InteractionId Id { get; init; }

    /// <summary>What it is a part of; the interaction itself where nothing was said.</summary>
    public ConversationId? Conversation { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required ApplicationName Application { get; init; }

    /// <summary>The model that answered, in the application's words.</summary>
    public string? Model { get; init; }

    /// <summary>What was said before the response, oldest first.</summary>
    public required ImmutableArray<Message> Messages { get; init; }

    public required string Response { get; init; }

    /// <summary>Properties that slices are made of.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the application was given to answer with: retrieved passages, tool results.</summary>
    public ImmutableArray<string> Context { get; init; } = [];

    public double? LatencyMs { get; init; }

    /// <summary>What the response cost, in the unit of the models' prices.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The user's verdict, from −1 to 1; null when there was none.</summary>
    public double? Feedback { get; init; }

    /// <summary>The user; under another name (<see cref="Pseudonyms"/>) once it has left the gateway.</summary>
    public string? User { get; init; }

    /// <summary>Whether the application says that the conversation ends here.</summary>
    public bool Ends { get; init; }

    /// <summary>Whether it is a whole conversation, put together: what the assistant says in its messages are responses of production too.</summary>
    public bool Whole { get; init; }

    /// <summary>Characters that were said or given.</summary>
    [JsonIgnore]
    public int Said => Response.Length + Messages.Sum(message => message.Content.Length) + Context.Sum(text => text.Length);

    /// <summary>Characters of all its texts, properties too.</summary>
    [JsonIgnore]
    public int Chars => Said + Properties.Sum(property => property.Key.Length + property.Value.Length);

    /// <summary>What is sampled as one: the conversation, else the interaction.</summary>
    [JsonIgnore]
    public string SamplingKey => Conversation?.Value ?? Id.Value;
}

[JsonConverter(typeof(NameConverter<InteractionId>))]
public readonly record struct InteractionId(string Value) : IName<InteractionId>, IComparable<InteractionId>
{
    public static InteractionId Of(string value) => new(value);

    public int CompareTo(InteractionId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(NameConverter<ConversationId>))]
public readonly record struct ConversationId(string Value) : IName<ConversationId>, IComparable<ConversationId>
{
    public static ConversationId Of(string value) => new(value);

    public int CompareTo(ConversationId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(NameConverter<ApplicationName>))]
public readonly record struct ApplicationName(string Value) : IName<ApplicationName>, IComparable<ApplicationName>
{
    public static ApplicationName Of(string value) => new(value);

    public int CompareTo(ApplicationName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
