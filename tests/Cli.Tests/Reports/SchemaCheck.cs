using System.Text.Json;

namespace Assize.Cli.Tests.Reports;

/// <summary>As much of JSON Schema 2020-12 as the report's schema uses; a keyword it does not know is a complaint too.</summary>
internal sealed class SchemaCheck(JsonElement root)
{
    private static readonly string[] Known =
        ["$schema", "$defs", "$ref", "title", "description", "type", "enum", "format", "minimum", "maximum", "required", "properties", "additionalProperties", "propertyNames", "items"];

    public IEnumerable<string> Complaints(JsonElement value) => Complaints(root, value, "$");

    private IEnumerable<string> Complaints(JsonElement schema, JsonElement value, string path)
    {
        foreach (var unknown in schema.EnumerateObject().Select(keyword => keyword.Name).Except(Known))
        {
            yield return $"{path}: the check does not know {unknown}";
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            var target = root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]);
            foreach (var complaint in Complaints(target, value, path))
            {
                yield return complaint;
            }
        }

        if (schema.TryGetProperty("type", out var type) && !Is(type.GetString()!, value))
        {
            yield return $"{path}: {value.ValueKind} is no {type}";
            yield break;
        }

        if (schema.TryGetProperty("enum", out var allowed) && allowed.EnumerateArray().All(each => each.GetString() != value.GetString()))
        {
            yield return $"{path}: {value} is not allowed";
        }

        if (schema.TryGetProperty("format", out _) && !DateTimeOffset.TryParse(value.GetString(), System.Globalization.CultureInfo.InvariantCulture, out _))
        {
            yield return $"{path}: {value} is no time";
        }

        if (schema.TryGetProperty("minimum", out var least) && value.GetDouble() < least.GetDouble())
        {
            yield return $"{path}: {value} is below {least}";
        }

        if (schema.TryGetProperty("maximum", out var most) && value.GetDouble() > most.GetDouble())
        {
            yield return $"{path}: {value} is above {most}";
        }

        foreach (var complaint in value.ValueKind switch { JsonValueKind.Object => Fields(schema, value, path), JsonValueKind.Array => Items(schema, value, path), _ => [] })
        {
            yield return complaint;
        }
    }

    private IEnumerable<string> Items(JsonElement schema, JsonElement value, string path) => !schema.TryGetProperty("items", out var items)
        ? []
        : value.EnumerateArray().SelectMany((item, index) => Complaints(items, item, $"{path}[{index}]"));

    private IEnumerable<string> Fields(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var missing in required.EnumerateArray().Select(name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _)))
            {
                yield return $"{path}: {missing} is missing";
            }
        }

        foreach (var field in value.EnumerateObject())
        {
            var here = $"{path}.{field.Name}";
            if (schema.TryGetProperty("propertyNames", out var names) && names.GetProperty("enum").EnumerateArray().All(name => name.GetString() != field.Name))
            {
                yield return $"{here}: the name is not allowed";
            }

            var known = schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(field.Name, out _);
            if (!known && schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.False)
            {
                yield return $"{here}: the field is not described";
            }
            else if (known || (schema.TryGetProperty("additionalProperties", out others) && others.ValueKind == JsonValueKind.Object))
            {
                foreach (var complaint in Complaints(known ? properties.GetProperty(field.Name) : schema.GetProperty("additionalProperties"), field.Value, here))
                {
                    yield return complaint;
                }
            }
        }
    }

    private static bool Is(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => false,
    };
}
