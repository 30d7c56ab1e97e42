using System.Text.Json;
using Assize.Evaluation;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Reports;

/// <summary>The report for programs; <c>docs/report.schema.json</c> describes it.</summary>
internal static class ReportJson
{
    public static void Write(Report report, Stream stream)
    {
        var json = EvaluationJson.Plain;
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = json.Options.Encoder, NewLine = "\n" });
        JsonSerializer.Serialize(writer, report, json.Report);
        writer.Flush();
        stream.WriteByte((byte)'\n');
    }
}
