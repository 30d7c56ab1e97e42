using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Json.Serialization;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>A text; a plain YAML scalar is taken as it is written.</summary>
internal sealed class TextShape : Shape
{
    public override string Expected => "a text";

    public override void Write(Node node, Utf8JsonWriter json) => json.WriteStringValue(((Scalar)node).Text);

    protected override void Fit(Node node, string path, Reading at)
    {
        if (node is not Scalar scalar || scalar.Is == ScalarKind.Null || (scalar.Is != ScalarKind.Text && !scalar.Plain && !at.Foreign))
        {
            Wrong(node, path, at);
        }
    }
}

/// <summary>Any single value, taken as the text that was written.</summary>
internal sealed class MarkShape : Shape
{
    public override string Expected => "a text";

    public override void Write(Node node, Utf8JsonWriter json) => json.WriteStringValue(((Scalar)node).Text);

    protected override void Fit(Node node, string path, Reading at)
    {
        if (node is not Scalar { Is: not ScalarKind.Null })
        {
            Wrong(node, path, at);
        }
    }
}

/// <summary>One of a few words, case ignored.</summary>
internal sealed class WordShape(Type type) : Shape
{
    private readonly Dictionary<string, string> words = type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name)
        .ToDictionary(name => name.ToLowerInvariant(), name => name, StringComparer.OrdinalIgnoreCase);

    public override string Expected => $"one of: {string.Join(", ", words.Keys)}";

    public override void Write(Node node, Utf8JsonWriter json) => json.WriteStringValue(words[((Scalar)node).Text]);

    protected override void Fit(Node node, string path, Reading at)
    {
        if (node is not Scalar { Is: ScalarKind.Text } word)
        {
            Wrong(node, path, at);
        }
        else if (!words.ContainsKey(word.Text))
        {
            at.Note(node.Line, path, $"Unknown value {Spelling.Quote(word.Text)}.", Spelling.Suggest(word.Text, words.Keys));
        }
    }
}

/// <summary>True or false.</summary>
internal sealed class TruthShape : Shape
{
    public override string Expected => "true or false";

    public override void Write(Node node, Utf8JsonWriter json) => json.WriteBooleanValue(((Scalar)node).Text[0] is 't' or 'T');

    protected override void Fit(Node node, string path, Reading at)
    {
        if (node is not Scalar { Is: ScalarKind.Truth })
        {
            Wrong(node, path, at);
        }
    }
}

/// <summary>A moment, as ISO 8601 writes it.</summary>
internal sealed class MomentShape : Shape
{
    /// <summary>The length of a day as in 2026-11-26.</summary>
    private const int Day = 10;

    public override string Expected => "a time as in 2026-11-26T10:00:00Z";

    public override void Write(Node node, Utf8JsonWriter json) => json.WriteStringValue(Read(node)!.Value);

    protected override void Fit(Node node, string path, Reading at)
    {
        if (Read(node) is not null)
        {
            return;
        }

        if (node is Scalar { Is: not ScalarKind.Null } text)
        {
            at.Note(node.Line, path, $"The time {Spelling.Quote(text.Text)} cannot be read.", "Write it as in 2026-11-26T10:00:00Z.");
        }
        else
        {
            Wrong(node, path, at);
        }
    }

    /// <summary>Without an offset it is UTC, whatever clock this machine goes by.</summary>
    private static DateTimeOffset? Read(Node node) =>
        node is Scalar { Is: ScalarKind.Text, Text: { Length: >= Day } } text
        && DateOnly.TryParseExact(text.Text[..Day], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) && (text.Text.Length == Day || text.Text[Day] is 'T' or 't' or ' ')
        && DateTimeOffset.TryParse(text.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;
}

/// <summary>A number that its type can hold.</summary>
internal sealed class NumberShape : Shape
{
    private readonly decimal min;
    private readonly decimal max;
    private readonly bool whole;

    private NumberShape(decimal min, decimal max, bool whole) => (this.min, this.max, this.whole) = (min, max, whole);

    public override string Expected => whole ? "a whole number" : "a number";

    /// <summary>The shape of a number's type; null for other types.</summary>
    public static NumberShape? Of(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => new(byte.MinValue, byte.MaxValue, true),
        TypeCode.SByte => new(sbyte.MinValue, sbyte.MaxValue, true),
        TypeCode.Int16 => new(short.MinValue, short.MaxValue, true),
        TypeCode.UInt16 => new(ushort.MinValue, ushort.MaxValue, true),
        TypeCode.Int32 => new(int.MinValue, int.MaxValue, true),
        TypeCode.UInt32 => new(uint.MinValue, uint.MaxValue, true),
        TypeCode.Int64 => new(long.MinValue, long.MaxValue, true),
        TypeCode.UInt64 => new(ulong.MinValue, ulong.MaxValue, true),
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => new(0, 0, false),
        _ => null,
    };

