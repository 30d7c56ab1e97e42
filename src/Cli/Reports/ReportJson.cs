using System.Text.Encodings.Web;
using System.Text.Json;
using Assize.Evaluation;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Reports;

/// <summary>A report as indented JSON, described by <c>docs/report.schema.json</c>.</summary>
internal static class ReportJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Report report, Stream stream)
    {
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            JsonSerializer.Serialize(writer, report, EvaluationJson.Plain.Report);
        }

        stream.Write("\n"u8);
    }
}
