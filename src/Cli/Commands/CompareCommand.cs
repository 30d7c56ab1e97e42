using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Assize.Cli.Reports;
using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Gateway.Translation;

namespace Assize.Cli.Commands;

/// <summary><c>assize compare</c>: is B at least as good as A? Two candidates of one run, and an exit code for a pipeline.</summary>
internal static class CompareCommand
{
    private static readonly Argument<string> Run = new("run") { Description = "The run's id" };

    private static readonly Option<string?> A = new("--baseline") { Description = "The candidate to be held against (default: the suite's first)" };

    private static readonly Option<string?> B = new("--candidate") { Description = "The candidate in question (default: the suite's last)" };

    private static readonly Option<string?> Criterion = new("--criterion") { Description = "Only this criterion, as in quality/correctness, or a judge; without it every criterion and every judge of pairs has to pass" };

    private static readonly Option<double> Margin = Number.Between(
        0.05, "--margin", "How much worse is still good enough, as a share of the scale's width (0 to 1)", 0, 1, "a share of the scale's width");

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Make() => RunLookups.Made("compare", "Compare two candidates and gate on the result: exit code 0 passed, 1 failed, 2 undecided", false, [Run, A, B, Criterion, Margin], async (connection, parsed, cancellation) =>
    {
        var margin = parsed.GetValue(Margin);
        var report = (await connection.Runs.GetReportAsync(new V1.GetReportRequest { Run = parsed.GetRequiredValue(Run) }, cancellationToken: cancellation)).Report.ToDomain();
        var names = report.Provenance.Candidates.Select(candidate => candidate.Name.Value).ToArray();
        var (a, b) = (Named(parsed.GetValue(A) ?? names[0], names), Named(parsed.GetValue(B) ?? names[^1], names));
        if (a == b)
        {
            throw new EvaluationException([new Mistake($"'{a}' cannot be compared with itself.", $"Name two of {string.Join(", ", names)} with --baseline and --candidate.")]);
        }

        var lines = Chosen(GateLine.Of(report, a, b, margin), parsed.GetValue(Criterion), report, a, b);
        var verdict = lines.Any(line => line.Gate.Verdict is GateVerdict.Fail) ? GateVerdict.Fail
            : lines.Any(line => line.Gate.Verdict is GateVerdict.Undecided) ? GateVerdict.Undecided : GateVerdict.Pass;
        switch (parsed.GetValue(ClusterSettings.Output))
        {
            case OutputForm.Json:
                Console.Out.WriteLine(GateText.Json(report, lines, a, b, verdict).ToJsonString(Indented));
                break;
            case OutputForm.Ndjson:
                Console.Out.WriteLine(GateText.Json(report, lines, a, b, verdict).ToJsonString());
                break;
            default:
                foreach (var line in GateText.Lines(report, lines, a, b))
                {
                    Console.Out.WriteLine(line);
                }

                break;
        }

        return verdict switch
        {
            GateVerdict.Fail => ExitCode.GateFailed,
            GateVerdict.Undecided => ExitCode.Inconclusive,
            // Whoever asks until it passes has not asked at 5 %.
            _ when report.Status is RunStatus.Running => ExitCode.Inconclusive,
            _ => ExitCode.Done,
        };
    });

    private static ImmutableArray<GateLine> Chosen(ImmutableArray<GateLine> lines, string? criterion, Report report, CandidateName a, CandidateName b)
    {
        if (lines.IsEmpty)
        {
            throw new EvaluationException($"Nothing in run {report.Run} compares '{a}' and '{b}'.");
        }

        var chosen = criterion is null ? lines : [.. lines.Where(line => line.Name == criterion || line.Judge.Value == criterion || line.Criterion?.Value == criterion)];
        return chosen.IsEmpty
            ? throw new EvaluationException([new Mistake($"Nothing in run {report.Run} compares '{a}' and '{b}' on '{criterion}'.", $"They are compared on {string.Join(", ", lines.Select(line => line.Name))}.") { Field = "--criterion" }])
            : chosen;
    }

    private static CandidateName Named(string name, string[] names) => names.Contains(name)
        ? new(name)
        : throw new EvaluationException([new Mistake($"There is no candidate '{name}' in this run.", $"Candidates are: {string.Join(", ", names)}.")]);
}
