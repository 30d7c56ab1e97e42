using System.Text;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Reports;

/// <summary>The report's numbers in full, as tables of the page.</summary>
internal static class ReportTables
{
    public static void Scores(StringBuilder page, Report report) => HtmlTable.Write(
        page,
        "Scores by slice. The interval is a 95 % interval; the bounds say what the value would be if everything unscored had got the worst, or the best, value.",
        [new("Criterion"), new("Candidate"), new("Slice"), new("Mean or rate", true), new("Interval"), new("Trials", true), new("Coverage", true), new("Unscored"), new("Clusters", true), new("Design effect", true), new("Bounds")],
        report.Scores,
        line =>
        [
            $"{line.Criterion} ({line.Judge})",
            line.Candidate.Value,
            line.Slice.Value,
            Figures.Value(line.Estimate.Value, line.Scale),
            Or(Figures.Interval(line.Estimate, line.Scale), line.Estimate),
            Figures.Count(line.Coverage.Trials),
            Figures.Percent(line.Coverage.Share),
            Sentences.Unscored(line.Coverage),
            Figures.Count(line.Clusters),
            Figures.Factor(line.DesignEffect),
            line.Bounds is { } bounds ? $"{Figures.Value(bounds.Worst, line.Scale)} to {Figures.Value(bounds.Best, line.Scale)}" : "all scored",
        ],
        line => line.Slice == Slice.All);

    public static void Differences(StringBuilder page, Report report) => HtmlTable.Write(
        page,
        "Differences on the same cases, B minus A. The bounds say what the difference would be if everything missing had turned out worst, or best, for B.",
        [new("Criterion"), new("B minus A"), new("Slice"), new("Difference", true), new("Interval"), new("p", true), new("Test"), new("Pairs", true), new("Unpaired", true), new("Clusters", true), new("Better / worse / equal"), new("Bounds")],
        report.Differences,
        line =>
        [
            $"{line.Criterion} ({line.Judge})",
            $"{line.B} minus {line.A}",
            line.Slice.Value,
            Figures.Shift(line.Estimate.Value, line.Scale),
            Or(Figures.ShiftInterval(line.Estimate, line.Scale), line.Estimate),
            Figures.P(line.P),
            line.Test,
            Figures.Count(line.Pairs),
            Figures.Count(line.Unpaired),
            Figures.Count(line.Clusters),
            $"{Figures.Count(line.Better)} / {Figures.Count(line.Worse)} / {Figures.Count(line.Equal)}",
            line.Bounds is { } bounds ? $"{Figures.Shift(bounds.Worst, line.Scale)} to {Figures.Shift(bounds.Best, line.Scale)}" : "all paired",
        ],
        line => line.Slice == Slice.All);

    public static void Preferences(StringBuilder page, Report report) => HtmlTable.Write(
        page,
        "Preferences. Consistency is the share of trials whose verdict did not depend on the order of presentation; first shown is the share of decided single verdicts that went to the response shown first, and 0.5 is unbiased.",
        [new("B against A"), new("Judge"), new("Slice"), new("Win rate of B", true), new("Interval"), new("p", true), new("B wins", true), new("Ties", true), new("Changed with order", true), new("A wins", true), new("Consistency", true), new("Interval"), new("First shown", true), new("Interval"), new("Coverage", true), new("Unscored"), new("Clusters", true), new("Bounds")],
        report.Preferences,
        line =>
        [
            $"{line.B} against {line.A}",
            line.Judge.Value,
            line.Slice.Value,
            Figures.Percent(line.WinRate.Value),
            Or(Figures.Interval(line.WinRate, Scale.PassFail), line.WinRate),
            Figures.P(line.P),
            Figures.Count(line.BWins),
            Figures.Count(line.Ties),
            Figures.Count(line.Inconsistent),
            Figures.Count(line.AWins),
            Figures.Percent(line.Consistency.Value),
            Or(Figures.Interval(line.Consistency, Scale.PassFail), line.Consistency),
            Figures.Share(line.FirstShown.Value),
            Or(Figures.ShareInterval(line.FirstShown), line.FirstShown),
            Figures.Percent(line.Coverage.Share),
            Sentences.Unscored(line.Coverage),
            Figures.Count(line.Clusters),
            line.Bounds is { } bounds ? $"{Figures.Percent(bounds.Worst)} to {Figures.Percent(bounds.Best)}" : "all scored",
        ],
        line => line.Slice == Slice.All);

    public static void Usage(StringBuilder page, Report report)
    {
        HtmlTable.Write(
            page,
            "What each model cost, in the currency unit of the declared prices. Failed attempts are part of the total.",
            [new("Model"), new("Answered as"), new("Completions", true), new("Reused", true), new("Failed attempts", true), new("Tokens in", true), new("Tokens out", true), new("Money", true), new("of it failed", true)],
            report.Usage,
            line =>
            [
                line.Model.Value,
                line.Reported.IsEmpty ? Figures.None : string.Join(", ", line.Reported.Select(entry => $"{entry.Key} ({Figures.Count(entry.Value)})")),
                Figures.Count(line.Completions),
                Figures.Count(line.Reused),
                Figures.Count(line.FailedAttempts),
                Figures.Count(line.Usage.InputTokens),
                Figures.Count(line.Usage.OutputTokens),
                Figures.Money(line.Usage.CostMicros),
                line.FailedUsage.CostMicros == 0 ? "0.00" : $"{Figures.Money(line.FailedUsage.CostMicros)} ({Figures.Part(line.FailedUsage.CostMicros, line.Usage.CostMicros)})",
            ]);
    }

    public static void Changes(StringBuilder page, Report report) => HtmlTable.Write(
        page,
        "Cases in which two candidates differ most, largest first. The shift is B minus A as a part of the scale's width.",
        [new("Case"), new("Criterion"), new("A"), new("Value of A", true), new("B"), new("Value of B", true), new("Shift", true), new("To see it")],
        report.Changes,
        change =>
        [
            change.Case.Value,
            $"{change.Criterion} ({change.Judge})",
            change.A.Value,
            Figures.Number(change.ValueA, 2),
            change.B.Value,
            Figures.Number(change.ValueB, 2),
            Figures.Shift(change.Shift, Scale.PassFail) + " %",
            Command(report, change),
        ]);

    /// <summary>The command that shows a case, with an id that a shell would misread put in quotes.</summary>
    public static string Command(Report report, Change change) => $"assize results {Quoted(report.Run.Value)} --case {Quoted(change.Case.Value)}";

    private static string Quoted(string word) => word.Length > 0 && word[0] != '-' && word.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '/' or ':')
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Or(string interval, Estimate estimate) => estimate.Low is null || estimate.High is null ? $"{Figures.None} {Sentences.Why(estimate.Undefined)}" : interval;
}
