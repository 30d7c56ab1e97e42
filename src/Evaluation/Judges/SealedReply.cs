using System.Collections.Immutable;
using System.Text.Json;

namespace Assize.Evaluation.Judges;

/// <summary>
/// The verdict as a JSON object with exactly the fields <c>explanation</c>, one per value, and <c>seal</c>, which must be the word that the prompt gave:
/// an object that a candidate smuggled in and a judge repeated lacks it. Duplicate or unknown fields, and anything around the object but one code fence, are no verdict.
/// </summary>
internal static class SealedReply
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static VerdictReading Read(VerdictForm form, string reply, Nonce nonce)
    {
        var text = CodeFence.Strip(reply.AsMemory());
        if (text.IsEmpty)
        {
            return new VerdictReading.Unreadable(Reason.Unparsed, "the reply is empty");
        }

        // Looked at first, since most replies without a verdict are prose, and an exception costs more than the rest of the reading.
        if (text.Span[0] != '{' || text.Span[^1] != '}')
        {
            return Unparsed("the reply is not one JSON object; it is", reply);
        }

        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return Read(form, document.RootElement, nonce, reply);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // The last two are how the library says that a text has half a surrogate pair.
            return Unparsed("the reply is not valid JSON; it is", reply);
        }
    }

    private static VerdictReading Read(VerdictForm form, JsonElement root, Nonce nonce, string reply)
    {
        if (!root.TryGetProperty(VerdictForm.Seal, out var seal) || seal.ValueKind != JsonValueKind.String || !seal.ValueEquals(nonce.Value))
        {
            return Unparsed("the reply does not carry the seal word it was given; it is", reply);
        }

        if (root.GetPropertyCount() != form.Fields.Length + 2
            || !root.TryGetProperty(VerdictForm.Explanation, out var explanation)
            || explanation.ValueKind != JsonValueKind.String)
        {
            return Unparsed("the reply has other fields than those asked for; it is", reply);
        }

        var values = ImmutableArray.CreateBuilder<double>(form.Fields.Length);
        foreach (var field in form.Fields)
        {
            if (!root.TryGetProperty(field.Name, out var value) || !TryValue(field, value, out var read))
            {
                return Unparsed($"the reply has no valid field '{field.Name}'; it is", reply);
            }

            values.Add(read);
        }

        return form.OnScale(values.MoveToImmutable(), explanation.GetString());
    }

    private static bool TryValue(VerdictField field, JsonElement element, out double value)
    {
        value = 0;
        if (field.Scale is not null)
        {
            return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out value);
        }

        for (var i = 0; i < field.Words.Length && element.ValueKind == JsonValueKind.String; i++)
        {
            if (element.ValueEquals(field.Words[i]))
            {
                value = i;
                return true;
            }
        }

        return false;
    }

    private static VerdictReading.Unreadable Unparsed(string what, string reply) => new(Reason.Unparsed, $"{what}: {(reply.Length > 200 ? reply.AsSpan(0, 200) : reply).Trim()}");
}

/// <summary>A Markdown code fence around a whole text, which models put there unasked.</summary>
internal static class CodeFence
{
    /// <summary>The text inside one surrounding fence (plain, or marked as json), or the text itself, trimmed.</summary>
    public static ReadOnlyMemory<char> Strip(ReadOnlyMemory<char> text)
    {
        text = text.Trim();
        var span = text.Span;
        if (!span.StartsWith("```") || span.Length < 7 || !span.EndsWith("```"))
        {
            return text;
        }

        var line = span.IndexOf('\n');
        return line >= 0 && line < span.Length - 3 && span[3..line].Trim() is var mark && (mark.IsEmpty || mark.Equals("json", StringComparison.OrdinalIgnoreCase))
            ? text[(line + 1)..^3].Trim()
            : text;
    }
}