    public override void Write(Node node, Utf8JsonWriter json)
    {
        var text = ((Scalar)node).Text;
        if (Whole(text) is { } number)
        {
            json.WriteRawValue(number.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNumberValue(double.Parse(text, CultureInfo.InvariantCulture));
        }
    }

    protected override void Fit(Node node, string path, Reading at)
    {
        if (node is not Scalar { Is: ScalarKind.Number } scalar)
        {
            Wrong(node, path, at);
        }
        else if (whole && Whole(scalar.Text) is not { } number)
        {
            at.Note(node.Line, path, $"This must be a whole number, not {Spelling.Printable(scalar.Text)}.");
        }
        else if (whole && (Whole(scalar.Text) < (BigInteger)min || Whole(scalar.Text) > (BigInteger)max))
        {
            at.Note(node.Line, path, string.Create(CultureInfo.InvariantCulture, $"The number {Spelling.Quote(scalar.Text)} is outside {min:0} to {max:0}."));
        }
        else if (!whole && Whole(scalar.Text) is null && !(double.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)))
        {
            at.Note(node.Line, path, $"This must be a finite number, not {Spelling.Quote(scalar.Text)}.");
        }
    }

    /// <summary>A whole number as JSON or YAML writes it; null when it is none, or longer than any type holds.</summary>
    private static BigInteger? Whole(string text)
    {
        if (text.Length > 40)
        {
            return null;
        }

        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return BigInteger.Parse($"0{text.AsSpan(2)}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return text.StartsWith("0o", StringComparison.Ordinal)
            ? text.Skip(2).Aggregate(BigInteger.Zero, (sum, digit) => (sum * 8) + (digit - '0'))
            : BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

/// <summary>A list of one shape.</summary>
internal sealed class ListShape(Lazy<Shape> element) : Shape
{
    public override string Expected => "a list";

    public override void Write(Node node, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var value in ((Items)node).Values)
        {
            element.Value.Write(value, json);
        }

        json.WriteEndArray();
    }

    protected override void Fit(Node node, string path, Reading at)
    {
        if (node is not Items items)
        {
            Wrong(node, path, at);
            return;
        }

        for (var i = 0; i < items.Values.Count; i++)
        {
            element.Value.Check(items.Values[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), at);
        }
    }
}

/// <summary>Values under keys that the author chooses.</summary>
internal sealed class TableShape(Shape key, Lazy<Shape> element) : Shape
{
    public override string Expected => "a group of fields";

    public override void Write(Node node, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var entry in ((Map)node).Entries)
        {
            json.WritePropertyName(entry.Key);
            element.Value.Write(entry.Value, json);
        }

        json.WriteEndObject();
    }

    protected override void Fit(Node node, string path, Reading at)
    {
        if (node is not Map map)
        {
            Wrong(node, path, at);
            return;
        }

        foreach (var entry in map.Entries)
        {
            var place = $"{path}.{entry.Step}";
            if (key is NumberShape && !long.TryParse(entry.Key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                at.Note(entry.Line, place, $"The key must be {key.Expected}, not {Spelling.Quote(entry.Key)}.");
            }

            element.Value.Check(entry.Value, place, at);
        }
    }
}

/// <summary>Anything: its type reads itself. Numbers stay as they were written, for what is compared with them is text, or has more digits than a double.</summary>
/// <param name="literals">Whether it is a list of literals, of which a number that JSON does not know, as 007, is the text that it was written as.</param>
internal sealed partial class AnyShape(bool literals = false) : Shape
{
    public override string Expected => "a value";

    public override void Write(Node node, Utf8JsonWriter json) => Write(node, json, literals);

    private static void Write(Node node, Utf8JsonWriter json, bool asText)
    {
        switch (node)
        {
            case Map map:
                json.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    json.WritePropertyName(entry.Key);
                    Write(entry.Value, json, false);
                }

                json.WriteEndObject();
                break;
            case Items items:
                json.WriteStartArray();
                foreach (var value in items.Values)
                {
                    Write(value, json, asText && value is Scalar);
                }

                json.WriteEndArray();
                break;
            case Scalar { Is: ScalarKind.Null }:
                json.WriteNullValue();
                break;
            case Scalar { Is: ScalarKind.Truth } truth:
                json.WriteBooleanValue(truth.Text[0] is 't' or 'T');
                break;
            case Scalar { Is: ScalarKind.Number } exact when JsonNumber().IsMatch(exact.Text):
                json.WriteRawValue(exact.Text);
                break;
            case Scalar { Is: ScalarKind.Number } number when !asText && double.TryParse(number.Text, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real):
                json.WriteNumberValue(real);
                break;
            case Scalar scalar:
                json.WriteStringValue(scalar.Text);
                break;
        }
    }

    protected override void Fit(Node node, string path, Reading at)
    {
        // Both would be taken for something else: no values for a comparison with the reference, and nothing for the text 'null'.
        if (literals && node is Items { Values.Count: 0 })
        {
            at.Note(node.Line, path, "The list is empty, so there is nothing to compare with.", "Give at least one value, or leave the field out to compare with the reference.");
        }
        else if (literals && node is Scalar { Is: ScalarKind.Null })
        {
            Wrong(node, path, at);
        }
    }

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();
}
