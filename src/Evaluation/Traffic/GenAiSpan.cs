using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Traffic;

/// <summary>
/// Reads a model's chat from a span by OpenTelemetry's semantic conventions for generative AI: content in attributes (1.37 and later), in events for each message
/// (up to 1.36), in events for prompt and completion (up to 1.27), or in attributes <c>gen_ai.prompt</c> and <c>gen_ai.completion</c>, numbered or not.
/// The interaction's id is trace and span, so that a span that is exported again is known.
/// </summary>
public static class GenAiSpan
{
    /// <summary>What begins with this is a property, for applications that say what they know of an interaction: <c>assize.property.language</c>.</summary>
    private const string Property = "assize.property.";

    private static readonly string[] Chats = ["chat", "text_completion", "generate_content", "completion"];

    public static SpanReading Of(TracedSpan span)
    {
        var says = new Sayings(span);
        var operation = says.Word("gen_ai.operation.name");
        if (operation is not null ? !Chats.Contains(operation) : says.Word("llm.request.type") is not (null or "chat" or "completion"))
        {
            return new SpanReading.NoChat();
        }

        var content = GenAiContent.Of(span);
        if (operation is null && content.Messages.IsEmpty && says.Word("gen_ai.request.model") is null)
        {
            return new SpanReading.NoChat();
        }

        // A call that failed has no answer, which is what its user saw; one that did not fail and has none was not captured.
        return content.Messages.IsEmpty || (content.Response is null && !span.Failed)
            ? new SpanReading.NoContent()
            : new SpanReading.Chat(Interaction(span, says, content));
    }

    private static Interaction Interaction(TracedSpan span, Sayings says, GenAiContent content) => new()
    {
        Id = new($"{span.TraceId}-{span.SpanId}"),
        Conversation = (says.Word("gen_ai.conversation.id") ?? says.Word("session.id")) is { } conversation ? new ConversationId(conversation) : null,
        Time = span.Start,
        Application = new(says.Word("service.name") ?? "unknown_service"),
        Model = says.Word("gen_ai.response.model") ?? says.Word("gen_ai.request.model"),
        Messages = content.Messages,
        Response = content.Response ?? "",
        Context = content.Context,
        Properties = Properties(span, says),
        LatencyMs = span.Took.TotalMilliseconds,
        User = says.Word("user.id") ?? says.Word("enduser.id"),
        Ends = says.Word("assize.conversation.ends") is "true",
    };

    private static ImmutableSortedDictionary<string, string> Properties(TracedSpan span, Sayings says)
    {
        var properties = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, attribute) in new[]
        {
            ("provider", "gen_ai.provider.name"), ("provider", "gen_ai.system"), ("operation", "gen_ai.operation.name"), ("environment", "deployment.environment.name"),
            ("environment", "deployment.environment"), ("version", "service.version"), ("agent", "gen_ai.agent.name"), ("finish", "gen_ai.response.finish_reasons"),
            ("inputTokens", "gen_ai.usage.input_tokens"), ("inputTokens", "gen_ai.usage.prompt_tokens"), ("outputTokens", "gen_ai.usage.output_tokens"), ("outputTokens", "gen_ai.usage.completion_tokens"),
        })
        {
            if (!properties.ContainsKey(name) && says.Word(attribute) is { } value)
            {
                properties[name] = value;
            }
        }

        if (span.Failed)
        {
            properties["error"] = says.Word("error.type") ?? "error";
        }

        foreach (var (key, value) in span.Attributes.Where(attribute => attribute.Key.StartsWith(Property, StringComparison.Ordinal) && attribute.Key.Length > Property.Length))
        {
            properties[key[Property.Length..]] = Sayings.Word(value) ?? "";
        }

        return properties.ToImmutable();
    }

    /// <summary>A span's attributes, and behind them those of its process.</summary>
    private sealed class Sayings(TracedSpan span)
    {
        public string? Word(string attribute) => Word(span.Attributes.GetValueOrDefault(attribute)) ?? Word(span.Resource.GetValueOrDefault(attribute));

        public static string? Word(JsonNode? value) => value switch
        {
            JsonArray list => list.Count == 0 ? null : string.Join(",", list.Select(Word)),
            JsonObject => value.ToJsonString(),
            _ => GenAiMessages.Plain(value) is { Length: > 0 } word ? word : null,
        };
    }
}

