using System.Collections.Immutable;
using System.Text.Json;

namespace Assize.Evaluation.Judges;

/// <summary>Reads a schema into a <see cref="JsonShape"/>, and says of every keyword that it does not know or cannot take.</summary>
internal sealed class JsonShapeReader
{
    private static readonly ImmutableArray<string> Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    private readonly ImmutableArray<Mistake>.Builder mistakes = ImmutableArray.CreateBuilder<Mistake>();

    private JsonShapeReader()
    {
    }

    /// <summary>The shape, and what is wrong with the schema; the shape may be used only when nothing is.</summary>
    public static (JsonShape Shape, ImmutableArray<Mistake> Mistakes) Read(JsonElement schema, string field)
    {
        var reader = new JsonShapeReader();
        var shape = reader.Shape(schema, field);
        return (shape, reader.mistakes.ToImmutable());
    }

    private JsonShape Shape(JsonElement schema, string field)
    {
        var shape = new JsonShape();
        if (schema.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(new Mistake("A schema is an object.") { Field = field });
            return shape;
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            shape = With(shape, keyword.Name, keyword.Value, $"{field}.{keyword.Name}");
        }

        return shape;
    }

    private JsonShape With(JsonShape shape, string keyword, JsonElement value, string field)
    {
        switch (keyword)
        {
            case "title" or "description" or "$schema":
                return value.ValueKind == JsonValueKind.String ? shape : Refuse(shape, field, keyword, "a text");
            case "type":
                ImmutableArray<string>? types = value.ValueKind == JsonValueKind.String ? [value.GetString()!] : Texts(value);
                return types is { IsEmpty: false } known && known.All(type => Types.Contains(type))
                    ? shape with { Types = known }
                    : Refuse(shape, field, keyword, $"one of {string.Join(", ", Types)}, or a list of them");
            case "required":
                return Texts(value) is { } required ? shape with { Required = required } : Refuse(shape, field, keyword, "a list of field names");
            case "properties":
                return value.ValueKind == JsonValueKind.Object
                    ? shape with { Properties = shape.Properties.SetItems(value.EnumerateObject().Select(each => KeyValuePair.Create(each.Name, Shape(each.Value, $"{field}.{each.Name}")))) }
                    : Refuse(shape, field, keyword, "an object of schemas");
            case "additionalProperties":
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? shape with { Closed = value.ValueKind == JsonValueKind.False }
                    : Refuse(shape, field, keyword, "true or false");
            case "items":
                return shape with { Items = Shape(value, field) };
            case "enum":
                return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
                    ? shape with { Enum = [.. value.EnumerateArray()] }
                    : Refuse(shape, field, keyword, "a list of values");
            case "const":
                return shape with { Const = value };
            case "minimum":
                return Number(value) is { } minimum ? shape with { Minimum = minimum } : Refuse(shape, field, keyword, "a number");
            case "maximum":
                return Number(value) is { } maximum ? shape with { Maximum = maximum } : Refuse(shape, field, keyword, "a number");
            case "minLength":
                return Count(value) is { } least ? shape with { MinLength = least } : Refuse(shape, field, keyword, "a whole number of at least 0");
            case "maxLength":
                return Count(value) is { } most ? shape with { MaxLength = most } : Refuse(shape, field, keyword, "a whole number of at least 0");
            case "pattern":
                return value.ValueKind == JsonValueKind.String ? WithPattern(shape, value.GetString()!, field) : Refuse(shape, field, keyword, "a text");
            default:
                mistakes.Add(new Mistake($"The schema keyword '{keyword}' is not known here.", "Leave it out, or check that part with another judge.") { Field = field });
                return shape;
        }
    }

    private JsonShape WithPattern(JsonShape shape, string pattern, string field)
    {
        if (SafePattern.Check(pattern, field) is { } mistake)
        {
            mistakes.Add(mistake);
            return shape;
        }

        return shape with { Pattern = SafePattern.Compile(pattern) };
    }

    private JsonShape Refuse(JsonShape shape, string field, string keyword, string expected)
    {
        mistakes.Add(new Mistake($"'{keyword}' must be {expected}.") { Field = field });
        return shape;
    }

    private static ImmutableArray<string>? Texts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(each => each.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(each => each.GetString()!)]
            : null;

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()) ? value.GetDouble() : null;

    private static int? Count(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0 ? count : null;
}
