using System.CommandLine;
using System.Globalization;
using Assize.Cli.Reports;
using Spectre.Console;

namespace Assize.Cli.Commands;

/// <summary><c>assize models</c>: the declared models, what they allow, who waits for them, and why.</summary>
internal static class ModelsCommand
{
    public static Command Make() => RunLookups.Made("models", "List the declared models: limits, calls in flight and waiting, and what they wait for", false, [], async (connection, parsed, cancellation) =>
    {
        var models = (await connection.Models.ListModelStatusesAsync(new V1.ListModelStatusesRequest(), cancellationToken: cancellation)).Models;
        if (parsed.GetValue(ClusterSettings.Output) is not OutputForm.Table)
        {
            foreach (var model in models)
            {
                Console.Out.WriteLine(MessageJson.Of(model));
            }

            return ExitCode.Done;
        }

        if (models.Count == 0)
        {
            Console.Error.WriteLine("No models are declared: add them under Models in the configuration.");
            return ExitCode.Done;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("model", "limits", "in flight", "waiting", "last minute", "429", "failed", "budget", "state");
        foreach (var model in models)
        {
            table.AddRow(new[]
            {
                model.Card.Name, Limits(model), Figures.Count(model.Flows.Sum(flow => flow.InFlight)), Figures.Count(model.Flows.Sum(flow => flow.Waiting)),
                Figures.Count((long)model.ServedLastMinute), Figures.Count(model.Limited), Figures.Count(model.Failed), Budget(model), State(model),
            }.Select(cell => new Text(Terminal.Clean(cell))));
            foreach (var flow in model.Flows.Where(flow => flow.Waiting > 0))
            {
                table.AddRow(
                    new Text(Terminal.Clean($"  {(flow.Monitor ? "monitor" : "run")} {flow.Run}")), new Text(Terminal.Clean(flow.Tenant)),
                    new Text(Figures.Count(flow.InFlight)), new Text(Figures.Count(flow.Waiting)));
            }
        }

        AnsiConsole.Write(table);
        return ExitCode.Done;
    });

    private static string Limits(V1.ModelStatus model)
    {
        var limits = model.Limits;
        var parts = new List<string> { limits.HasConcurrency && limits.Concurrency == model.BearableConcurrency ? $"{limits.Concurrency} at once" : $"{model.BearableConcurrency} at once (found)" };
        if (limits.HasRequestsPerMinute)
        {
            parts.Add($"{Figures.Count(limits.RequestsPerMinute)} requests/min");
        }

        if (limits.HasTokensPerMinute)
        {
            parts.Add($"{Figures.Count(limits.TokensPerMinute)} tokens/min");
        }

        if (model.HasLearnedRequestsPerMinute)
        {
            parts.Add($"{Figures.Count((long)model.LearnedRequestsPerMinute)} requests/min (found)");
        }

        return string.Join(", ", parts);
    }

    private static string Budget(V1.ModelStatus model) => model.Budget is { } line
        ? $"{Figures.Money(line.SpentMicros)} of {line.Amount}{line.Per switch { V1.BudgetPeriod.Day => " a day", V1.BudgetPeriod.Month => " a month", _ => "" }}{(line.Warning ? " (!)" : "")}"
        : "";

    private static string State(V1.ModelStatus model) => model.Breaker switch
    {
        V1.BreakerState.Open => $"stopped: {model.Failure}; next try {model.NextProbeTime.ToDateTime().ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture)}",
        V1.BreakerState.HalfOpen => $"trying again: {model.Failure}",
        _ => model.WaitingFor.Length > 0 ? $"waiting for {model.WaitingFor}" : "",
    };
}
