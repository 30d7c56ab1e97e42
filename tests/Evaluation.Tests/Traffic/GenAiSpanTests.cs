using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Traffic;

/// <summary>The forms of content are those of the semantic conventions' own examples and of the instrumentations that write them.</summary>
public sealed class GenAiSpanTests
{
    private static readonly TracedSpan Bare = new()
    {
        TraceId = "0af7651916cd43dd8448eb211c80319c", SpanId = "b7ad6b7169203331", Start = DateTimeOffset.UnixEpoch, Took = TimeSpan.FromMilliseconds(1250),
        Resource = Attributes(("service.name", "shop"), ("deployment.environment.name", "production")),
    };

    [Fact]
    public void MessagesWithPartsAreReadFromAttributes()
    {
        var chat = Chat(
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-4"), ("gen_ai.response.model", "gpt-4-0613"), ("gen_ai.conversation.id", "conv-1"),
            ("user.id", "ann"), ("gen_ai.usage.input_tokens", 100), ("gen_ai.response.finish_reasons", new JsonArray("stop")), ("assize.property.language", "de"), ("assize.conversation.ends", true),
            ("gen_ai.system_instructions", """[{"type":"text","content":"You are kind."}]"""),
            ("gen_ai.input.messages", """
                [{"role":"user","parts":[{"type":"text","content":"Weather in Paris?"}]},
                 {"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"tool_call","id":"call_1","name":"get_weather","arguments":{"location":"Paris"}}]},
                 {"role":"tool","parts":[{"type":"tool_call_response","id":"call_1","result":"rainy, 57°F"}]}]
                """),
            ("gen_ai.output.messages", """[{"role":"assistant","parts":[{"type":"text","content":"It rains in Paris."}],"finish_reason":"stop"},{"role":"assistant","parts":[{"type":"text","content":"Another choice."}]}]"""));

        Assert.Equal("0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", chat.Id.Value);
        Assert.Equal(("shop", "conv-1", "gpt-4-0613", "ann", 1250.0, true), (chat.Application.Value, chat.Conversation!.Value.Value, chat.Model, chat.User, chat.LatencyMs, chat.Ends));
        Assert.Equal([new Message(Role.System, "You are kind."), new Message(Role.User, "Weather in Paris?"), new Message(Role.Assistant, """[calls get_weather {"location":"Paris"}]""")], chat.Messages);
        Assert.Equal(("It rains in Paris.", "rainy, 57°F"), (chat.Response, Assert.Single(chat.Context)));
        Assert.Equal(
            ["environment=production", "finish=stop", "inputTokens=100", "language=de", "operation=chat", "provider=openai"],
            chat.Properties.Select(property => $"{property.Key}={property.Value}"));
    }

