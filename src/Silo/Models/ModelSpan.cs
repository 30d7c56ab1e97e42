using System.Diagnostics;
using System.Text.Json;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Grains;

namespace Assize.Silo.Models;

/// <summary>The span of one call to a model, in the words of OpenTelemetry's conventions for generative AI.</summary>
/// <param name="content">Whether it carries what was asked and answered.</param>
internal sealed class ModelSpan(ModelCard card, ModelOptions options, bool content)
{
    private readonly Uri? server = options.Endpoint is { } endpoint ? new Uri(endpoint) : null;

    public Activity? Begin(Prompt prompt)
    {
        if (!Spans.Source.HasListeners() || Spans.Source.StartActivity($"chat {card.Model}", ActivityKind.Client) is not { } span)
        {
            return null;
        }

        span.SetTag("gen_ai.operation.name", "chat");
        span.SetTag("gen_ai.provider.name", Spans.ProviderOf(card));
        span.SetTag("gen_ai.request.model", card.Model);
        span.SetTag("gen_ai.request.temperature", prompt.Temperature ?? options.Temperature);
        span.SetTag("gen_ai.request.max_tokens", prompt.MaxTokens ?? options.MaxTokens);
        span.SetTag("assize.model", card.Name.Value);
        if (server is not null)
        {
            span.SetTag("server.address", server.Host);
            span.SetTag("server.port", server.Port);
        }

        if (content && span.IsAllDataRequested)
        {
            span.SetTag("gen_ai.input.messages", Said(prompt.Messages.Select(message => (RoleOf(message.Role), message.Content, (string?)null))));
        }

        return span;
    }

    public void End(Activity? span, Completion completion)
    {
        switch (completion)
        {
            case Completion.Failed failed:
                span?.SetTag("error.type", Telemetry.Word(failed.Reason));
                // A provider may repeat what it was asked in what it says of a failure.
                span?.SetStatus(ActivityStatusCode.Error, content ? failed.Detail : null);
                break;
            case Completion.Replied reply when span is not null:
                span.SetTag("gen_ai.response.model", reply.ReportedModel);
                span.SetTag("gen_ai.response.finish_reasons", new[] { reply.FinishReason ?? "" });
                span.SetTag("gen_ai.usage.input_tokens", reply.Usage.InputTokens);
                span.SetTag("gen_ai.usage.output_tokens", reply.Usage.OutputTokens);
                if (content && span.IsAllDataRequested)
                {
                    span.SetTag("gen_ai.output.messages", Said([("assistant", reply.Text, reply.FinishReason ?? "")]));
                }

                break;
        }
    }

    private static string RoleOf(Role role) => role switch { Role.System => "system", Role.User => "user", _ => "assistant" };

    private static string Said(IEnumerable<(string Role, string Text, string? Finish)> messages)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var (role, text, finish) in messages)
            {
                json.WriteStartObject();
                json.WriteString("role", role);
                json.WriteStartArray("parts");
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("content", text);
                json.WriteEndObject();
                json.WriteEndArray();
                if (finish is not null)
                {
                    json.WriteString("finish_reason", finish);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
