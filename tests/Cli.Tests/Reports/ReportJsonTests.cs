using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Assize.Cli.Reports;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Tests.Reports;

public sealed class ReportJsonTests
{
    [Theory]
    [InlineData("full")]
    [InlineData("alone")]
    [InlineData("hostile")]
    [InlineData("out of budget")]
    public void AReportIsWhatItsSchemaSays(string which)
    {
        using var json = JsonDocument.Parse(Written(which switch { "full" => Some.Report(), "alone" => Some.Alone(), "hostile" => Some.Hostile(), _ => Some.OutOfBudget() }));
        Assert.Empty(new SchemaCheck(Schema()).Complaints(json.RootElement));
    }

    [Fact]
    public void TheSchemaRejectsWhatItDoesNotDescribe()
    {
        var json = JsonNode.Parse(Written(Some.Report()))!;
        json["surprise"] = 1;
        json["scores"]![0]!.AsObject().Remove("slice");
        json["changes"]![0]!["shift"] = 2;
        json["scores"]![1]!["coverage"]!["unscored"]!["Bored"] = 1;
        using var changed = JsonDocument.Parse(json.ToJsonString());
        Assert.Equal(4, new SchemaCheck(Schema()).Complaints(changed.RootElement).Count());
    }

    [Fact]
    public void TheSchemaDescribesEveryFieldAndNoOther()
    {
        var schema = Schema();
        var described = schema.GetProperty("$defs").EnumerateObject().ToDictionary(each => each.Name, each => each.Value);
        described["report"] = schema;
        var types = new Dictionary<string, JsonTypeInfo>();
        Collect(EvaluationJson.Plain.Report, types);
        Assert.Equal(types.Keys.Order(), described.Keys.Order());
        foreach (var (name, type) in types)
        {
            var fields = described[name].GetProperty("properties").EnumerateObject().ToList();
            Assert.Equal(type.Properties.Where(property => property.Get is not null).Select(property => property.Name).Order(), fields.Select(field => field.Name).Order());
            Assert.All(fields, field => Assert.NotEmpty(field.Value.GetProperty("description").GetString()!));
        }

        Assert.Equal(
            Enum.GetNames<Reason>(),
            schema.GetProperty("$defs").GetProperty("coverage").GetProperty("properties").GetProperty("unscored").GetProperty("propertyNames").GetProperty("enum").EnumerateArray().Select(each => each.GetString()!));
        Assert.Equal(Enum.GetNames<RunStatus>(), schema.GetProperty("properties").GetProperty("status").GetProperty("enum").EnumerateArray().Select(each => each.GetString()!));
    }

    [Fact]
    public void AReportReadsBackAsItWas()
    {
        var report = Some.Report();
        var again = JsonSerializer.Deserialize(Written(report), EvaluationJson.Plain.Report)!;
        Assert.Equal(Written(report), Written(again));
    }

    [Fact]
    public void TextStaysReadableAndLinesAreIndented()
    {
        var json = Written(Some.Report() with { Run = new("größe") });
        Assert.StartsWith("{\n  \"run\": \"größe\",\n  \"status\": \"Completed\",\n", json, StringComparison.Ordinal);
        Assert.EndsWith("}\n", json, StringComparison.Ordinal);
    }

    private static string Written(Report report)
    {
        using var stream = new MemoryStream();
        ReportJson.Write(report, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static JsonElement Schema()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not lie inside the repository");
        }

        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, "docs", "report.schema.json")));
        return document.RootElement.Clone();
    }

    private static void Collect(JsonTypeInfo type, Dictionary<string, JsonTypeInfo> types)
    {
        if (type.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary)
        {
            Collect(type.Options.GetTypeInfo(type.ElementType!), types);
        }

        if (type.Kind == JsonTypeInfoKind.Object && types.TryAdd(char.ToLowerInvariant(type.Type.Name[0]) + type.Type.Name[1..], type))
        {
            foreach (var property in type.Properties)
            {
                Collect(type.Options.GetTypeInfo(property.PropertyType), types);
            }
        }
    }
}
