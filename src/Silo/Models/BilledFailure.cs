using System.Text.Json;

namespace Assize.Silo.Models;

/// <summary>The tokens that a provider bills for an attempt it refused, where its answer has a <c>usage</c> as replies have.</summary>
internal static class BilledFailure
{
    public static (long Input, long Output) Tokens(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("usage", out var usage) && usage.ValueKind is JsonValueKind.Object
                ? (Count(usage, "prompt_tokens") ?? Count(usage, "input_tokens") ?? 0, Count(usage, "completion_tokens") ?? Count(usage, "output_tokens") ?? 0)
                : (0, 0);
        }
        catch (JsonException)
        {
            // A page of a proxy, or a text that was cut off: it says nothing of tokens.
            return (0, 0);
        }
    }

    private static long? Count(JsonElement usage, string name) =>
        usage.TryGetProperty(name, out var count) && count.ValueKind is JsonValueKind.Number && count.TryGetInt64(out var tokens) && tokens >= 0 ? tokens : null;
}
