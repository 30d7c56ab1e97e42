using Assize.Cli.Reports;

namespace Assize.Cli.Tests.Reports;

public sealed class ReportPageTests
{
    [Fact]
    public void AScratchPageIsWritten()
    {
        Directory.CreateDirectory("/tmp/r");
        File.WriteAllText("/tmp/r/page.html", ReportPage.Html(Some.Report() with { Simulated = true }));
        File.WriteAllText("/tmp/r/hostile.html", ReportPage.Html(Some.Hostile()));
        File.WriteAllText("/tmp/r/alone.html", ReportPage.Html(Some.Alone()));
        using var text = new StringWriter();
        ReportText.Write(Some.Report(), text);
        File.WriteAllText("/tmp/r/plain.txt", text.ToString());
        using var table = new StringWriter();
        var console = Spectre.Console.AnsiConsole.Create(new() { Out = new Spectre.Console.AnsiConsoleOutput(table), Ansi = Spectre.Console.AnsiSupport.No });
        console.Profile.Width = 80;
        console.Profile.Capabilities.Unicode = true;
        ReportTable.Write(Some.Report() with { Simulated = true }, console);
        File.WriteAllText("/tmp/r/table.txt", table.ToString());
    }
}
