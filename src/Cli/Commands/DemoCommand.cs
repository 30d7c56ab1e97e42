using System.CommandLine;
using System.Globalization;
using Assize.Cli.Demonstration;
using Assize.Cli.Hosting;
using Assize.Evaluation;
using Spectre.Console;

namespace Assize.Cli.Commands;

/// <summary><c>assize demo</c>: what the program does, seen without anything of one's own.</summary>
internal static class DemoCommand
{
    private const string SimulatedJudge = "judge";

    private static readonly Option<double> Speed = Number.Between(1, "--speed", "How much faster than a minute and a half it goes, 0.1 to 100", 0.1, 100, "a speed");

    private static readonly Option<string> Model = new("--model") { Description = "With --address: the judge's model, which the cluster declares as simulated", DefaultValueFactory = _ => SimulatedJudge };

    private static readonly Option<Uri?> Judge = ClusterSettings.Url("With --address: where that simulated model serves (assize simulate-model), as in http://127.0.0.1:7190", "--judge");

    private static readonly Option<string[]> Notify = new("--notify") { Description = "With --address: a declared channel to tell of the alarms; may be repeated" };

    private static readonly Option<int?> Seed = new("--seed") { Description = "Another seed makes other traffic (default: 1; with --address a new one each time, for a cluster takes the same interactions only once); with one given the calendar begins on 5 January 2026, and the same installation sees the same again" };

    private static readonly DateTimeOffset Seeded = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    public static Command Make() => new Command("demo", "See what Assize does, with simulated applications").With(Drift());

    private static Command Drift()
    {
        var command = new Command("drift", "Traffic that gets worse, then a judge that becomes lenient: see the alarms find out")
            .With([Speed, Seed, Model, Judge, Notify, .. ClusterSettings.Place, ClusterSettings.Verbose]);
        command.SetAction((parsed, cancellation) => Errors.Guard(() => Run(parsed, cancellation)));
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (address, judge) = (parsed.GetValue(ClusterSettings.Address), parsed.GetValue(Judge));
        if (address is not null && judge is null)
        {
            throw new EvaluationException("With --address the judge is one that the cluster declares: say where it serves with --judge, so that it can be made lenient.");
        }

        var folder = address is null ? Directory.CreateTempSubdirectory("assize-demo-").FullName : null;
        try
        {
            var cluster = ClusterSettings.Cluster(parsed, simulated: address is null ? [new ModelName(SimulatedJudge)] : []);
            if (folder is not null)
            {
                // The same secret makes the same prompts: the performance is the same every time.
                await File.WriteAllBytesAsync(Path.Combine(folder, "installation.secret"), new byte[32], cancellation);
                cluster = cluster with { Data = folder };
            }

            await using var connection = await Connection.Open(cluster, cancellation);
            return await Play(parsed, connection, judge, cancellation);
        }
        finally
        {
            if (folder is not null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<int> Play(ParseResult parsed, Connection connection, Uri? judge, CancellationToken cancellation)
    {
        var real = TimeProvider.System.GetUtcNow();
        var asked = parsed.GetValue(Seed);
        var seed = asked ?? (connection.IsLocal ? 1 : real.ToUnixTimeSeconds());
        // However long it takes the alarms to come, no interaction lies in the future. With a seed everything is to be the same again, and the times of the anchors are a part of what is asked.
        var begins = asked is null ? new DateTimeOffset(real.UtcDateTime.Date.AddDays(-21), TimeSpan.Zero) : Seeded;
        var traffic = new DemoTraffic(string.Create(CultureInfo.InvariantCulture, $"demo-{seed}"), (ulong)seed);
        bool found;
        using (var stage = Stage.Open(AnsiConsole.Console))
        {
            var play = new DriftPlay(connection, stage, traffic, judge ?? connection.Simulation!, begins, parsed.GetValue(Speed));
            found = await play.Play(parsed.GetRequiredValue(Model), parsed.GetValue(Notify) ?? [], cancellation);
        }

        Console.Out.WriteLine(found
            ? "Both alarms named who was to blame: the applications in German, then the judge."
            : "Not every alarm came, or not every one named who was to blame: see above.");
        if (!connection.IsLocal)
        {
            Console.Out.WriteLine($"The monitor stays: assize monitor show {DemoMonitor.Name}; assize monitor delete {DemoMonitor.Name}");
        }

        return found ? ExitCode.Done : ExitCode.Inconclusive;
    }
}
