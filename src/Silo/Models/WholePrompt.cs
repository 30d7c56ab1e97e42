using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assize.Silo.Models;

/// <summary>
/// Has Ollama refuse a prompt that is longer than the model's context. By itself it leaves out what is too much, says nothing of it, and answers: a verdict on a part of what was to be judged. Its library
/// knows no word for that.
/// </summary>
internal sealed class WholePrompt(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } asked && JsonNode.Parse(await asked.ReadAsByteArrayAsync(cancellationToken)) is JsonObject body)
        {
            // Neither at the beginning, nor while it answers.
            (body["truncate"], body["shift"]) = (false, false);
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json) } };
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
