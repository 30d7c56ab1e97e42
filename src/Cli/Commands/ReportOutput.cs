using Assize.Cli.Reports;
using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Spectre.Console;

namespace Assize.Cli.Commands;

/// <summary>Writes a report to standard output in the form that was asked for.</summary>
internal static class ReportOutput
{
    public static void Write(Report report, OutputForm form, bool allSlices)
    {
        switch (form)
        {
            case OutputForm.Json:
                using (var stdout = Console.OpenStandardOutput())
                {
                    ReportJson.Write(report, stdout);
                }

                Console.Out.WriteLine();
                break;
            case OutputForm.Ndjson:
                Console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(report, EvaluationJson.Plain.Report));
                break;
            default:
                if (Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is not null)
                {
                    ReportText.Write(report, Console.Out, allSlices);
                }
                else
                {
                    ReportTable.Write(report, AnsiConsole.Console, allSlices);
                }

                break;
        }
    }
}