/// <summary>What was said in a chat, wherever its span has it.</summary>
internal sealed record GenAiContent(ImmutableArray<Message> Messages, string? Response, ImmutableArray<string> Context)
{
    private const string EventContent = "gen_ai.event.content";

    private const string Choice = "gen_ai.choice";

    public static GenAiContent Of(TracedSpan span)
    {
        // From the newest form to the oldest; where an instrumentation writes two of them, one is enough.
        ImmutableArray<ImmutableDictionary<string, JsonNode?>> places = [span.Attributes, .. span.Events.Where(one => one.Name == "gen_ai.client.inference.operation.details").Select(one => one.Attributes)];
        var asked = First(
            places.SelectMany(place => GenAiMessages.Of(place.GetValueOrDefault("gen_ai.input.messages"), Role.User)),
            span.Events.Where(one => one.Name.StartsWith("gen_ai.", StringComparison.Ordinal) && one.Name.EndsWith(".message", StringComparison.Ordinal)).SelectMany(FromEvent),
            span.Events.Where(one => one.Name == "gen_ai.content.prompt").SelectMany(one => GenAiMessages.Of(one.Attributes.GetValueOrDefault("gen_ai.prompt"), Role.User)),
            GenAiMessages.Of(span.Attributes.GetValueOrDefault("gen_ai.prompt"), Role.User),
            Numbered(span.Attributes, "gen_ai.prompt", Role.User));
        var answered = First(
            places.SelectMany(place => GenAiMessages.Of(place.GetValueOrDefault("gen_ai.output.messages"), Role.Assistant)),
            span.Events.Where(one => one.Name == Choice).SelectMany(FromEvent),
            span.Events.Where(one => one.Name == "gen_ai.content.completion").SelectMany(one => GenAiMessages.Of(one.Attributes.GetValueOrDefault("gen_ai.completion"), Role.Assistant)),
            GenAiMessages.Of(span.Attributes.GetValueOrDefault("gen_ai.completion"), Role.Assistant),
            Numbered(span.Attributes, "gen_ai.completion", Role.Assistant));
        var instructions = places.SelectMany(place => GenAiMessages.Of(place.GetValueOrDefault("gen_ai.system_instructions"), Role.System));
        return new GenAiContent(
            asked.IsEmpty ? [] : [.. instructions.Concat(asked).Where(said => said.Role is not null).Select(said => new Message(said.Role!.Value, said.Text))],
            // Of several choices the first is what the user saw.
            answered.FirstOrDefault(said => said.Role is Role.Assistant)?.Text,
            [.. asked.Where(said => said.Role is null).Select(said => said.Text)]);
    }

    private static ImmutableArray<Said> First(params IEnumerable<IEnumerable<Said>> forms) =>
        forms.Select(form => form.ToImmutableArray()).FirstOrDefault(form => !form.IsEmpty, []);

    /// <summary>The role is in the event's name; its body is one attribute with JSON, or attributes by themselves.</summary>
    private static IEnumerable<Said> FromEvent(SpanEvent one)
    {
        var kind = one.Name.Split('.')[1];
        Role? role = kind switch { "system" => Role.System, "user" => Role.User, "tool" => null, _ => Role.Assistant };
        var body = GenAiMessages.Opened(one.Attributes.GetValueOrDefault(EventContent)) as JsonObject ?? new JsonObject(one.Attributes
            .Where(attribute => attribute.Key is "content" or "message" or "parts" or "tool_calls")
            .Select(attribute => KeyValuePair.Create(attribute.Key, (attribute.Key == "content" ? attribute.Value : GenAiMessages.Opened(attribute.Value))?.DeepClone())));
        return GenAiMessages.Of(body, role ?? Role.User).Select(said => said with { Role = role });
    }

    private static IEnumerable<Said> Numbered(ImmutableDictionary<string, JsonNode?> attributes, string stem, Role usual)
    {
        for (var i = 0; ; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{stem}.{i}.");
            if (!attributes.TryGetValue($"{at}content", out var content) && !attributes.ContainsKey($"{at}role"))
            {
                yield break;
            }

            foreach (var said in GenAiMessages.Of(new JsonObject { ["role"] = attributes.GetValueOrDefault($"{at}role")?.DeepClone(), ["content"] = content?.DeepClone() }, usual))
            {
                yield return said;
            }
        }
    }
}
