using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assize.Evaluation.Judges;

/// <summary>
/// A part of JSON Schema 2020-12: type (one or a list), properties, required, additionalProperties (true or false), items, enum, const, minimum, maximum, minLength and maxLength
/// (in code points), pattern (see <see cref="SafePattern"/>); title, description and $schema are allowed and mean nothing. Anything else is refused when a suite is checked, never ignored.
/// </summary>
internal sealed record JsonShape
{
    public ImmutableArray<string> Types { get; init; } = [];

    public ImmutableArray<string> Required { get; init; } = [];

    public ImmutableDictionary<string, JsonShape> Properties { get; init; } = ImmutableDictionary<string, JsonShape>.Empty;

    /// <summary>Whether fields without a shape of their own are refused.</summary>
    public bool Closed { get; init; }

    public JsonShape? Items { get; init; }

    /// <summary>The values allowed; empty allows all.</summary>
    public ImmutableArray<JsonElement> Enum { get; init; } = [];

    public JsonElement? Const { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public Regex? Pattern { get; init; }

    /// <summary>What keeps a value from having this shape, as a sentence with the value's path; null when nothing does.</summary>
    public string? Fault(JsonElement value, string path)
    {
        if (!Types.IsEmpty && !Types.Any(type => Is(value, type)))
        {
            return $"{path} is not of type {string.Join(" or ", Types)}";
        }

        if ((!Enum.IsEmpty && !Enum.Any(each => JsonElement.DeepEquals(each, value))) || (Const is { } only && !JsonElement.DeepEquals(only, value)))
        {
            return $"{path} is not one of the values allowed";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => ObjectFault(value, path),
            JsonValueKind.Array when Items is not null => value.EnumerateArray()
                .Select((item, i) => Items.Fault(item, FormattableString.Invariant($"{path}[{i}]"))).FirstOrDefault(fault => fault is not null),
            JsonValueKind.String => StringFault(value, path),
            JsonValueKind.Number when value.GetDouble() < Minimum => FormattableString.Invariant($"{path} is below {Minimum}"),
            JsonValueKind.Number when value.GetDouble() > Maximum => FormattableString.Invariant($"{path} is above {Maximum}"),
            _ => null,
        };
    }

    private static bool Is(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && double.IsInteger(value.GetDouble())),
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        _ => type == "null",
    };

    private string? ObjectFault(JsonElement value, string path)
    {
        foreach (var name in Required)
        {
            if (!value.TryGetProperty(name, out _))
            {
                return $"{path} lacks '{name}'";
            }
        }

        foreach (var property in value.EnumerateObject())
        {
            if (Properties.TryGetValue(property.Name, out var shape))
            {
                if (shape.Fault(property.Value, $"{path}.{property.Name}") is { } fault)
                {
                    return fault;
                }
            }
            else if (Closed)
            {
                return $"{path} has a field '{property.Name}' that is not allowed";
            }
        }

        return null;
    }

    private string? StringFault(JsonElement value, string path)
    {
        if (MinLength is null && MaxLength is null && Pattern is null)
        {
            return null;
        }

        var text = value.GetString()!;
        var length = text.EnumerateRunes().Count();
        return length < MinLength ? FormattableString.Invariant($"{path} has fewer than {MinLength} characters")
            : length > MaxLength ? FormattableString.Invariant($"{path} has more than {MaxLength} characters")
            : Pattern is null ? null
            : text.Length > SafePattern.LongestText ? $"{path} is too long to match a pattern"
            : Pattern.IsMatch(text) ? null : $"{path} does not match the pattern";
    }
}