    [Theory]
    [InlineData("""{"order":5}""")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""["\ud83d"]""")]
    [InlineData("""{"content":"cut in an emoji \ud83d"}""")]
    public void WhatLooksLikeJsonAndIsNotAMessageIsWhatSomebodySaid(string typed)
    {
        var chat = Chat(("gen_ai.operation.name", "chat"), ("gen_ai.prompt", typed), ("gen_ai.completion", "Yes."));

        Assert.Equal(typed, Assert.Single(chat.Messages).Content);
    }

    [Fact]
    public void StructuredValuesAreReadLikeTheirJson()
    {
        JsonNode Parts(string role, string text) => new JsonArray(new JsonObject { ["role"] = role, ["parts"] = new JsonArray(new JsonObject { ["type"] = "text", ["content"] = text }) });

        var chat = Chat(("gen_ai.operation.name", "generate_content"), ("gen_ai.input.messages", Parts("user", "Hello?")), ("gen_ai.output.messages", Parts("model", "Hello!")));

        Assert.Equal(("Hello?", "Hello!"), (Assert.Single(chat.Messages).Content, chat.Response));
    }

    [Fact]
    public void EventsForEachMessageAreRead()
    {
        var chat = Chat(
            [
                Event("gen_ai.system.message", ("gen_ai.event.content", """{"role":"system","content":"You are kind."}""")),
                Event("gen_ai.user.message", ("content", "Weather in Paris?")),
                Event("gen_ai.assistant.message", ("gen_ai.event.content", """{"tool_calls":[{"id":"1","type":"function","function":{"name":"get_weather","arguments":"{}"}}]}""")),
                Event("gen_ai.tool.message", ("gen_ai.event.content", """{"id":"1","content":"rainy"}""")),
                Event("gen_ai.choice", ("gen_ai.event.content", """{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"It rains."}}""")),
                Event("exception", ("exception.message", "none")),
            ],
            ("gen_ai.operation.name", "chat"));

        Assert.Equal([new Message(Role.System, "You are kind."), new Message(Role.User, "Weather in Paris?"), new Message(Role.Assistant, "[calls get_weather {}]")], chat.Messages);
        Assert.Equal(("It rains.", "rainy"), (chat.Response, Assert.Single(chat.Context)));
    }

    [Fact]
    public void AChoiceWithAttributesOfItsOwnIsRead()
    {
        var chat = Chat([Event("gen_ai.user.message", ("content", """{"not": "opened"}""")), Event("gen_ai.choice", ("index", 0), ("message", """{"content":"Yes."}"""))], ("gen_ai.operation.name", "chat"));

        Assert.Equal(("""{"not": "opened"}""", "Yes."), (Assert.Single(chat.Messages).Content, chat.Response));
    }

    [Fact]
    public void EventsForPromptAndCompletionAreRead()
    {
        var chat = Chat(
            [
                Event("gen_ai.content.prompt", ("gen_ai.prompt", """[{"role":"user","content":[{"type":"text","text":"Look:"},{"type":"image_url","image_url":{"url":"https://x.example"}}]}]""")),
                Event("gen_ai.content.completion", ("gen_ai.completion", """[{"role":"assistant","content":"I see."}]""")),
            ],
            ("gen_ai.system", "openai"), ("gen_ai.request.model", "gpt-4"));

        Assert.Equal(("Look:\n[image_url]", "I see.", "openai"), (Assert.Single(chat.Messages).Content, chat.Response, chat.Properties["provider"]));
    }

    [Fact]
    public void PlainAndNumberedAttributesAreRead()
    {
        var plain = Chat(("gen_ai.operation.name", "text_completion"), ("gen_ai.prompt", "Once upon"), ("gen_ai.completion", "a time."));
        var numbered = Chat(
            ("llm.request.type", "chat"), ("gen_ai.request.model", "m"), ("gen_ai.prompt.0.role", "system"), ("gen_ai.prompt.0.content", "Be brief."), ("gen_ai.prompt.1.role", "user"),
            ("gen_ai.prompt.1.content", "Why?"), ("gen_ai.completion.0.role", "assistant"), ("gen_ai.completion.0.content", "So."));

        Assert.Equal((Role.User, "Once upon", "a time."), (Assert.Single(plain.Messages).Role, plain.Messages[0].Content, plain.Response));
        Assert.Equal([new Message(Role.System, "Be brief."), new Message(Role.User, "Why?")], numbered.Messages);
        Assert.Equal("So.", numbered.Response);
    }

    [Fact]
    public void AFailedCallIsAnInteractionWithoutAnAnswer()
    {
        var span = Bare with { Failed = true, Attributes = Attributes(("gen_ai.operation.name", "chat"), ("error.type", "timeout"), ("gen_ai.prompt", "Hello?")) };

        var chat = Assert.IsType<SpanReading.Chat>(GenAiSpan.Of(span)).Interaction;

        Assert.Equal(("", "timeout"), (chat.Response, chat.Properties["error"]));
    }

    [Fact]
    public void WhatIsNoChatOrHasNoContentSaysSo()
    {
        Assert.IsType<SpanReading.NoChat>(GenAiSpan.Of(Bare));
        Assert.IsType<SpanReading.NoChat>(GenAiSpan.Of(With(("gen_ai.operation.name", "execute_tool"), ("gen_ai.prompt", "x"), ("gen_ai.completion", "y"))));
        Assert.IsType<SpanReading.NoChat>(GenAiSpan.Of(With(("gen_ai.operation.name", "invoke_agent"))));
        Assert.IsType<SpanReading.NoContent>(GenAiSpan.Of(With(("gen_ai.operation.name", "chat"))));
        Assert.IsType<SpanReading.NoContent>(GenAiSpan.Of(With(("gen_ai.operation.name", "chat"), ("gen_ai.prompt", "asked, and no answer was captured"))));
        Assert.IsType<SpanReading.NoContent>(GenAiSpan.Of(With(("gen_ai.operation.name", "chat"), ("gen_ai.input.messages", "[]"), ("gen_ai.output.messages", "[1, null, {\"role\": 3}]"))));
    }

    private static Interaction Chat(params (string, JsonNode?)[] attributes) => Chat([], attributes);

    private static Interaction Chat(ImmutableArray<SpanEvent> events, params (string, JsonNode?)[] attributes) =>
        Assert.IsType<SpanReading.Chat>(GenAiSpan.Of(With(attributes) with { Events = events })).Interaction;

    private static TracedSpan With(params (string, JsonNode?)[] attributes) => Bare with { Attributes = Attributes(attributes) };

    private static SpanEvent Event(string name, params (string, JsonNode?)[] attributes) => new(name, Attributes(attributes));

    private static ImmutableDictionary<string, JsonNode?> Attributes(params (string Key, JsonNode? Value)[] attributes) => attributes.ToImmutableDictionary(one => one.Key, one => one.Value);
}
