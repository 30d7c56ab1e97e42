using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Reports;

/// <summary>All comparisons of one candidate with another over all cases.</summary>
internal sealed record PairFindings(CandidateName A, CandidateName B, ImmutableArray<Finding> All)
{
    public string Title => $"{Legible.Name(B.Value)} against {Legible.Name(A.Value)}";

    public ImmutableArray<string> Labels(Tone tone) => [.. All.Where(finding => finding.Tone == tone).Select(finding => finding.Label)];
}

/// <summary>The numbers of a report as sentences.</summary>
internal static class Findings
{
    public static ImmutableArray<PairFindings> Of(Report report)
    {
        var labels = new Labels(report);
        return
        [
            .. report.Differences.Where(line => line.Slice == Slice.All).Select(line => Of(line, labels))
                .Concat(report.Preferences.Where(line => line.Slice == Slice.All).Select(Of))
                .GroupBy(finding => (finding.A, finding.B))
                .Select(pair => new PairFindings(pair.Key.A, pair.Key.B, [.. pair])),
        ];
    }

    /// <summary>What a run says that compares nothing: each candidate's numbers over all cases.</summary>
    public static ImmutableArray<string> Alone(Report report)
    {
        var labels = new Labels(report);
        return [.. report.Scores.Where(line => line.Slice == Slice.All).Select(line => Alone(line, labels))];
    }

    private static string Alone(ScoreLine line, Labels labels)
    {
        var unit = Unit.Of(line.Scale);
        var reading = unit.Read(line.Estimate);
        var who = Legible.Name(line.Candidate.Value);
        var what = labels.Of(line.Judge, line.Criterion);
        var over = Over(line.Coverage.Scored, line.Clusters, "scored trial", "scored trials");
        if (line.Estimate.Value is null)
        {
            return $"Nothing can be said about {who} on {what}: {Clause(reading.Why)}.";
        }

        var does = line.Scale.IsPassFail ? $"{who} passes {what} in {reading.Value} %" : $"{who} scores {reading.Value} on {what}";
        return reading.Low is null
            ? $"{does} {over}, without an interval: {Clause(reading.Why)}."
            : $"{does} (95 % interval {reading.Interval}{unit.Symbol}) {over}.";
    }

    private static Finding Of(DifferenceLine line, Labels labels)
    {
        var label = labels.Of(line.Judge, line.Criterion);
        var tone = Finding.Of(line);
        return new Finding(line.A, line.B, label, tone, Sentence(line, label, tone)) { Difference = line };
    }

    private static string Sentence(DifferenceLine line, string label, Tone tone)
    {
        var unit = Unit.Of(line.Scale);
        var reading = unit.Read(line.Estimate, anchor: 0);
        var (a, b) = (Legible.Name(line.A.Value), Legible.Name(line.B.Value));
        var over = Over(line.Pairs, line.Clusters, "case", "cases");
        // As finely as the interval beside it.
        var size = line.Estimate.Value is null ? "" : reading.Value.TrimStart('-', '−', '+') + unit.Gap;
        string Claim(bool more) => line.Scale.IsPassFail
            ? $"{b} passes {label} {size} {(more ? "more" : "less")} often than {a}"
            : $"{b} scores {size} {(more ? "higher" : "lower")} than {a} on {label}";
        var numbers = reading.Low is null ? $"all alike, hence no interval{P(line.P ?? line.Unanimous)}" : $"95 % interval {reading.Interval}{P(line.P)}";
        return tone switch
        {
            Tone.Better => $"{Claim(true)} ({numbers}) {over}.{Fragile(line, unit, tone)}",
            Tone.Worse => $"{Claim(false)} ({numbers}) {over}.{Fragile(line, unit, tone)}",
            Tone.NotShown when Includes(line.Estimate, 0) =>
                $"No difference between {b} and {a} could be shown on {label} {over}: the 95 % interval, {reading.Interval}{unit.Gap}, includes 0{InBrackets(line.P)}.",
            Tone.NotShown =>
                $"No difference between {b} and {a} could be shown on {label} {over}: the 95 % interval, {reading.Interval}{unit.Gap}, excludes 0, but the test does not bear it out{InBrackets(line.P)}.",
            _ when line.Estimate.Value is { } seen =>
                $"On {label} the observed difference between {b} and {a} is {unit.Signed(seen)}{unit.Gap} {over}, but it has no interval: {Clause(reading.Why)}.",
            _ => $"Nothing can be said about {b} against {a} on {label}: {Clause(reading.Why)}.",
        };
    }

