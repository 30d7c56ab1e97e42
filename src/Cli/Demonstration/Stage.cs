using System.Globalization;
using Assize.Cli.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Assize.Cli.Demonstration;

/// <summary>Where the demonstration is seen: a picture that moves on a terminal, plain lines elsewhere.</summary>
internal abstract class Stage : IDisposable
{
    private readonly Sparkline scores = new(2, 5, 72);
    private readonly Sparkline evidence = new(-4, 0.01, 72);

    protected string Scores => scores.ToString();

    protected string Evidence => evidence.ToString();

    public static Stage Open(IAnsiConsole console) => Terminal.Interactive && Environment.GetEnvironmentVariable("NO_COLOR") is null ? new Moving(console) : new Lines();

    /// <summary>Says what happened, at a moment of the simulated time.</summary>
    public abstract void Tell(DateTimeOffset time, string what, bool alarm = false);

    /// <summary>Shows how the traffic's monitor stands.</summary>
    public virtual void Show(DateTimeOffset time, V1.Monitor monitor)
    {
        if (monitor.HasEstimate)
        {
            scores.Add(monitor.Estimate);
            evidence.Add(Math.Log10(Math.Max(monitor.Level, 1e-4)));
        }
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    protected static string At(DateTimeOffset time) => time.ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>What happens, a line each; a row of blocks every simulated day, and at the end.</summary>
    private sealed class Lines : Stage
    {
        private int day;

        public override void Tell(DateTimeOffset time, string what, bool alarm = false) => Console.Out.WriteLine(Terminal.Clean($"{At(time)}  {what}"));

        public override void Show(DateTimeOffset time, V1.Monitor monitor)
        {
            base.Show(time, monitor);
            if (time.DayOfYear != day && monitor.HasEstimate)
            {
                day = time.DayOfYear;
                Console.Out.WriteLine($"{At(time)}  {Standing(monitor)}");
                Console.Out.WriteLine($"                      scores   {Scores}");
                Console.Out.WriteLine($"                      evidence {Evidence}");
            }
        }
    }

    private static string Standing(V1.Monitor monitor) =>
        $"{Figures.Count(monitor.Counts.Seen)} seen, {Figures.Count(monitor.Counts.Scored)} judged, mean {Figures.Number(monitor.Estimate, 2)}{(monitor.HasEstimateLow ? $" ({Figures.Number(monitor.EstimateLow, 2)} to {Figures.Number(monitor.EstimateHigh, 2)})" : "")}, evidence {Figures.Share(Math.Min(1, monitor.Level))} of the threshold";

    /// <summary>A picture that is drawn again and again, with what happened under it.</summary>
    private sealed class Moving : Stage
    {
        private const int Told = 14;

        private readonly List<(string Line, bool Alarm)> lines = [];
        private readonly TaskCompletionSource over = new();
        private readonly Task running;
        private readonly IAnsiConsole console;
        private LiveDisplayContext? live;
        private V1.Monitor? last;
        private DateTimeOffset now;

        public Moving(IAnsiConsole console)
        {
            this.console = console;
            running = console.Live(new Text("")).StartAsync(context =>
            {
                live = context;
                return over.Task;
            });
        }

        public override void Tell(DateTimeOffset time, string what, bool alarm = false)
        {
            lines.AddRange(what.Split('\n').Select((line, i) => (i == 0 ? $"{At(time)}  {line}" : $"                      {line}", alarm)));
            now = time;
            Draw();
        }

        public override void Show(DateTimeOffset time, V1.Monitor monitor)
        {
            base.Show(time, monitor);
            (now, last) = (time, monitor);
            Draw();
        }

        public override void Dispose()
        {
            over.TrySetResult();
            running.GetAwaiter().GetResult();
            foreach (var (line, _) in lines.SkipLast(Told))
            {
                console.WriteLine(Terminal.Clean(line));
            }

            base.Dispose();
        }

        private void Draw()
        {
            IEnumerable<IRenderable> parts =
            [
                new Text(At(now), new Style(decoration: Decoration.Bold)),
                new Text(last is null ? "" : Standing(last)),
                new Text($"scores    {Scores}", new Style(Color.Green)),
                new Text($"evidence  {Evidence}", new Style(last?.StandingAlarms > 0 ? Color.Red : Color.Yellow)),
                new Text(""),
                .. lines.TakeLast(Told).Select(line => new Text(Terminal.Clean(line.Line), new Style(line.Alarm ? Color.Red : Color.Default))),
            ];
            live?.UpdateTarget(new Panel(new Rows(parts)).Header("assize demo drift").Expand());
        }
    }
}
