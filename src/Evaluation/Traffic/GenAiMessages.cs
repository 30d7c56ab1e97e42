using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Traffic;

/// <summary>One thing that was said, as a GenAI attribute or event has it.</summary>
/// <param name="Role">Null for what a tool returned.</param>
internal sealed record Said(Role? Role, string Text);

/// <summary>
/// Reads messages in the forms that instrumentation writes them: objects with a role and either parts or content, lists of such, the same as a string of JSON,
/// or plain text. Source: OpenTelemetry's semantic conventions for generative AI, 1.37 and later (parts) and up to 1.36 (content).
/// </summary>
internal static class GenAiMessages
{
    private static readonly string[] Known = ["role", "content", "parts", "text", "message", "tool_calls", "type"];

    /// <summary>What a value says; a role that is not given is the usual one.</summary>
    public static ImmutableArray<Said> Of(JsonNode? value, Role usual) => Opened(value) switch
    {
        JsonArray list when IsParts(list) => [new Said(usual, Text(list))],
        JsonArray list => [.. list.SelectMany(one => Of(one, usual))],
        JsonObject message => Message(message, usual),
        JsonValue plain when Plain(plain) is { Length: > 0 } text => [new Said(usual, text)],
        _ => [],
    };

    /// <summary>A string that holds JSON, as what it holds.</summary>
    public static JsonNode? Opened(JsonNode? value)
    {
        if (value is not JsonValue plain || !plain.TryGetValue<string>(out var text) || text.AsSpan().TrimStart() is not ['[' or '{', ..])
        {
            return value;
        }

        try
        {
            var opened = JsonNode.Parse(text);
            // What is not written as instrumentation writes, or cannot be read to its end, is something that somebody said.
            return (opened is JsonObject said && !Known.Any(said.ContainsKey)) || !IsLegible(opened) ? value : opened;
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException or InvalidOperationException)
        {
            return value;
        }
    }

    /// <summary>Whether all of its strings can be read: JSON may escape half of a character.</summary>
    private static bool IsLegible(JsonNode? node) => node switch
    {
        JsonArray list => list.All(IsLegible),
        JsonObject members => members.All(member => IsLegible(member.Value)),
        JsonValue value => value.GetValueKind() is not JsonValueKind.String || value.TryGetValue<string>(out _),
        _ => true,
    };

    public static string? Plain(JsonNode? value) => value is not JsonValue plain ? null : plain.TryGetValue<string>(out var text) ? text : plain.ToJsonString();

    private static ImmutableArray<Said> Message(JsonObject message, Role usual)
    {
        // A choice of a completion wraps its message.
        if (message["message"] is { } inner)
        {
            return Of(inner, usual);
        }

        var named = Plain(message["role"])?.ToLowerInvariant();
        Role? role = named switch
        {
            null => usual,
            "system" or "developer" => Suites.Role.System,
            "user" or "human" => Suites.Role.User,
            "assistant" or "model" or "ai" => Suites.Role.Assistant,
            "tool" or "function" => null,
            _ => usual,
        };
        var text = Joined([Text(message["parts"] ?? message["content"] ?? message["text"]), .. Calls(message["tool_calls"])]);
        return text.Length == 0 ? [] : [new Said(role, text)];
    }

    /// <summary>The text of a content: itself, or its parts, one a line.</summary>
    private static string Text(JsonNode? content) => content switch
    {
        JsonArray parts => Joined(parts.Select(part => part is JsonObject known ? Part(known) : Plain(part) ?? "")),
        JsonObject part => Part(part),
        _ => Plain(content) ?? "",
    };

    private static string Part(JsonObject part)
    {
        var kind = Plain(part["type"]);
        return kind switch
        {
            null or "text" or "input_text" or "output_text" => Plain(part["content"] ?? part["text"]) ?? "",
            "tool_call" => Call(part["name"], part["arguments"]),
            "tool_call_response" => Shown(part["response"] ?? part["result"]),
            // What a model thought was not said to anybody.
            "reasoning" or "thinking" => "",
            _ => $"[{kind}]",
        };
    }

    private static IEnumerable<string> Calls(JsonNode? calls) => Opened(calls) is JsonArray list
        ? list.OfType<JsonObject>().Select(call => call["function"] is JsonObject function ? Call(function["name"], function["arguments"]) : Call(call["name"], call["arguments"]))
        : [];

    private static string Call(JsonNode? name, JsonNode? arguments) => $"[calls {Plain(name) ?? "a tool"} {Shown(arguments)}]".Replace(" ]", "]", StringComparison.Ordinal);

    private static string Shown(JsonNode? value) => value is JsonValue ? Plain(value) ?? "" : value?.ToJsonString() ?? "";

    private static bool IsParts(JsonArray list) => list.Count > 0 && list.All(one => one is JsonObject part && part["type"] is not null && part["role"] is null && part["message"] is null);

    private static string Joined(IEnumerable<string> texts) => string.Join('\n', texts.Where(text => text.Length > 0));
}
