using System.CommandLine;
using Assize.Cli.Hosting;
using Assize.Cli.Monitors;
using Assize.Cli.Progress;
using Assize.Cli.Reports;
using Assize.Cli.Uploads;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Gateway.Translation;

namespace Assize.Cli.Commands;

/// <summary><c>assize monitor backtest</c>: what a monitor would have said of recorded traffic or of the scores that it still has, and what it costs to find out.</summary>
internal static class BacktestCommand
{
    private const int PageSize = 500;

    private static readonly Argument<string> Monitor = new("monitor") { Description = "The monitor's YAML or JSON file, or the name of a monitor of the cluster" };

    private static readonly Argument<string?> Traffic = new("traffic")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Recorded interactions as JSON Lines; what has a score is not judged again. Without it: the scores that the cluster's monitor of that name still has, and no model is asked",
    };

    private static readonly Option<double?> Days = Number.Maybe("--days", "Try another number of days between false alarms");

    private static readonly Option<double?> LeastShift = Number.Maybe("--least-shift", "Try another smallest shift that matters, in points");

    private static readonly Option<double?> DropWeight = Number.Maybe("--drop-weight", "Try another weight of drops, 0 to 1");

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be drawn and what judging it would cost, and ask no model" };

    private static readonly Option<bool> Simulate = new("--simulate") { Description = "Let the built-in simulated model judge" };

    private static readonly Option<string?> Budget = new("--budget") { Description = "What judging may cost, in the unit of the models' prices" };

    public static Command Make()
    {
        var command = new Command("backtest", "Hold a monitor's definition against recorded traffic, or against the scores that it still has: exit code 0 no alarm, 1 alarm, 2 inconclusive").With(
            [Monitor, Traffic, Days, LeastShift, DropWeight, DryRun, Budget, Simulate, .. ClusterSettings.Place, ClusterSettings.Output, ClusterSettings.Verbose]);
        command.SetAction((parsed, cancellation) => Errors.Guard(() => Run(parsed, cancellation)));
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken cancellation)
    {
        var named = parsed.GetRequiredValue(Monitor);
        if (parsed.GetValue(Traffic) is not { } recording)
        {
            return await Stored(named, parsed, cancellation);
        }

        var fromFile = File.Exists(named) || parsed.GetValue(ClusterSettings.Address) is null;
        var definition = fromFile ? Tried(MonitorFile.Read(named), parsed) : null;
        var traffic = RecordedTraffic.Read(recording);
        if (definition is not null && new Backtest(definition, traffic) is { ToJudge.IsEmpty: true } recorded)
        {
            // Every score is known: no cluster is needed.
            return parsed.GetValue(DryRun) ? Free(recorded) : Told(recorded, [], parsed);
        }

        var simulated = parsed.GetValue(Simulate) && definition is not null ? definition.Judge.Models.ToArray() : [];
        await using var connection = await Connection.Open(ClusterSettings.Cluster(parsed, resume: true, simulated), cancellation);
        definition ??= Tried(await Found(connection, named, cancellation), parsed);
        var test = new Backtest(definition, traffic);
        return test.ToJudge.IsEmpty ? parsed.GetValue(DryRun) ? Free(test) : Told(test, [], parsed) : await Judged(connection, test, parsed, cancellation);
    }

    private static async Task<int> Stored(string named, ParseResult parsed, CancellationToken cancellation)
    {
        var file = File.Exists(named) ? MonitorFile.Read(named) : null;
        await using var connection = await Connection.Open(ClusterSettings.Cluster(parsed), cancellation);
        var definition = Tried(file ?? await Found(connection, named, cancellation), parsed);
        var told = await connection.Monitors.BacktestMonitorAsync(
            new V1.BacktestMonitorRequest { Monitor = definition.Name.Value, Definition = definition.ToProto() }, cancellationToken: cancellation);
        Write(parsed, StoredBacktest.Lines(definition.Name.Value, told), () => BacktestJson.Of(definition.Name.Value, told));
        return StoredBacktest.Code(told);
    }

    private static async Task<MonitorDefinition> Found(Connection connection, string named, CancellationToken cancellation) =>
        (await connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = named }, cancellationToken: cancellation)).Monitor.Definition.ToDomain();

    private static MonitorDefinition Tried(MonitorDefinition definition, ParseResult parsed) => definition with
    {
        Alarm = definition.Alarm with
        {
            Days = parsed.GetValue(Days) ?? definition.Alarm.Days,
            LeastShift = parsed.GetValue(LeastShift) ?? definition.Alarm.LeastShift,
            DropWeight = parsed.GetValue(DropWeight) ?? definition.Alarm.DropWeight,
        },
    };

    /// <summary>What holding it against scores that are all there costs.</summary>
    private static int Free(Backtest test)
    {
        Console.Out.WriteLine($"{Drawn(test)}, all of them judged already: no model is asked, and it costs nothing.");
        return ExitCode.Done;
    }

    private static string Drawn(Backtest test) => $"{Figures.Count(test.Recorded)} recorded interactions, {Figures.Count(test.Seen)} match, {Figures.Count(test.Drawn)} drawn";

    private static async Task<int> Judged(Connection connection, Backtest test, ParseResult parsed, CancellationToken cancellation)
    {
        var exhibits = test.ToJudge;
        var suite = (await SuiteUpload.Send(connection.Suites, test.Suite, exhibits.Length, exhibits, cancellation)).Suite;
        var budget = parsed.GetValue(Budget) is { } amount ? new V1.Budget { Amount = amount } : null;
        var estimate = (await connection.Runs.EstimateRunAsync(new V1.EstimateRunRequest { Suite = suite.Definition.Name, Version = suite.Version, Budget = budget }, cancellationToken: cancellation)).Estimate;
        var tell = parsed.GetValue(DryRun) ? Console.Out : Console.Error;
        tell.WriteLine($"{Drawn(test)}, {Figures.Count(exhibits.Length)} to be judged.");
        foreach (var line in EstimateText.Of(estimate))
        {
            tell.WriteLine(line);
        }

        if (parsed.GetValue(DryRun))
        {
            return ExitCode.Done;
        }

        var run = await Started(connection, suite, budget, cancellation);
        Report report;
        using (var display = RunDisplay.For(parsed.GetValue(ClusterSettings.Output), suite.Definition.Name, run.Id))
        {
            report = await RunFollowing.Follow(connection, run.Id, display, cancellation);
        }

        return Told(test, await Outcomes(connection, run.Id, cancellation), parsed, report);
    }

    /// <summary>Goes on with a run of the same traffic that is at work. One that has ended is not gone on with: where a budget stopped it or somebody did, another judges the rest, and what is paid for is not asked again.</summary>
    private static async Task<V1.Run> Started(Connection connection, V1.Suite suite, V1.Budget? budget, CancellationToken cancellation)
    {
        var open = await connection.Runs.ListRunsAsync(
            new V1.ListRunsRequest { Suite = suite.Definition.Name, Status = V1.RunStatus.Running, PageSize = 20 }, cancellationToken: cancellation);
        if (open.Runs.FirstOrDefault(run => run.Version == suite.Version) is { } unfinished)
        {
            Console.Error.WriteLine($"Going on with run {unfinished.Id}, which was not finished ({unfinished.CasesDone} of {unfinished.Cases} cases){(budget is null ? "" : "; --budget changes nothing now")}.");
            return unfinished;
        }

        var request = new V1.StartRunRequest { Suite = suite.Definition.Name, Version = suite.Version, RequestId = Guid.CreateVersion7().ToString(), Budget = budget };
        return (await connection.Runs.StartRunAsync(request, cancellationToken: cancellation)).Run;
    }

    private static async Task<Dictionary<CaseId, Outcome>> Outcomes(Connection connection, string run, CancellationToken cancellation)
    {
        var outcomes = new Dictionary<CaseId, Outcome>();
        var request = new V1.ListJudgementsRequest { Run = run, PageSize = PageSize, Brief = true };
        do
        {
            var page = await connection.Runs.ListJudgementsAsync(request, cancellationToken: cancellation);
            foreach (var judgement in page.Judgements)
            {
                outcomes[new(judgement.Case.Id)] = judgement.OutcomeCase is V1.Judgement.OutcomeOneofCase.Scores
                    ? new Outcome.Scored([.. judgement.Scores.Scores_.Select(score => new Score(new(score.Criterion), score.Value))])
                    : new Outcome.Unscored(judgement.Unscored.Reason.ToDomain(), judgement.Unscored.Detail);
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return outcomes;
    }

    /// <param name="report">Of the run that judged; null where nothing had to be judged.</param>
    private static int Told(Backtest test, Dictionary<CaseId, Outcome> outcomes, ParseResult parsed, Report? report = null)
    {
        var ledger = test.Go(outcomes, report?.Status is RunStatus.OutOfBudget ? Reason.Budget : Reason.Cancelled);
        // Of what was not judged nobody knows whether there would have been an alarm, or an earlier one.
        var stopped = report is { Status: RunStatus.Cancelled or RunStatus.OutOfBudget } ? Stopped(report) : null;
        var code = stopped is null ? Backtest.Code(ledger) : ExitCode.Inconclusive;
        Write(
            parsed, stopped is null ? test.Lines(ledger) : [.. test.Lines(ledger), $"Inconclusive. {stopped} The same command judges the rest: what is paid for is not asked again."],
            () => BacktestJson.Of(test, ledger, code, stopped));
        return code;
    }

    private static string Stopped(Report report)
    {
        var why = report.Status is RunStatus.Cancelled ? "Cancelled" : $"Stopped by {Terminal.Clean(report.StoppedBy ?? "a budget")}";
        return $"{why} after {Figures.Count(report.CasesDone)} of {Figures.Plural(report.Cases, "sample", "samples")} to be judged.{(Labels.Spent(report) is { } spent ? $" {spent}" : "")}";
    }

    private static void Write(ParseResult parsed, IEnumerable<string> lines, Func<string> json)
    {
        if (parsed.GetValue(ClusterSettings.Output) is not OutputForm.Table)
        {
            Console.Out.WriteLine(json());
            return;
        }

        foreach (var line in lines)
        {
            Console.Out.WriteLine(Terminal.Clean(line));
        }
    }
}
