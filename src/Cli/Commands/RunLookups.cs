using System.CommandLine;
using System.Globalization;
using Assize.Cli.Hosting;
using Assize.Cli.Progress;
using Assize.Cli.Reports;
using Assize.Gateway.Translation;
using Spectre.Console;

namespace Assize.Cli.Commands;

/// <summary>The commands that look at a run or end it: <c>watch</c>, <c>runs</c>, <c>report</c>, <c>cancel</c>.</summary>
internal static class RunLookups
{
    private static readonly Argument<string> Run = new("run") { Description = "The run's id" };

    private static readonly Option<string?> Suite = new("--suite") { Description = "Only runs of this suite" };

    private static readonly Option<string?> Html = new("--html") { Description = "Also write the report as a page; - writes the page to standard output in place of the report" };

    private static readonly Option<bool> Slices = new("--slices") { Description = "Show every slice" };

    public static Command Watch() => Made("watch", "Follow a run to its end and print its report", true, [Run, Slices], async (connection, parsed, cancellation) =>
    {
        var form = parsed.GetValue(ClusterSettings.Output);
        var run = (await connection.Runs.GetRunAsync(new V1.GetRunRequest { Run = parsed.GetRequiredValue(Run) }, cancellationToken: cancellation)).Run;
        using var display = RunDisplay.For(form, run.Suite, run.Id);
        var report = await RunFollowing.Follow(connection, run.Id, display, cancellation);
        ReportOutput.Write(report, form, parsed.GetValue(Slices));
        return ExitCode.Of(report.Status);
    });

    public static Command Report() => Made("report", "Print a run's report", false, [Run, Html, Slices], async (connection, parsed, cancellation) =>
    {
        var answer = await connection.Runs.GetReportAsync(new V1.GetReportRequest { Run = parsed.GetRequiredValue(Run) }, cancellationToken: cancellation);
        var report = answer.Report.ToDomain();
        if (parsed.GetValue(Html) is PageFile.Nowhere)
        {
            Console.Out.Write(ReportPage.Html(report));
            return ExitCode.Done;
        }

        ReportOutput.Write(report, parsed.GetValue(ClusterSettings.Output), parsed.GetValue(Slices));
        if (parsed.GetValue(Html) is { } page)
        {
            await PageFile.Write(page, ReportPage.Html(report));
        }

        return ExitCode.Done;
    }, before: parsed => PageFile.Check(parsed.GetValue(Html)));

    public static Command Cancel() => Made("cancel", "Stop a run; what is finished is kept and reported", false, [Run], async (connection, parsed, cancellation) =>
    {
        var run = (await connection.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = parsed.GetRequiredValue(Run) }, cancellationToken: cancellation)).Run;
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Run {run.Id} is {Word(run.Status)}: {run.CasesDone} of {run.Cases} cases are judged."));
        var report = (await connection.Runs.GetReportAsync(new V1.GetReportRequest { Run = run.Id }, cancellationToken: cancellation)).Report;
        if (report.UnsettledCalls > 0)
        {
            Console.Out.WriteLine($"{Figures.Plural(report.UnsettledCalls, "call is", "calls are")} still in flight: what they cost comes into its report when they are answered.");
        }

        return ExitCode.Done;
    });

    public static Command Runs() => Made("runs", "List runs, newest first", false, [Suite], async (connection, parsed, cancellation) =>
    {
        var form = parsed.GetValue(ClusterSettings.Output);
        var table = new Table().Border(TableBorder.Simple)
            // An id that is broken over two lines cannot be copied.
            .AddColumn(new TableColumn("run").NoWrap()).AddColumns("suite", "status", "cases").AddColumn(new TableColumn("started").NoWrap());
        var token = "";
        do
        {
            var page = await connection.Runs.ListRunsAsync(
                new V1.ListRunsRequest { Suite = parsed.GetValue(Suite) ?? "", PageToken = token, PageSize = 100 }, cancellationToken: cancellation);
            foreach (var run in page.Runs)
            {
                if (form is OutputForm.Table)
                {
                    table.AddRow(
                        new Text(run.Id), new Text(Terminal.Clean(run.Suite)), new Text(Word(run.Status)),
                        new Text(string.Create(CultureInfo.InvariantCulture, $"{run.CasesDone}/{run.Cases}")),
                        new Text(run.StartTime.ToDateTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)));
                }
                else
                {
                    Console.Out.WriteLine(MessageJson.Of(run));
                }
            }

            token = page.NextPageToken;
        }
        while (token.Length > 0);
        if (form is OutputForm.Table)
        {
            AnsiConsole.Write(table);
        }

        return ExitCode.Done;
    });

    /// <param name="before">What can be told of the command line without a cluster, and is before one is started or asked.</param>
    internal static Command Made(
        string name, string description, bool resume, IEnumerable<Symbol> symbols, Func<Connection, ParseResult, CancellationToken, Task<int>> action, Action<ParseResult>? before = null)
    {
        var command = new Command(name, description).With(
            [.. symbols, .. ClusterSettings.Place, ClusterSettings.Output, ClusterSettings.Verbose]);
        command.SetAction((parsed, cancellation) => Errors.Guard(async () =>
        {
            before?.Invoke(parsed);
            await using var connection = await Connection.Open(ClusterSettings.Cluster(parsed, resume), cancellation);
            return await connection.Looking(() => action(connection, parsed, cancellation));
        }));
        return command;
    }

    internal static string Word(V1.RunStatus status) => status switch
    {
        V1.RunStatus.Running => "running",
        V1.RunStatus.Completed => "completed",
        V1.RunStatus.Cancelled => "cancelled",
        V1.RunStatus.OutOfBudget => "out of budget",
        _ => "unknown",
    };
}
