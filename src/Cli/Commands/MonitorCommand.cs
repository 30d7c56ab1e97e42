using System.CommandLine;
using Assize.Cli.Hosting;
using Assize.Cli.Monitors;
using Assize.Cli.Reports;
using Assize.Evaluation;
using Assize.Gateway.Translation;
using Grpc.Core;
using Spectre.Console;

namespace Assize.Cli.Commands;

/// <summary><c>assize monitor</c>: what is watched, how it stands, and its alarms.</summary>
internal static class MonitorCommand
{
    private static readonly string[] Columns = ["monitor", "state", "seen", "judged", "unscored", "baseline", "evidence", "alarms"];

    private static readonly Argument<string> DefinitionFile = new("file") { Description = "The monitor's YAML or JSON file" };

    private static readonly Argument<string> Name = new("monitor") { Description = "The monitor's name" };

    private static readonly Argument<string?> AnyName = new("monitor") { Description = "The monitor's name; without it all monitors", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Argument<long> Alarm = new("alarm") { Description = "The alarm's number" };

    private static readonly Option<bool> Resolved = new("--all") { Description = "Also alarms that are resolved" };

    private static readonly Option<bool> Resolve = new("--resolve") { Description = "It is over: the next evidence raises a new alarm" };

    private static readonly Option<bool> Rebaseline = new("--rebaseline") { Description = "What is now is the new normal: the next scores make a new baseline" };

    private static readonly Option<bool> GiveUp = new("--rebaseline") { Description = "Give the baseline up for a new one, where the file judges otherwise" };

    private static readonly Argument<V1.BridgeDecision> Decision = new("decision")
    {
        HelpName = "carry|rebaseline|keep",
        Description = "carry: it takes over and the baseline goes on, shifted; rebaseline: it takes over and a new baseline is made; keep: the present judge goes on",
        CustomParser = result => Enum.TryParse<V1.BridgeDecision>(result.Tokens[0].Value, ignoreCase: true, out var decision) && decision is not V1.BridgeDecision.Unspecified ? decision : Unknown(result),
    };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask" };

    private static readonly Option<string> By = new("--by") { Description = "Who says so (default: this machine's user)", DefaultValueFactory = _ => Environment.UserName };

    private static readonly Option<string> Note = new("--note") { Description = "What for", DefaultValueFactory = _ => "" };

    public static Command Make() => new Command("monitor", "Watch the quality of production traffic").With(
        Apply(), List(), Show(), Baseline(),
        Changed("pause", "Take no more traffic in", async (connection, name, cancellation) => (await connection.Monitors.PauseMonitorAsync(new V1.PauseMonitorRequest { Monitor = name }, cancellationToken: cancellation)).Monitor),
        Changed("resume", "Take traffic in again", async (connection, name, cancellation) => (await connection.Monitors.ResumeMonitorAsync(new V1.ResumeMonitorRequest { Monitor = name }, cancellationToken: cancellation)).Monitor),
        Changed("judge-anchors", "Judge the anchors now, beside their schedule, to see whether the judge moved", async (connection, name, cancellation) => (await connection.Monitors.JudgeAnchorsAsync(new V1.JudgeAnchorsRequest { Monitor = name }, cancellationToken: cancellation)).Monitor),
        Bridge(), Delete(), Alarms(), Acknowledge(), BacktestCommand.Make());

    private static Command Apply() => RunLookups.Made("apply", "Create a monitor, or give it another definition", false, [DefinitionFile, GiveUp], async (connection, parsed, cancellation) =>
    {
        var definition = MonitorFile.Read(parsed.GetRequiredValue(DefinitionFile)).ToProto();
        var known = (await connection.Monitors.ListMonitorsAsync(new V1.ListMonitorsRequest(), cancellationToken: cancellation)).Monitors.Any(one => one.Definition.Name == definition.Name);
        var monitor = known
            ? (await connection.Monitors.UpdateMonitorAsync(new V1.UpdateMonitorRequest { Definition = definition, Rebaseline = parsed.GetValue(GiveUp) }, cancellationToken: cancellation)).Monitor
            : (await connection.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = definition }, cancellationToken: cancellation)).Monitor;
        MonitorText.Write(monitor, parsed.GetValue(ClusterSettings.Output));
        return ExitCode.Done;
    });

    private static Command List() => RunLookups.Made("list", "List the monitors", false, [], async (connection, parsed, cancellation) =>
    {
        var monitors = (await connection.Monitors.ListMonitorsAsync(new V1.ListMonitorsRequest(), cancellationToken: cancellation)).Monitors;
        if (parsed.GetValue(ClusterSettings.Output) is not OutputForm.Table)
        {
            foreach (var monitor in monitors)
            {
                Console.Out.WriteLine(MessageJson.Of(monitor));
            }

            return ExitCode.Done;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns([.. Columns.Select(head => new TableColumn(head).NoWrap())]);
        foreach (var monitor in monitors)
        {
            table.AddRow((monitor.State is V1.MonitorState.Unreachable ? [monitor.Definition.Name, MonitorText.Word(monitor.State), .. Enumerable.Repeat(Figures.None, Columns.Length - 2)] : new[]
            {
                monitor.Definition.Name, MonitorText.Word(monitor.State), Figures.Count(monitor.Counts.Seen), Figures.Count(monitor.Counts.Scored),
                Figures.Count(monitor.Counts.Unscored.Values.Sum()), monitor.HasBaselineMean ? Figures.Number(monitor.BaselineMean, 2) : Figures.None,
                Figures.Share(Math.Min(1, monitor.Level)), Figures.Count(monitor.StandingAlarms),
            }).Select(cell => new Text(Terminal.Clean(cell))));
        }

        AnsiConsole.Write(table);
        foreach (var (monitor, trouble) in monitors.SelectMany(monitor => monitor.Troubles.Select(trouble => (monitor, trouble))))
        {
            Console.Out.WriteLine(Terminal.Clean($"{monitor.Definition.Name}: {trouble}"));
        }

        return ExitCode.Done;
    });

    private static Command Show() => Changed("show", "Show how a monitor stands", async (connection, name, cancellation) =>
        (await connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = name }, cancellationToken: cancellation)).Monitor);

    private static Command Baseline() => RunLookups.Made("baseline", "Show what a monitor's scores are held against, slice by slice", false, [Name], async (connection, parsed, cancellation) =>
    {
        var name = parsed.GetRequiredValue(Name);
        var found = await connection.Monitors.GetBaselineAsync(new V1.GetBaselineRequest { Monitor = name }, cancellationToken: cancellation);
        if (parsed.GetValue(ClusterSettings.Output) is not OutputForm.Table)
        {
            Console.Out.WriteLine(MessageJson.Of(found));
            return ExitCode.Done;
        }

        foreach (var (baseline, items) in new[] { (found.Baseline, ""), (found.Anchors, " of the anchors") }.Where(one => one.Item1 is not null))
        {
            Console.Out.WriteLine(Terminal.Clean($"Baseline{items} {string.Join(Environment.NewLine, BaselineText.Lines(baseline))}"));
            var table = new Table().Border(TableBorder.Simple).AddColumns([.. BaselineText.Columns.Select(head => new TableColumn(head).NoWrap())]);
            foreach (var row in BaselineText.Rows(baseline))
            {
                table.AddRow(row.Select(cell => new Text(Terminal.Clean(cell))));
            }

            AnsiConsole.Write(table);
        }

        if (found.Baseline is null)
        {
            Console.Error.WriteLine($"The baseline is still being made: assize monitor show {name} says how far it is.");
        }

        return ExitCode.Done;
    });

    private static Command Changed(string name, string description, Func<Connection, string, CancellationToken, Task<V1.Monitor>> action) =>
        RunLookups.Made(name, description, false, [Name], async (connection, parsed, cancellation) =>
        {
            MonitorText.Write(await action(connection, parsed.GetRequiredValue(Name), cancellation), parsed.GetValue(ClusterSettings.Output));
            return ExitCode.Done;
        });

    private static Command Bridge() => RunLookups.Made("bridge", "Let another judge take over when both have judged the anchors, or send it away", false, [Name, Decision, By], async (connection, parsed, cancellation) =>
    {
        var request = new V1.DecideBridgeRequest { Monitor = parsed.GetRequiredValue(Name), Decision = parsed.GetValue(Decision), By = parsed.GetRequiredValue(By) };
        MonitorText.Write((await connection.Monitors.DecideBridgeAsync(request, cancellationToken: cancellation)).Monitor, parsed.GetValue(ClusterSettings.Output));
        return ExitCode.Done;
    });

    private static V1.BridgeDecision Unknown(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"'{result.Tokens[0].Value}' is no decision. Say carry, rebaseline or keep.");
        return V1.BridgeDecision.Unspecified;
    }

    private static Command Delete() => RunLookups.Made("delete", "Forget a monitor with everything it kept", false, [Name, Yes], async (connection, parsed, cancellation) =>
    {
        var name = parsed.GetRequiredValue(Name);
        try
        {
            await connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = name }, cancellationToken: cancellation);
        }
        catch (RpcException unread) when (unread.StatusCode is not StatusCode.NotFound)
        {
            // One that cannot be read can be deleted all the same; one that is not there is not asked about.
        }

        if (!parsed.GetValue(Yes) && !Confirmation.Given($"monitor {name} with its baseline, its scores and its alarms"))
        {
            return ExitCode.Inconclusive;
        }

        await connection.Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest { Monitor = name }, cancellationToken: cancellation);
        Console.Out.WriteLine(Terminal.Clean($"Monitor {name} is deleted."));
        return ExitCode.Done;
    });

    private static Command Alarms() => RunLookups.Made("alarms", "List alarms, newest first", false, [AnyName, Resolved], async (connection, parsed, cancellation) =>
    {
        var request = new V1.ListAlarmsRequest { Monitor = parsed.GetValue(AnyName) ?? "", Resolved = parsed.GetValue(Resolved) };
        var answer = await connection.Monitors.ListAlarmsAsync(request, cancellationToken: cancellation);
        var alarms = answer.Alarms;
        foreach (var alarm in alarms)
        {
            MonitorText.Write(alarm, parsed.GetValue(ClusterSettings.Output));
        }

        foreach (var trouble in answer.Troubles)
        {
            Console.Error.WriteLine(Terminal.Clean(trouble));
        }

        if (alarms.Count == 0 && answer.Troubles.Count == 0)
        {
            Console.Error.WriteLine(request.Resolved ? "There was no alarm." : "No alarm stands; --all shows those that are resolved.");
        }

        return ExitCode.Done;
    });

    private static Command Acknowledge() => RunLookups.Made(
        "acknowledge", "Say that an alarm has been seen, or that it is over", false, [Name, Alarm, Resolve, Rebaseline, By, Note], async (connection, parsed, cancellation) =>
        {
            if (parsed.GetValue(Rebaseline) && !parsed.GetValue(Resolve))
            {
                throw new EvaluationException([new Mistake("A baseline is given up when an alarm is resolved, not when it is seen.", "Say --resolve --rebaseline.") { Field = "--rebaseline" }]);
            }

            var request = new V1.AcknowledgeAlarmRequest
            {
                Monitor = parsed.GetRequiredValue(Name),
                Alarm = parsed.GetRequiredValue(Alarm),
                State = parsed.GetValue(Resolve) ? V1.AlarmState.Resolved : V1.AlarmState.Acknowledged,
                By = parsed.GetRequiredValue(By),
                Note = parsed.GetRequiredValue(Note),
                Rebaseline = parsed.GetValue(Rebaseline),
            };
            MonitorText.Write((await connection.Monitors.AcknowledgeAlarmAsync(request, cancellationToken: cancellation)).Alarm, parsed.GetValue(ClusterSettings.Output));
            if (request.Rebaseline)
            {
                Console.Error.WriteLine($"The baseline is given up, and another one is being made: assize monitor show {Terminal.Clean(request.Monitor)} says how far it is.");
            }

            return ExitCode.Done;
        });
}
