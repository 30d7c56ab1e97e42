using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Assize.Evaluation;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Tests.Reports;

public class ReportSchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(File.ReadAllText(Find()))!;

    [Fact]
    public void TheSchemaNamesExactlyThePropertiesOfTheJson() => Compare(EvaluationJson.Plain.Report, Schema, "report");

    [Fact]
    public void AWrittenReportHasOnlyWhatTheSchemaNamesAndAllItRequires() => Check(JsonNode.Parse(Rendered.Json(Some.Report())), Schema, "report");

    [Fact]
    public void AWrittenReportReadsBackTheSame()
    {
        var written = Rendered.Json(Some.Report());
        Assert.Equal(written, Rendered.Json(JsonSerializer.Deserialize(written, EvaluationJson.Plain.Report)!));
    }

    // Follows the types of the report, so that a property that happens to be absent from an example is compared too.
    private static void Compare(JsonTypeInfo type, JsonNode schema, string path)
    {
        var properties = Resolve(schema)["properties"]!.AsObject();
        Assert.Equal(type.Properties.Where(property => property.Get is not null).Select(property => property.Name).Order(StringComparer.Ordinal), properties.Select(entry => entry.Key).Order(StringComparer.Ordinal));
        foreach (var property in type.Properties.Where(property => property.Get is not null))
        {
            var described = properties[property.Name]!;
            Assert.False(string.IsNullOrEmpty(described["description"]?.GetValue<string>()), $"{path}.{property.Name} has no description");
            var inner = EvaluationJson.Plain.Options.GetTypeInfo(property.PropertyType);
            var items = described["items"] ?? described;
            var element = inner.Kind == JsonTypeInfoKind.Enumerable ? EvaluationJson.Plain.Options.GetTypeInfo(inner.ElementType!) : inner;
            if (element.Kind == JsonTypeInfoKind.Object)
            {
                Compare(element, items, $"{path}.{property.Name}");
            }
        }
    }

    private static void Check(JsonNode? node, JsonNode schema, string path)
    {
        var resolved = Resolve(schema);
        if (node is JsonArray array)
        {
            Assert.All(array, item => Check(item, resolved["items"]!, path));
        }
        else if (node is JsonObject json && resolved["properties"] is JsonObject properties)
        {
            Assert.All(resolved["required"]!.AsArray(), name => Assert.True(json.ContainsKey(name!.GetValue<string>()), $"{path} lacks {name}"));
            foreach (var (name, value) in json)
            {
                Assert.True(properties.ContainsKey(name), $"{path}.{name} is not in the schema");
                Assert.NotNull(value);
                Check(value, properties[name]!, $"{path}.{name}");
            }
        }
    }

    private static JsonNode Resolve(JsonNode schema) =>
        schema["$ref"]?.GetValue<string>() is { } reference ? Schema["$defs"]![reference["#/$defs/".Length..]]! : schema;

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "docs", "report.schema.json");
            if (File.Exists(file))
            {
                return file;
            }
        }

        throw new FileNotFoundException("docs/report.schema.json is not above the tests' folder");
    }
}
