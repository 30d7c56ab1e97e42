using System.Text.Json.Serialization;

namespace Assize.Evaluation.Suites;

/// <summary>Who speaks in a conversation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    System,
    User,
    Assistant,
}

/// <summary>One utterance of a conversation.</summary>
public sealed record Message(Role Role, string Content);
