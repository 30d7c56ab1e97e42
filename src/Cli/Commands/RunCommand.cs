using System.CommandLine;
using Assize.Cli.Hosting;
using Assize.Cli.Progress;
using Assize.Cli.Reports;
using Assize.Cli.Suites;
using Assize.Cli.Uploads;
using Assize.Evaluation;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Runs;
using Assize.Gateway.Translation;
using Grpc.Core;

namespace Assize.Cli.Commands;

/// <summary><c>assize run</c>: a suite in, a report out.</summary>
internal static class RunCommand
{
    private static readonly Argument<string> Suite = new("suite") { Description = "The suite's YAML or JSON file" };

    private static readonly Option<bool> Simulate = new("--simulate") { Description = "Let the built-in simulated model stand in for every model; its results say so" };

    private static readonly Option<bool> Fresh = new("--new") { Description = "Start another run also when one of this suite is unfinished" };

    private static readonly Option<string?> Html = new("--html") { Description = "Where the report's page goes (default: reports/RUN.html in the data folder; - for none)" };

    private static readonly Option<string[]> Labels = new("--label") { Description = "A label of the run, as in commit=abc123; may be repeated" };

    private static readonly Option<string?> Budget = new("--budget") { Description = "What the run may spend, in the unit of the models' prices, as in 5.00; it then ends with a partial report and exit code 2" };

    private static readonly Option<bool> Strict = new("--strict") { Description = "Refuse a run whose estimate exceeds what is left of a budget" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what the run would take and start nothing" };

    private static readonly Option<bool> Slices = new("--slices") { Description = "Show every slice" };

    public const string Name = "run";

    public static Command Make()
    {
        var command = new Command(Name, "Judge a suite and print the report").With(
            [Suite, Simulate, Fresh, Budget, Strict, DryRun, Html, Labels, Slices, .. ClusterSettings.Place, ClusterSettings.Output, ClusterSettings.Verbose]);
        command.SetAction((parsed, cancellation) => Errors.Guard(() => Run(parsed, cancellation)));
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var interruption = new Interruption();
        var labels = Labelled(parsed.GetValue(Labels) ?? []);
        if (parsed.GetValue(Simulate) && parsed.GetValue(ClusterSettings.Address) is not null)
        {
            throw new EvaluationException("--simulate and --address exclude each other: which models a cluster asks is decided where it runs.");
        }

        PageFile.Check(parsed.GetValue(Html));
        var begun = false;
        try
        {
            // A large file is read in one go, which nobody has to wait for.
            var suite = await Task.Run(() => SuiteFiles.Open(parsed.GetRequiredValue(Suite)), cancellation).WaitAsync(interruption.Asked);
            var models = suite.Definition.Judges.SelectMany(judge => judge.Models)
                .Concat(suite.Definition.Candidates.OfType<ModelCandidate>().Select(candidate => candidate.Model)).Distinct().ToArray();
            await using var connection = await Connection.Open(ClusterSettings.Cluster(parsed, resume: !parsed.GetValue(DryRun), parsed.GetValue(Simulate) ? models : []), interruption.Asked);
            var stored = await SuiteUpload.Send(connection.Suites, suite.Definition, suite.Cases, suite.Exhibits(), interruption.Asked);
            if (parsed.GetValue(DryRun))
            {
                return Rehearse(await Estimated(connection, stored.Suite, parsed, interruption.Asked), parsed);
            }

            var run = await Start(connection, stored.Suite, parsed, labels, interruption.Asked);
            begun = true;
            await TellOfOthers(connection, run.Id, parsed, cancellation);
            using var display = RunDisplay.For(parsed.GetValue(ClusterSettings.Output), suite.Definition.Name.Value, run.Id);
            var report = await Watch(connection, run.Id, display, interruption, cancellation);
            await Tell(report, parsed);
            return ExitCode.Of(report.Status);
        }
        catch (Exception) when (interruption.Asked.IsCancellationRequested && !begun)
        {
            // Whatever the cluster said of being stopped while it was starting, only this matters.
            Console.Error.WriteLine("Interrupted: no run was started. The same command starts it.");
            return ExitCode.Inconclusive;
        }
    }

    private static int Rehearse(V1.RunEstimate estimate, ParseResult parsed)
    {
        foreach (var line in parsed.GetValue(ClusterSettings.Output) is OutputForm.Table ? EstimateText.Of(estimate) : [MessageJson.Of(estimate)])
        {
            Console.Out.WriteLine(line);
        }

        return parsed.GetValue(Strict) && estimate.Exceeds.Count > 0
            ? throw new EvaluationException([.. estimate.Exceeds.Select(one => new Mistake($"The run is expected to cost more than {one}.", "Raise the budget, or run it without --strict: it then ends with a partial result.") { Field = "--strict" })])
            : ExitCode.Done;
    }

    private static async Task<V1.RunEstimate> Estimated(Connection connection, V1.Suite suite, ParseResult parsed, CancellationToken cancellation) => (await connection.Runs.EstimateRunAsync(
        new V1.EstimateRunRequest { Suite = suite.Definition.Name, Version = suite.Version, Budget = Given(parsed) }, cancellationToken: cancellation)).Estimate;

    /// <summary>Runs of the data folder that were broken off go on as soon as its cluster is there, and are paid for like any other: nobody is to learn that from the bill.</summary>
    private static async Task TellOfOthers(Connection connection, string run, ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(ClusterSettings.Address) is not null)
        {
            return;
        }

        var others = (await connection.Runs.ListRunsAsync(new V1.ListRunsRequest { Status = V1.RunStatus.Running, PageSize = 20 }, cancellationToken: cancellation)).Runs.Where(one => one.Id != run).ToArray();
        if (others.Length > 0)
        {
            Console.Error.WriteLine($"Beside it goes on what was not finished: {string.Join(", ", others.Select(one => $"run {one.Id} of suite {Terminal.Clean(one.Suite)} ({one.CasesDone} of {one.Cases} cases)"))}. End one with: assize cancel RUN");
        }
    }

