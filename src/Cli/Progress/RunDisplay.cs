using System.Globalization;
using Assize.Cli.Commands;
using Assize.Cli.Reports;
using Spectre.Console;

namespace Assize.Cli.Progress;

/// <summary>Shows how a run gets on: a bar on a terminal, plain lines elsewhere, one JSON object a line when asked. Standard output stays free for the report.</summary>
internal abstract class RunDisplay : IDisposable
{
    public static RunDisplay For(OutputForm form, string suite, string run) => form switch
    {
        OutputForm.Ndjson => new JsonLines(),
        _ when Terminal.Interactive && Environment.GetEnvironmentVariable("NO_COLOR") is null => new Bar(suite, run),
        _ => new Lines(suite, run),
    };

    public abstract void Show(V1.WatchRunResponse message);

    public abstract void Note(string text);

    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Rate, time left, money and what has no score, in one line.</summary>
    private static string Status(V1.WatchRunResponse message)
    {
        var unscored = message.Unscored.Sum(one => one.Value);
        var parts = new List<string> { string.Create(CultureInfo.InvariantCulture, $"{message.Run.CasesDone} of {message.Run.Cases} cases") };
        if (message.CasesPerSecond > 0 && message.Run.Status is V1.RunStatus.Running)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{message.CasesPerSecond:0.#}/s"));
            if (message.Remaining is { } left)
            {
                parts.Add($"{Left(left.ToTimeSpan())} left");
            }
        }

        parts.Add(string.Create(CultureInfo.InvariantCulture, $"cost {message.CostMicros / 1e6:0.00##}"));
        foreach (var budget in message.Budgets)
        {
            parts.Add($"{Figures.Share(budget.SpentMicros / 1e6 / double.Parse(budget.Amount, CultureInfo.InvariantCulture))} of {Owner(budget)}budget {budget.Amount}{(budget.Warning ? " (!)" : "")}");
        }

        if (unscored > 0)
        {
            parts.Add($"{unscored.ToString(CultureInfo.InvariantCulture)} unscored");
        }

        if (message.Trouble.Length > 0)
        {
            parts.Add($"waiting: {Terminal.Clean(message.Trouble)}");
        }

        return string.Join(", ", parts);
    }

    private static string Owner(V1.BudgetLine budget) => budget.Purse == "run" ? "" : Terminal.Clean(budget.Purse.Replace('/', ' ')) + "'s ";

    private static string Left(TimeSpan left) => left.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{left.TotalHours:0.0} h")
        : left.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{left.TotalMinutes:0} min") : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(left.TotalSeconds)} s");

    /// <summary>A line at the start, every tenth of the way, whenever trouble or a budget's warning comes or goes, and at the end.</summary>
    private sealed class Lines : RunDisplay
    {
        private long told = -1;
        private string trouble = "";
        private int warnings;

        public Lines(string suite, string run) => Console.Error.WriteLine($"Run {run} of suite {suite}");

        public override void Show(V1.WatchRunResponse message)
        {
            var tenth = message.Run.Cases == 0 ? 10 : message.Run.CasesDone * 10 / message.Run.Cases;
            var warned = message.Budgets.Count(budget => budget.Warning);
            if (tenth != told || message.Trouble != trouble || warned != warnings || message.Run.Status is not V1.RunStatus.Running)
            {
                (told, trouble, warnings) = (tenth, message.Trouble, warned);
                Console.Error.WriteLine(Status(message));
            }
        }

        public override void Note(string text) => Console.Error.WriteLine(Terminal.Clean(text));
    }

    private sealed class JsonLines : RunDisplay
    {
        public override void Show(V1.WatchRunResponse message)
        {
            var brief = message.Clone();
            brief.Report = null;
            Console.Out.WriteLine(MessageJson.Of(brief));
        }

        public override void Note(string text) => Console.Error.WriteLine(Terminal.Clean(text));
    }

    private sealed class Bar : RunDisplay
    {
        private const int Width = 30;
        private readonly IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        private bool drawn;

        public Bar(string suite, string run) => console.MarkupLineInterpolated($"Run [bold]{run}[/] of suite [bold]{suite}[/]");

        public override void Show(V1.WatchRunResponse message)
        {
            var share = message.Run.Cases == 0 ? 1 : (double)message.Run.CasesDone / message.Run.Cases;
            var full = (int)(share * Width);
            var status = Status(message);
            var room = Math.Max(20, console.Profile.Width - Width - 3);
            // One line that is written over: back to its start, and clear what was longer.
            Console.Error.Write("\r\u001b[2K");
            console.MarkupInterpolated($"[green]{new string('━', full)}[/][grey]{new string('━', Width - full)}[/] {(status.Length > room ? status[..room] : status)}");
            drawn = true;
            if (message.Run.Status is not V1.RunStatus.Running)
            {
                End();
            }
        }

        public override void Note(string text)
        {
            End();
            console.MarkupLineInterpolated($"[yellow]{Terminal.Clean(text)}[/]");
        }

        public override void Dispose()
        {
            End();
            base.Dispose();
        }

        private void End()
        {
            if (drawn)
            {
                console.WriteLine();
                drawn = false;
            }
        }
    }
}
