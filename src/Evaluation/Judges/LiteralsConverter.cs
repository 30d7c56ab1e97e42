using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Judges;

/// <summary>Reads a list of literals as texts: strings as they are, everything else (42, true, {"a": 1}) as its JSON text.</summary>
public sealed class LiteralsConverter : JsonConverter<ImmutableArray<string>>
{
    public override ImmutableArray<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().Select(Text)]
            : [Text(document.RootElement)];
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value.IsDefault ? [] : value)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static string Text(JsonElement literal) => literal.ValueKind == JsonValueKind.String ? literal.GetString()! : literal.GetRawText();
}
