using System.Globalization;
using System.Text;
using Assize.Evaluation.Drift;

namespace Assize.Cli.Streams;

/// <summary>The findings as text, with the stream and its evidence drawn in characters.</summary>
internal static class DriftText
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const int Columns = 64;

    /// <param name="drawn">Whether the stream is drawn in characters.</param>
    public static void Write(DriftFindings findings, TextWriter to, bool drawn = true)
    {
        void Line(FormattableString text) => to.WriteLine(Terminal.Clean(text.ToString(CultureInfo.InvariantCulture)));
        Line($"{findings.File}: {findings.Rows:#,0} rows, scale {findings.Scale}");
        foreach (var remark in findings.Remarks)
        {
            Line($"  note: {remark}");
        }

        if (findings.Baseline is { } baseline)
        {
            Line($"Baseline: {baseline.Rows:#,0} rows, {baseline.Scores:#,0} scores{Repeated(baseline)}, mean {baseline.Mean:0.000}, standard deviation {baseline.Deviation:0.000}{Assumed(baseline)}, carry-over {baseline.CarryOver:0.00}, band ± {baseline.Band:0.000}, slices {baseline.Slices}{Judge(baseline)}");
            if (baseline.AnchorItems > 0)
            {
                Line($"Anchors: {baseline.AnchorItems:#,0} items, {baseline.AnchorJudgements:#,0} judgements in the baseline");
            }
        }

        if (findings.Monitored is { } seen)
        {
            Line($"Watched: {seen.Rows:#,0} rows, {seen.Scored:#,0} scored, {seen.Unscored:#,0} without a score, {seen.Duplicates:#,0} repeated, {seen.AnchorJudgements:#,0} anchors, {seen.SlicesWithoutBaseline + seen.AnchorsWithoutBaseline:#,0} without a baseline, {seen.RefusedForTheirJudge:#,0} of another judge");
        }

        to.WriteLine();
        if (drawn)
        {
            Draw(findings, to);
        }

        foreach (var alarm in findings.Alarms)
        {
            Alarm(alarm, Line);
            // Where all promise alike, the sentence below is every alarm's own.
            if (findings.Promises.Length > 1)
            {
                Line($"       {alarm.FalseAlarms}");
            }
        }

        switch (findings.Verdict)
        {
            case DriftVerdict.Quiet:
                Line($"No alarm.");
                break;
            case DriftVerdict.Inconclusive:
                Line($"Inconclusive. {findings.Why}");
                break;
            case DriftVerdict.Alarm when findings.FurtherAlarms > 0:
                Line($"Since then in drift: {findings.FurtherAlarms:#,0} further alarms.");
                break;
        }

        if (findings.FalseAlarms is { } sentence)
        {
            Line($"{sentence}");
        }

        foreach (var plan in findings.Planning)
        {
            Line($"{plan}");
        }

        if (findings.Verdict is DriftVerdict.Alarm)
        {
            Line($"{findings.Anchors?.Sentence ?? "Judge or product? No anchors are declared (--anchor), so that this cannot be told."}");
            Explain(findings, Line, to);
        }

        if (findings.Descriptions is { } told)
        {
            Line($"Scores against the baseline (descriptions, never alarms): PSI {told.Psi:0.000} (sampling alone {told.PsiBySampling:0.000}), Jensen-Shannon distance {told.JensenShannon:0.000} ({told.JensenShannonBySampling:0.000}), Wasserstein {told.Wasserstein:0.000} points ({told.WassersteinBySampling:0.000})");
        }
    }

    private static string Repeated(BaselineFacts baseline) => baseline.Repeated == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {baseline.Repeated:#,0} repeated");

    /// <summary>Scores that hardly ever differ say little about how much they may.</summary>
    private static string Assumed(BaselineFacts baseline) => baseline.AssumedDeviation < 1.05 * baseline.Deviation
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" (so few differ that {baseline.AssumedDeviation:0.000} is assumed)");

    private static string Judge(BaselineFacts baseline) => baseline.Judge is null ? "" : $", judge {baseline.Judge}";

    private static void Alarm(AlarmFacts alarm, Action<FormattableString> line)
    {
        var what = alarm.Channel is Channel.LowTail
            ? alarm.Direction is Direction.Drop ? "more of the lowest scores" : "fewer of the lowest scores"
            : alarm.Direction is Direction.Drop ? "scores dropped" : "scores rose";
        line($"ALARM  {alarm.Detector} on {Words(alarm.Stream)}, line {alarm.Line}{Moment(alarm.Time)}: {what}");
        line($"       channel {(alarm.Channel is Channel.LowTail ? "low tail" : "mean")}, direction {(alarm.Direction is Direction.Drop ? "drop" : "rise")}, evidence {alarm.Evidence:#,0.##}, threshold {alarm.Threshold:#,0.##}");
        if (alarm.ChangedAtLine is { } changed)
        {
            line($"       changed about line {changed}{Moment(alarm.ChangedAtTime)}, {alarm.Delay:#,0} {(alarm.Delay == 1 ? "row" : "rows")} before");
        }

        if (!alarm.Slices.IsEmpty)
        {
            line($"       slices: {string.Join(", ", alarm.Slices)}");
        }
    }

    private static void Explain(DriftFindings findings, Action<FormattableString> line, TextWriter to)
    {
        to.WriteLine();
        line($"Change of the mean since then: {findings.Within + findings.Mix:+0.000;-0.000;0.000} points, {findings.Within:+0.000;-0.000;0.000} within slices, {findings.Mix:+0.000;-0.000;0.000} by their mix");
        line($"  {"slice",-32} {"before",14} {"since",14} {"within",9} {"± 95 %",8} {"mix",9}");
        foreach (var slice in findings.Slices.OrderBy(each => -Math.Abs(each.Within)).Take(20))
        {
            line($"  {Cut(slice.Slice),-32} {$"{slice.MeanBefore:0.00} ({slice.Before})",14} {$"{slice.MeanAfter:0.00} ({slice.After})",14} {slice.Within,9:+0.000;-0.000;0.000} {slice.WithinError,8:0.000} {slice.Mix,9:+0.000;-0.000;0.000}");
        }

        if (!findings.Examples.IsEmpty)
        {
            line($"Scores that weigh most in the alarm:");
            foreach (var example in findings.Examples)
            {
                line($"  line {example.Line}{(example.Id is null ? "" : $", id {Cut(example.Id)}")}: {example.Score:0.###}, expected {example.Expected:0.00} ({Cut(example.Slice)})");
            }
        }

        to.WriteLine();
    }

    /// <summary>Two rows of blocks: the mean between its extremes, and the evidence on a logarithmic scale up to the threshold.</summary>
    private static void Draw(DriftFindings findings, TextWriter to)
    {
        if (findings.Curve.IsEmpty || findings.Baseline is not { } baseline)
        {
            return;
        }

        var points = Thinned(findings);
        var (low, high) = (Math.Min(baseline.Mean, points.Min(point => point.Mean)), Math.Max(baseline.Mean, points.Max(point => point.Mean)));
        var (means, levels) = (new StringBuilder(), new StringBuilder());
        foreach (var point in points)
        {
            means.Append(Block(high > low ? (point.Mean - low) / (high - low) : 0.5));
            levels.Append(point.Level >= 1 ? '!' : Block(1 + Math.Log10(Math.Max(point.Level, 1e-4)) / 4));
        }

        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mean      {means}  {low:0.00} to {high:0.00}, baseline {baseline.Mean:0.00}"));
        to.WriteLine($"evidence  {levels}  ! is an alarm, the full block the threshold, each step about a third of it");
        to.WriteLine();
    }

    private static CurvePoint[] Thinned(DriftFindings findings)
    {
        var size = (int)Math.Ceiling(findings.Curve.Length / (double)Columns);
        return [.. findings.Curve.Chunk(size).Select(chunk => new CurvePoint(
            chunk[0].FromLine, chunk[^1].ToLine, chunk.Sum(point => point.Scores), chunk.Sum(point => point.Mean * point.Scores) / Math.Max(1, chunk.Sum(point => point.Scores)), chunk.Max(point => point.Level)))];
    }

    private static char Block(double share) => Blocks[(int)Math.Clamp(share * Blocks.Length, 0, Blocks.Length - 1)];

    public static string Words(AlarmSource stream) => stream switch
    {
        AlarmSource.Anchors => "anchors",
        AlarmSource.Corrected => "production scores less the judge's shift",
        _ => "production scores",
    };

    private static string Moment(DateTimeOffset? time) => time is { } at ? $" ({at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC)" : "";

    private static string Cut(string text) => text.Length <= 32 ? text : text[..31] + "…";
}
