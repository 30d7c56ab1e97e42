using System.Text;
using Assize.Cli.Reports;
using Assize.Evaluation.Runs;
using Spectre.Console;

namespace Assize.Cli.Tests.Reports;

/// <summary>A report through each renderer, as text.</summary>
internal static class Rendered
{
    public static string Table(Report report, bool allSlices = false)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = 80;
        console.Profile.Capabilities.Unicode = true;
        ReportTable.Write(report, console, allSlices);
        return writer.ToString();
    }

    public static string Plain(Report report)
    {
        using var writer = new StringWriter();
        ReportText.Write(report, writer);
        return writer.ToString();
    }

    public static string Json(Report report)
    {
        using var stream = new MemoryStream();
        ReportJson.Write(report, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
