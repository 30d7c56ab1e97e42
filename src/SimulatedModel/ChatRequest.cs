using System.Text.Json;

namespace Assize.SimulatedModel;

/// <summary>What of a chat completion request matters here.</summary>
internal sealed class ChatRequest
{
    public List<(string Role, string Content)> Parts { get; } = [];

    public IEnumerable<ChatMessage> Messages => Parts.Select(part => new ChatMessage(part.Role, part.Content));

    public string Model { get; private set; } = "";

    /// <summary>Throws <see cref="JsonException"/> when the body is no such request.</summary>
    public static ChatRequest Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var request = new ChatRequest { Model = document.RootElement.TryGetProperty("model", out var model) ? model.GetString() ?? "" : "" };
        if (!document.RootElement.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("the request has no messages");
        }

        foreach (var message in messages.EnumerateArray())
        {
            var content = message.GetProperty("content");
            request.Parts.Add((
                message.GetProperty("role").GetString() ?? "",
                content.ValueKind == JsonValueKind.String
                    ? content.GetString() ?? ""
                    : string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text", out var text) ? text.GetString() : ""))));
        }

        return request;
    }
}

/// <summary>One message of a chat.</summary>
internal sealed record ChatMessage(string Role, string Content);
