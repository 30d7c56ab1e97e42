using System.CommandLine;
using System.Globalization;
using Assize.Cli.Hosting;
using Assize.Evaluation;

namespace Assize.Cli.Commands;

/// <summary><c>assize delete</c>: runs, or a suite without runs, taken out of every store.</summary>
internal static class DeleteCommand
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(300);

    private static readonly Argument<string[]> Runs = new("runs") { Description = "The runs' ids", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<string?> Suite = new("--suite") { Description = "Delete this suite, which must have no runs" };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask" };

    public static Command Make()
    {
        var command = new Command("delete", "Delete ended runs, or a suite without runs, for good").With([Runs, Suite, Yes, .. ClusterSettings.Place, ClusterSettings.Verbose]);
        command.SetAction((parsed, cancellation) => Errors.Guard(async () =>
        {
            var (runs, suite) = (parsed.GetValue(Runs) ?? [], parsed.GetValue(Suite));
            if ((runs.Length > 0) == (suite is not null))
            {
                throw new EvaluationException("Name the runs to delete, or a suite with --suite.");
            }

            var what = suite is not null ? $"suite {suite} with all its cases" : runs.Length == 1 ? $"run {runs[0]}" : string.Create(CultureInfo.InvariantCulture, $"{runs.Length} runs");
            if (!parsed.GetValue(Yes) && !Confirmation.Given(what))
            {
                return ExitCode.Inconclusive;
            }

            await using var connection = await Connection.Open(ClusterSettings.Cluster(parsed), cancellation);
            return await (suite is not null ? Delete(connection, suite, cancellation) : Delete(connection, runs, cancellation)) ? ExitCode.Done : ExitCode.BadInput;
        }));
        return command;
    }

    /// <summary>Whether all of them were there.</summary>
    private static async Task<bool> Delete(Connection connection, string[] runs, CancellationToken cancellation)
    {
        var all = true;
        foreach (var run in runs)
        {
            all &= await Wait($"Run {run}", async () =>
            {
                var answer = await connection.Runs.DeleteRunAsync(new V1.DeleteRunRequest { Run = run }, cancellationToken: cancellation);
                return (answer.Existed, answer.Done);
            }, cancellation);
        }

        return all;
    }

    private static Task<bool> Delete(Connection connection, string suite, CancellationToken cancellation) => Wait($"Suite {suite}", async () =>
    {
        var answer = await connection.Suites.DeleteSuiteAsync(new V1.DeleteSuiteRequest { Name = suite }, cancellationToken: cancellation);
        return (answer.Existed, answer.Done);
    }, cancellation);

    /// <summary>Asks until it is done: a cluster that lives in this process would stop half-way otherwise.</summary>
    private static async Task<bool> Wait(string what, Func<Task<(bool Existed, bool Done)>> ask, CancellationToken cancellation)
    {
        var (existed, done) = await ask();
        while (!done)
        {
            await Task.Delay(LookAgain, TimeProvider.System, cancellation);
            done = (await ask()).Done;
        }

        (existed ? Console.Out : Console.Error).WriteLine(Terminal.Clean(existed ? $"{what} is deleted." : $"{what} does not exist."));
        return existed;
    }
}
