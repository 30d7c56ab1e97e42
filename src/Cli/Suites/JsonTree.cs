using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>Reads JSON into nodes with their lines.</summary>
internal ref struct JsonTree
{
    private readonly ReadOnlySpan<byte> json;
    private readonly Reading at;
    private readonly JsonNames names;
    private Utf8JsonReader reader;
    private int line;
    private int counted;

    private JsonTree(ReadOnlySpan<byte> json, int line, Reading at, JsonNames names)
    {
        this.json = json;
        this.line = line;
        this.at = at;
        this.names = names;
        reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Node.MaxDepth });
    }

    /// <summary>The document's root; null when it is no JSON, and then the mistake is noted.</summary>
    public static Node? Read(ReadOnlySpan<byte> json, int line, Reading at, JsonNames names)
    {
        if (!Utf8.IsValid(json))
        {
            InvalidUtf8.Note(json, line, at);
            return null;
        }

        var tree = new JsonTree(json, line, at, names);
        try
        {
            return tree.Document();
        }
        catch (JsonException broken)
        {
            var column = (broken.BytePositionInLine ?? 0) + 1;
            at.Note(
                line + (int)(broken.LineNumber ?? 0),
                null,
                string.Create(CultureInfo.InvariantCulture, $"This is not valid JSON at column {column:N0}: {Told(broken)}"),
                "Mend the JSON.");
            return null;
        }
        catch (InvalidOperationException)
        {
            at.Note(
                tree.Line(),
                null,
                string.Create(CultureInfo.InvariantCulture, $"The text at column {tree.Column():N0} contains half of a character (a lone surrogate escape such as \\ud83d)."),
                "Write both halves, or the character itself.");
            return null;
        }
    }

    private Node Document()
    {
        reader.Read();
        var root = Value();
        reader.Read();
        return root;
    }

    private Node Value()
    {
        var here = Line();
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var fields = new Fields(at);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var (name, there) = (names.Of(ref reader), Line());
                    reader.Read();
                    fields.Add(name, there, Value());
                }

                return new Map(here, fields.All);
            case JsonTokenType.StartArray:
                var values = new List<Node>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    values.Add(Value());
                }

                return new Items(here, values);
            case JsonTokenType.String:
                return new Scalar(here, reader.GetString()!, ScalarKind.Text);
            case JsonTokenType.Number:
                return new Scalar(here, Encoding.UTF8.GetString(reader.ValueSpan), ScalarKind.Number);
            case JsonTokenType.True:
                return new Scalar(here, "true", ScalarKind.Truth);
            case JsonTokenType.False:
                return new Scalar(here, "false", ScalarKind.Truth);
            default:
                return new Scalar(here, "null", ScalarKind.Null);
        }
    }

    private int Line()
    {
        var start = (int)reader.TokenStartIndex;
        line += json[counted..start].Count((byte)'\n');
        counted = start;
        return line;
    }

    private readonly int Column() => (int)reader.TokenStartIndex - json[..(int)reader.TokenStartIndex].LastIndexOf((byte)'\n');

    private static string Told(JsonException broken)
    {
        var end = broken.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var told = end < 0 ? broken.Message : broken.Message[..end];
        return told.Any(char.IsControl) ? $"{string.Concat(told.Where(character => !char.IsControl(character)))}" : told;
    }
}

/// <summary>The field names of a file, each made once.</summary>
internal sealed class JsonNames
{
    private readonly string?[] recent = new string?[256];

    public string Of(ref Utf8JsonReader reader)
    {
        var bytes = reader.ValueSpan;
        if (bytes.IsEmpty || reader.ValueIsEscaped)
        {
            return reader.GetString()!;
        }

        ref var slot = ref recent[(bytes[0] * 31 + bytes[^1] * 7 + bytes.Length) & 255];
        return slot is not null && reader.ValueTextEquals(slot) ? slot : slot = reader.GetString()!;
    }
}

/// <summary>Bytes that are no UTF-8.</summary>
internal static class InvalidUtf8
{
    /// <summary>Notes the first one, by line and by its place in the line.</summary>
    public static void Note(ReadOnlySpan<byte> bytes, int line, Reading at)
    {
        var offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out var used) == System.Buffers.OperationStatus.Done)
        {
            offset += used;
        }

        var lineStart = bytes[..offset].LastIndexOf((byte)'\n') + 1;
        at.Note(
            line + bytes[..offset].Count((byte)'\n'),
            null,
            string.Create(CultureInfo.InvariantCulture, $"Byte {offset - lineStart + 1:N0} of the line (0x{bytes[offset]:x2}) is not valid UTF-8."),
            "Save the file as UTF-8.");
    }
}
