using System.Collections.Immutable;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Reports;

/// <summary>What of a report fits on a screen, as text without anything that could steer a terminal.</summary>
internal sealed record Headline
{
    public required string Title { get; init; }

    public required ImmutableArray<string> Banners { get; init; }

    /// <summary>Criterion, candidate, mean or rate, interval, scored trials, unscored trials; the criterion only where it changes.</summary>
    public required ImmutableArray<ImmutableArray<string>> Scores { get; init; }

    /// <summary>Why intervals are missing and trials unscored.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    public required ImmutableArray<Verdict> Verdicts { get; init; }

    /// <summary>Slice, what was compared, difference or win rate, interval.</summary>
    public required ImmutableArray<ImmutableArray<string>> Slices { get; init; }

    public required string Cost { get; init; }

    public required string Origin { get; init; }

    public static ImmutableArray<string> ScoreColumns { get; } = ["Criterion", "Candidate", "Mean", "95 % interval", "n", "Unscored"];

    public static ImmutableArray<string> SliceColumns { get; } = ["Slice", "Compared", "Difference", "95 % interval"];

    public static Headline Of(Report report, bool allSlices)
    {
        var whole = report.Scores.Where(line => line.Slice == Slice.All).GroupBy(line => (line.Judge, line.Criterion)).SelectMany(group => group.Select((line, index) => (line, index))).ToList();
        return new Headline
        {
            Title = OneLine($"{report.Provenance.Suite}: run {report.Run}, {Sentences.Status(report.Status)}, {Figures.Count(report.CasesDone)} of {Sentences.Cases(report.Cases)}"),
            Banners = [.. new[] { Sentences.Simulated(report), Sentences.Partial(report) }.OfType<string>().Select(OneLine)],
            Scores = [.. whole.Select(entry => Score(entry.line, entry.index == 0))],
            Notes = [.. whole.SelectMany(entry => Missing(entry.line)).Select(OneLine)],
            Verdicts = [.. Sentences.All(report).Select(verdict => verdict with { Text = OneLine(verdict.Text) })],
            Slices = [.. Differences(report, allSlices), .. Preferences(report, allSlices)],
            Cost = report.Usage.IsEmpty ? "Cost: no model was asked." : OneLine($"Cost: {Sentences.Cost(report)}"),
            Origin = OneLine(Sentences.Origin(report)),
        };
    }

    /// <summary>Clean text on one line, so that a name cannot pretend to be a line of the report.</summary>
    public static string OneLine(string text) => Terminal.Clean(text).ReplaceLineEndings(" ").Replace('\t', ' ');

    private static ImmutableArray<string> Score(ScoreLine line, bool first) =>
    [
        first ? OneLine($"{line.Criterion} ({line.Judge})") : "",
        OneLine(line.Candidate.Value),
        Figures.Value(line.Estimate.Value, line.Scale),
        Figures.Interval(line.Estimate, line.Scale),
        Figures.Count(line.Coverage.Scored),
        Figures.Count(line.Coverage.Trials - line.Coverage.Scored),
    ];

    private static IEnumerable<string> Missing(ScoreLine line)
    {
        if (line.Estimate.Low is null || line.Estimate.High is null)
        {
            yield return $"No interval for {line.Candidate} on {line.Criterion}: {Sentences.Why(line.Estimate.Undefined)}.";
        }

        if (line.Coverage.Scored < line.Coverage.Trials)
        {
            yield return $"Unscored for {line.Candidate} on {line.Criterion}: {Sentences.Unscored(line.Coverage)}.";
        }
    }

    private static IEnumerable<ImmutableArray<string>> Differences(Report report, bool allSlices) => report.Differences
        .Where(line => line.Slice != Slice.All && (allSlices || Sentences.Excludes(line.Estimate.Low, line.Estimate.High, 0)))
        .Select(line => (ImmutableArray<string>)
        [
            OneLine(line.Slice.Value),
            OneLine($"{line.B} − {line.A}, {line.Criterion}"),
            Figures.Shift(line.Estimate.Value, line.Scale),
            Or(Figures.ShiftInterval(line.Estimate, line.Scale), line.Estimate.Undefined),
        ]);

    private static IEnumerable<ImmutableArray<string>> Preferences(Report report, bool allSlices) => report.Preferences
        .Where(line => line.Slice != Slice.All && (allSlices || Sentences.Excludes(line.WinRate.Low, line.WinRate.High, 0.5)))
        .Select(line => (ImmutableArray<string>)
        [
            OneLine(line.Slice.Value),
            OneLine($"{line.B} wins over {line.A}, {line.Judge}"),
            Figures.Percent(line.WinRate.Value),
            line.WinRate is { Low: { } low, High: { } high } ? $"{Figures.Percent(low)} to {Figures.Percent(high)}" : Or(Figures.None, line.WinRate.Undefined),
        ]);

    private static string Or(string interval, string? undefined) => interval == Figures.None ? OneLine($"{Figures.None} {Sentences.Why(undefined)}") : interval;
}
