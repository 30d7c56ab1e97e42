using System.CommandLine;
using System.Globalization;
using Assize.Cli.Hosting;
using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;
using Assize.Gateway.Translation;

namespace Assize.Cli.Commands;

/// <summary><c>assize compare</c>: is B at least as good as A? Two candidates of one run, and an exit code for a pipeline.</summary>
internal static class CompareCommand
{
    private static readonly Argument<string> Run = new("run") { Description = "The run's id" };

    private static readonly Option<string?> A = new("--baseline") { Description = "The candidate to be held against (default: the suite's first)" };

    private static readonly Option<string?> B = new("--candidate") { Description = "The candidate in question (default: the suite's last)" };

    private static readonly Option<string?> Criterion = new("--criterion") { Description = "Only this criterion, as in quality/correctness; without it every criterion has to pass" };

    private static readonly Option<double> Margin = new("--margin")
    {
        Description = "How much worse is still good enough, as a share of the scale's width (0 to 1)", DefaultValueFactory = _ => 0.05,
    };

    public static Command Make() => RunLookups.Made("compare", "Compare two candidates and gate on the result: exit code 0 passed, 1 failed, 2 undecided", false, [Run, A, B, Criterion, Margin], async (connection, parsed, cancellation) =>
    {
        var margin = parsed.GetValue(Margin);
        if (margin is < 0 or > 1)
        {
            throw new EvaluationException("A margin is a share of the scale's width, from 0 to 1.");
        }

        var report = (await connection.Runs.GetReportAsync(new V1.GetReportRequest { Run = parsed.GetRequiredValue(Run) }, cancellationToken: cancellation)).Report.ToDomain();
        var names = report.Provenance.Candidates.Select(candidate => candidate.Name.Value).ToArray();
        var (a, b) = (Named(parsed.GetValue(A) ?? names[0], names), Named(parsed.GetValue(B) ?? names[^1], names));
        var lines = report.Differences.Where(line => line.Slice == Slice.All && Matches(line, a, b, parsed.GetValue(Criterion))).ToArray();
        if (a == b || lines.Length == 0)
        {
            throw new EvaluationException(a == b ? $"'{a}' cannot be compared with itself." : $"Nothing in run {report.Run} compares '{a}' and '{b}'{(parsed.GetValue(Criterion) is { } one ? $" on '{one}'" : "")}.");
        }

        return Tell(report, lines, a, b, margin);
    });

    private static int Tell(Report report, DifferenceLine[] lines, string a, string b, double margin)
    {
        var verdicts = new List<GateVerdict>();
        Console.Out.WriteLine($"Is {Terminal.Clean(b)} at least as good as {Terminal.Clean(a)}? Run {report.Run}{(report.Simulated ? " (simulated)" : "")}");
        foreach (var line in lines)
        {
            var flip = line.A.Value == a ? 1 : -1;
            var allowed = margin * (line.Scale.Max - line.Scale.Min);
            var gate = Gate.NonInferiority(flip * line.Estimate.Value, line.StandardError, line.Clusters, line.Pairs, allowed, line.Scale.Max - line.Scale.Min);
            verdicts.Add(gate.Verdict);
            var bounds = gate is { Lower: { } low, Upper: { } high } ? string.Create(CultureInfo.InvariantCulture, $"one-sided 95 % bounds {low:0.000} to {high:0.000}") : line.Estimate.Undefined ?? "no interval";
            var difference = line.Estimate.Value is { } d ? string.Create(CultureInfo.InvariantCulture, $"{flip * d:+0.000;-0.000;0}") : "none";
            var more = gate.Needed is { } needed ? string.Create(CultureInfo.InvariantCulture, $"; about {needed} cases would decide") : gate.WorseWithinMargin ? "; worse, but within the margin" : "";
            Console.Out.WriteLine(Terminal.Clean(string.Create(
                CultureInfo.InvariantCulture, $"  {line.Judge}/{line.Criterion}: {gate.Verdict.ToString().ToUpperInvariant()}  difference {difference}, {bounds}, margin {allowed:0.###}, {line.Pairs} cases{more}")));
        }

        if (report.Status is RunStatus.Running || report.CasesDone < report.Cases)
        {
            Console.Out.WriteLine("  The run is not complete; this is what is known so far.");
        }

        return verdicts.Contains(GateVerdict.Fail) ? ExitCode.GateFailed : verdicts.Contains(GateVerdict.Undecided) ? ExitCode.Inconclusive : ExitCode.Done;
    }

    private static bool Matches(DifferenceLine line, string a, string b, string? criterion) =>
        ((line.A.Value == a && line.B.Value == b) || (line.A.Value == b && line.B.Value == a))
        && (criterion is null || criterion == $"{line.Judge}/{line.Criterion}" || criterion == line.Judge.Value);

    private static string Named(string name, string[] names) => names.Contains(name)
        ? name
        : throw new EvaluationException([new Mistake($"There is no candidate '{name}' in this run.", $"Candidates are: {string.Join(", ", names)}.")]);
}
