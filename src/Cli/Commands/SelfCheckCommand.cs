using System.CommandLine;
using System.Text.Json;
using Assize.Cli.Hosting;
using Assize.Cli.Reports;
using Assize.Cli.SelfChecks;
using Assize.Evaluation;
using Assize.Evaluation.SelfChecks;

namespace Assize.Cli.Commands;

/// <summary><c>assize self-check</c>: does the instrument keep its promises where the truth is known? The same scores on both sides, split by hash again and again.</summary>
internal static class SelfCheckCommand
{
    private static readonly Option<string?> Run = new("--run") { Description = "Split the scores of this finished run (default: built-in scores of known laws)" };

    private static readonly Option<long> Seed = Number.Seed("--seed", "Another seed makes other splits; today makes new ones every day", TimeProvider.System);

    private static readonly Option<int> Splits = new("--splits") { Description = "How often each set of scores is split (100 to 100,000)", DefaultValueFactory = _ => 1000 };

    private static readonly Option<string?> Page = new("--html") { Description = "Also write a page with every promise and what came of it" };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Make()
    {
        var command = new Command("self-check", "Check that tests, intervals, gate and detectors keep their promises: exit code 0 all kept, 1 one is not, 2 nothing could be tried")
            .With([Run, Seed, Splits, Page, .. ClusterSettings.Place, ClusterSettings.Output, ClusterSettings.Verbose]);
        command.SetAction((parsed, cancellation) => Errors.Guard(() => Check(parsed, cancellation)));
        return command;
    }

    private static async Task<int> Check(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(Splits) is var splits and not (>= 100 and <= 100_000))
        {
            throw new EvaluationException([new Mistake($"Scores are split 100 to 100,000 times, not {splits}.") { Field = "--splits" }]);
        }

        PageFile.Check(parsed.GetValue(Page));
        var check = new SelfCheck(parsed.GetValue(Seed), parsed.GetValue(Splits));
        var findings = parsed.GetValue(Run) is { } run
            ? SelfCheckFindings.Made($"Scores of run {run}", check, await Recorded(parsed, run, cancellation))
            : SelfCheckFindings.Made("Built-in scores of known laws", check, BuiltInScores.Of(check.Seed));
        switch (parsed.GetValue(ClusterSettings.Output))
        {
            case OutputForm.Json:
                Console.Out.WriteLine(SelfCheckText.Json(findings).ToJsonString(Indented));
                break;
            case OutputForm.Ndjson:
                Console.Out.WriteLine(SelfCheckText.Json(findings).ToJsonString());
                break;
            default:
                foreach (var line in SelfCheckText.Lines(findings))
                {
                    Console.Out.WriteLine(Terminal.Clean(line));
                }

                break;
        }

        if (parsed.GetValue(Page) is { } page)
        {
            await PageFile.Write(page, SelfCheckPage.Of(findings, TimeProvider.System.GetUtcNow()));
        }

        return findings.Holds switch
        {
            true => ExitCode.Done,
            false => ExitCode.GateFailed,
            null => ExitCode.Inconclusive,
        };
    }

    private static async Task<System.Collections.Immutable.ImmutableArray<ScoreSet>> Recorded(ParseResult parsed, string run, CancellationToken cancellation)
    {
        await using var connection = await Connection.Open(ClusterSettings.Cluster(parsed), cancellation);
        return await RecordedScores.Of(connection, run, cancellation);
    }
}