    // What is missing may matter more than the interval shows; a claim it could overturn says so.
    private static string Fragile(DifferenceLine line, Unit unit, Tone tone)
    {
        if (line.Bounds is not { } bounds)
        {
            return "";
        }

        var (end, against) = tone == Tone.Better ? (bounds.Worst, "against") : (bounds.Best, "for");
        return tone == Tone.Better ? end > 0 ? "" : Turned() : end < 0 ? "" : Turned();

        string Turned()
        {
            var missing = line.Unpaired == 0 ? "Some turns lack a value: had they all gone" : line.Unpaired == 1 ? "1 more case lacks a value: had it gone" : $"{Figures.Count(line.Unpaired)} more cases lack a value: had they all gone";
            return $" {missing} {against} {Legible.Name(line.B.Value)}, the difference would be {unit.Signed(end)}{unit.Gap}.";
        }
    }

    private static Finding Of(PreferenceLine line) =>
        new(line.A, line.B, $"preference ({Legible.Name(line.Judge.Value)})", Finding.Of(line), Sentence(line, Finding.Of(line))) { Preference = line };

    private static string Sentence(PreferenceLine line, Tone tone)
    {
        var reading = Unit.Share.Read(line.WinRate, anchor: 0.5);
        var (a, b, judge) = (Legible.Name(line.A.Value), Legible.Name(line.B.Value), Legible.Name(line.Judge.Value));
        var over = Over(line.Coverage.Scored, line.Clusters, "comparison", "comparisons");
        var numbers = reading.Low is null ? $"all alike, hence no interval{P(line.P ?? line.Unanimous)}" : $"95 % interval {reading.Interval} %{P(line.P)}";
        return tone switch
        {
            Tone.Better => $"{judge} prefers {b} over {a}: its win rate is {reading.Value} %, ties counted half ({numbers}) {over}.",
            Tone.Worse => $"{judge} prefers {a} over {b}: the win rate of {b} is {reading.Value} %, ties counted half ({numbers}) {over}.",
            Tone.NotShown when Includes(line.WinRate, 0.5) =>
                $"No preference of {judge} between {b} and {a} could be shown {over}: the 95 % interval of the win rate, {reading.Interval} %, includes 50 %{InBrackets(line.P)}.",
            Tone.NotShown =>
                $"No preference of {judge} between {b} and {a} could be shown {over}: the 95 % interval of the win rate, {reading.Interval} %, excludes 50 %, but the test does not bear it out{InBrackets(line.P)}.",
            _ when line.WinRate.Value is not null =>
                $"The observed win rate of {b} over {a} with {judge} is {reading.Value} % {over}, but it has no interval: {Clause(reading.Why)}.",
            _ => $"Nothing can be said about a preference of {judge} between {b} and {a}: {Clause(reading.Why)}.",
        };
    }

    private static bool Includes(Estimate estimate, double anchor) => estimate.Low <= anchor && anchor <= estimate.High;

    private static string P(double? p) => p is { } value ? ", " + Figures.P(value) : "";

    private static string InBrackets(double? p) => p is { } value ? $" ({Figures.P(value)})" : "";

    private static string Over(long count, long clusters, string one, string many) => clusters == count || clusters == 0
        ? $"over {Figures.Plural(count, one, many)}"
        : $"over {Figures.Plural(count, one, many)} in {Figures.Plural(clusters, "cluster", "clusters")}";

    private static string Clause(string? sentence)
    {
        var text = Legible.Of(sentence).Trim().TrimEnd('.');
        return text.Length > 1 && char.IsUpper(text[0]) && !char.IsUpper(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