    private static V1.Budget? Given(ParseResult parsed) => parsed.GetValue(Budget) is { } amount ? new V1.Budget { Amount = amount } : null;

    /// <summary>Goes on with the suite's unfinished run, if there is one, else starts another. What is interrupted while it starts is waited for: a run that nobody knows of would be paid for.</summary>
    private static async Task<V1.Run> Start(Connection connection, V1.Suite suite, ParseResult parsed, Dictionary<string, string> labels, CancellationToken interrupted)
    {
        if (!parsed.GetValue(Fresh))
        {
            var open = await connection.Runs.ListRunsAsync(
                new V1.ListRunsRequest { Suite = suite.Definition.Name, Status = V1.RunStatus.Running, PageSize = 20 }, cancellationToken: interrupted);
            if (open.Runs.FirstOrDefault(run => run.Version == suite.Version) is { } unfinished)
            {
                Console.Error.WriteLine($"Going on with run {unfinished.Id}, which was not finished ({unfinished.CasesDone} of {unfinished.Cases} cases). --new starts another.");
                if (Given(parsed) is not null)
                {
                    Console.Error.WriteLine($"--budget changes nothing now: {(unfinished.Budget is { } old ? $"the run keeps its budget of {old.Amount}" : "the run was started without a budget and keeps none")}.");
                }

                return unfinished;
            }
        }

        foreach (var line in EstimateText.Of(await Estimated(connection, suite, parsed, interrupted)))
        {
            Console.Error.WriteLine(line);
        }

        var request = new V1.StartRunRequest
        {
            Suite = suite.Definition.Name, Version = suite.Version, RequestId = Guid.CreateVersion7().ToString(), Budget = Given(parsed), Strict = parsed.GetValue(Strict),
        };
        request.Labels.Add(labels);
        interrupted.ThrowIfCancellationRequested();
        return (await connection.Runs.StartRunAsync(request, cancellationToken: CancellationToken.None)).Run;
    }

    /// <summary>The labels, each once; all that is wrong with them is told before anything begins.</summary>
    private static Dictionary<string, string> Labelled(string[] written)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var mistakes = new List<Mistake>();
        foreach (var label in written)
        {
            if (label.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var equals))
            {
                mistakes.Add(new Mistake($"'{label}' is not a label.", "Write it as key=value.") { Field = "--label" });
            }
            else if (!labels.TryAdd(label[..equals], label[(equals + 1)..]))
            {
                mistakes.Add(new Mistake($"The label '{label[..equals]}' is given twice.") { Field = "--label" });
            }
        }

        mistakes.AddRange(LabelCheck.Of(labels, "--label"));
        return mistakes.Count > 0 ? throw new EvaluationException([.. mistakes]) : labels;
    }

    /// <summary>Watches the run to its end. An interruption, also one that came while it was started, cancels it and waits for the partial report.</summary>
    private static async Task<Report> Watch(Connection connection, string run, RunDisplay display, Interruption interruption, CancellationToken cancellation)
    {
        using var interrupted = interruption.Asked.Register(() =>
        {
            display.Note("Cancelling; what is finished is kept. Press Ctrl-C again to leave at once.");
            _ = Cancel(connection, run, display);
        });
        return await RunFollowing.Follow(connection, run, display, cancellation);
    }

    /// <summary>Cancels the run, however often that takes: nobody may interrupt a second time.</summary>
    private static async Task Cancel(Connection connection, string run, RunDisplay display)
    {
        while (true)
        {
            try
            {
                await connection.Runs.CancelRunAsync(new V1.CancelRunRequest { Run = run });
                return;
            }
            catch (RpcException failed)
            {
                display.Note($"The run is not cancelled yet ({failed.Status.Detail}); trying again.");
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            }
        }
    }

    private static async Task Tell(Report report, ParseResult parsed)
    {
        ReportOutput.Write(report, parsed.GetValue(ClusterSettings.Output), parsed.GetValue(Slices));
        var page = parsed.GetValue(Html) ?? (parsed.GetValue(ClusterSettings.Address) is null
            ? Path.Combine(parsed.GetValue(ClusterSettings.Data) ?? Silo.DataFolder.Default, "reports", $"{report.Run}.html")
            : PageFile.Nowhere);
        if (page != PageFile.Nowhere)
        {
            await PageFile.Write(page, ReportPage.Html(report));
            Console.Error.WriteLine($"Report page: {Path.GetFullPath(page)}");
        }

        if (report.Status is RunStatus.Cancelled)
        {
            Console.Error.WriteLine($"Cancelled after {report.CasesDone} of {report.Cases} cases. The same command goes on from here: what is paid for is not asked again.");
        }
        else if (report.Status is RunStatus.OutOfBudget)
        {
            Console.Error.WriteLine($"Stopped by {Terminal.Clean(report.StoppedBy ?? "a budget")} after {report.CasesDone} of {report.Cases} cases. {(Reports.Labels.Spent(report) is { } spent ? $"{spent} " : "")}With money again, the same command goes on: what is paid for is not asked again.");
        }
        else
        {
            Console.Error.WriteLine($"Judgements with their texts: assize results {report.Run}");
        }
    }
}
