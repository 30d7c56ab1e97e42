using System.Collections.Immutable;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Reports;

/// <summary>A report as rows and lines of finished text: what the terminal and the plain form both print.</summary>
internal static class Digest
{
    public static ImmutableArray<string> ScoreHeads => ["criterion", "candidate", "score", "95 % interval", "n", "unscored"];

    private static ImmutableArray<string> DifferenceHeads => ["slice", "difference", "95 % interval", "pairs"];

    private static ImmutableArray<string> SliceHeads => ["slice", "score", "95 % interval", "n", "unscored"];

    /// <summary>Each candidate under each criterion over all cases, criterion by criterion; the criterion stands in the first row only.</summary>
    public static ImmutableArray<ImmutableArray<string>> Scores(Report report)
    {
        var labels = new Labels(report);
        return
        [
            .. report.Scores.Where(line => line.Slice == Slice.All)
                .GroupBy(line => (line.Judge, line.Criterion))
                .SelectMany(lines => lines.Select((line, index) => Score(line, index == 0 ? labels.Of(line.Judge, line.Criterion) : ""))),
        ];
    }

    /// <summary>Differences in slices by criterion and pair: all of them, or those that exclude zero. Where nothing is compared, all are the scores in slices.</summary>
    public static ImmutableArray<(string Title, ImmutableArray<string> Heads, ImmutableArray<ImmutableArray<string>> Rows)> Slices(Report report, bool all)
    {
        var labels = new Labels(report);
        return
        [
            .. report.Scores.Where(line => all && report.Differences.IsEmpty && line.Slice != Slice.All)
                .GroupBy(line => (line.Candidate, line.Judge, line.Criterion))
                .Select(lines => ($"{labels.Of(lines.Key.Judge, lines.Key.Criterion)}, {Legible.Name(lines.Key.Candidate.Value)}", SliceHeads, lines.Select(InSlice).ToImmutableArray())),
            .. report.Differences
                .Where(line => line.Slice != Slice.All && (all || Finding.Of(line) is Tone.Better or Tone.Worse))
                .GroupBy(line => (line.A, line.B, line.Judge, line.Criterion))
                .Select(lines => ($"{labels.Of(lines.Key.Judge, lines.Key.Criterion)}, {Legible.Name(lines.Key.B.Value)} against {Legible.Name(lines.Key.A.Value)}",
                    DifferenceHeads, lines.Select(InSlice).ToImmutableArray())),
        ];
    }

    /// <summary>What hides behind a table of slices that excluded zero: how many were looked at.</summary>
    public static string? SliceNote(Report report)
    {
        var looked = report.Differences.Count(line => line.Slice != Slice.All);
        var shown = DifferenceSection.Shown(report.Differences);
        return looked == 0
            ? null
            : $"{Figures.Count(shown)} of {Figures.Plural(looked, "slice difference", "slice differences")} {(shown == 1 ? "excludes" : "exclude")} zero; about {Figures.Number(looked * 0.05, 1)} would by chance.";
    }

    /// <summary>The counts behind a pair's preferences and how steady the judges were, one line for each judge.</summary>
    public static ImmutableArray<string> Preferences(PairFindings pair) =>
    [
        .. pair.All.Select(finding => finding.Preference).OfType<PreferenceLine>().Select(line =>
            $"{Legible.Name(line.Judge.Value)}: {Figures.Plural(line.BWins, "win", "wins")}, {Figures.Plural(line.Ties, "tie", "ties")}, {Figures.Count(line.Inconsistent)} inconsistent, {Figures.Plural(line.AWins, "loss", "losses")}"
            + (line.Coverage.Scored < line.Coverage.Trials ? $"; unscored: {Labels.Unscored(line.Coverage)}" : "")
            + $"; consistency {Share(line.Consistency)}; first shown wins {Share(line.FirstShown)} (50 % is unbiased)."),
    ];

    /// <summary>Why a score is missing or has no interval, once for each reason.</summary>
    public static ImmutableArray<string> Reasons(Report report)
    {
        var labels = new Labels(report);
        return
        [
            .. report.Scores.Where(line => line.Slice == Slice.All && Unit.Of(line.Scale).Read(line.Estimate).Low is null)
                .Select(line => $"{Legible.Name(line.Candidate.Value)} on {labels.Of(line.Judge, line.Criterion)}: {Legible.Of(Unit.Of(line.Scale).Read(line.Estimate).Why)}"),
            .. report.Scores.Where(line => line.Slice == Slice.All && Labels.Unscored(line.Coverage).Length > 0)
                .Select(line => $"{Legible.Name(line.Candidate.Value)} on {labels.Of(line.Judge, line.Criterion)}, unscored: {Labels.Unscored(line.Coverage)}"),
        ];
    }

    public static string Title(Report report) => Legible.Name(report.Provenance.Suite.Value);

    public static string Subtitle(Report report) =>
        $"run {Legible.Name(report.Run.Value)}, {Labels.Of(report.Status)}, {Figures.Count(report.CasesDone)} of {Figures.Plural(report.Cases, "case", "cases")}"
        + (report.Provenance.Ended is { } ended ? $", {Figures.Duration(ended - report.Provenance.Started)}" : "");

    public static string? Cost(Report report) => report.Usage.IsEmpty ? null : "Cost: " + UsageSection.Sentence(report);

    public static string Provenance(Report report)
    {
        var from = report.Provenance;
        return $"From: suite {Legible.Name(from.Suite.Value)} version {Legible.Name(from.Version.Short)}, seed {from.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture)}, "
            + $"started {Figures.Time(from.Started)}, Assize {Legible.Name(from.Program)}.";
    }

    private static ImmutableArray<string> Score(ScoreLine line, string criterion)
    {
        var unit = Unit.Of(line.Scale);
        var reading = unit.Read(line.Estimate);
        return
        [
            criterion,
            Legible.Name(line.Candidate.Value),
            Value(reading, unit.Symbol),
            reading.Brackets,
            Figures.Count(line.Coverage.Scored),
            line.Coverage.Scored == line.Coverage.Trials ? "" : Figures.Count(line.Coverage.Trials - line.Coverage.Scored),
        ];
    }

    private static ImmutableArray<string> InSlice(ScoreLine line) => [Legible.Name(line.Slice.Value), .. Score(line, "").Skip(2)];

    private static ImmutableArray<string> InSlice(DifferenceLine line)
    {
        var unit = Unit.Of(line.Scale);
        var reading = unit.Read(line.Estimate, 0, signed: true);
        return
        [
            $"{Finding.Sign(Finding.Of(line))}\u00a0{Legible.Name(line.Slice.Value)}",
            Value(reading, unit.GapSymbol),
            reading.Brackets,
            Figures.Count(line.Pairs),
        ];
    }

    private static string Value(Reading reading, string symbol) => reading.Value == Figures.None ? Figures.None : reading.Value + symbol;

    private static string Share(Assize.Evaluation.Statistics.Estimate estimate)
    {
        var reading = Unit.Share.Read(estimate, 0.5);
        return reading switch
        {
            { Value: Figures.None } => $"— ({Legible.Of(reading.Why)})",
            { Low: null } => $"{reading.Value} % (no interval: {Legible.Of(reading.Why)})",
            _ => $"{reading.Value} % {reading.Brackets}",
        };
    }
}
