using System.Globalization;
using System.Text;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Reports;

/// <summary>The report as one page that needs nothing else: no script, no network, drawings and style inside.</summary>
internal static class ReportPage
{
    public static string Html(Report report)
    {
        var page = new StringBuilder();
        var title = $"{report.Provenance.Suite}: {(report.Simulated ? "simulated " : "")}report of run {report.Run}";
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>").Append(Reports.Html.Text(title))
            .Append("</title>\n<style>\n").Append(ReportStyle.Css).Append("\n</style>\n</head>\n<body>\n<main>\n");
        Header(page, report);
        Verdicts(page, report);
        Scores(page, report);
        Differences(page, report);
        Preferences(page, report);
        Changes(page, report);
        Usage(page, report);
        Origin(page, report);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Header(StringBuilder page, Report report)
    {
        var origin = report.Provenance;
        page.Append("<header>\n<h1>").Append(Reports.Html.Text(origin.Suite)).Append("</h1>\n");
        if (origin.Description is { Length: > 0 } description)
        {
            page.Append("<p class=\"soft\">").Append(Reports.Html.Text(description)).Append("</p>\n");
        }

        page.Append("<ul class=\"facts\">");
        Fact(page, "Run", report.Run.Value);
        Fact(page, "Status", Sentences.Status(report.Status));
        Fact(page, "Cases", $"{Figures.Count(report.CasesDone)} of {Figures.Count(report.Cases)}");
        Fact(page, "Started", Figures.Moment(origin.Started));
        if (origin.Ended is { } ended)
        {
            Fact(page, "Took", Figures.Duration(ended - origin.Started));
        }

        page.Append("</ul>\n");
        foreach (var banner in new[] { Sentences.Simulated(report), Sentences.Partial(report) }.OfType<string>())
        {
            page.Append("<p class=\"banner\" role=\"note\">").Append(Reports.Html.Text(banner)).Append("</p>\n");
        }

        page.Append("</header>\n");
    }

    private static void Fact(StringBuilder page, string name, string value) =>
        page.Append("<li>").Append(name).Append(" <b>").Append(Reports.Html.Text(value)).Append("</b></li>");

    private static void Verdicts(StringBuilder page, Report report)
    {
        var verdicts = Sentences.All(report).ToList();
        if (verdicts.Count == 0)
        {
            return;
        }

        page.Append("<section>\n<h2>What was found</h2>\n<ul class=\"verdicts\">\n");
        foreach (var verdict in verdicts)
        {
            page.Append(CultureInfo.InvariantCulture, $"<li class=\"{verdict.Finding}\"><span class=\"word\">{verdict.Word}</span><span>{Reports.Html.Text(verdict.Text)}</span></li>\n");
        }

        page.Append("</ul>\n<p class=\"soft\">Each interval and each p stands for itself: nothing is corrected for how many comparisons were made. With many slices and criteria some intervals exclude zero by chance alone.</p>\n</section>\n");
    }

    private static void Scores(StringBuilder page, Report report)
    {
        if (report.Scores.IsEmpty)
        {
            return;
        }

        page.Append("<section>\n<h2>Scores</h2>\n<div class=\"plots\">\n");
        foreach (var lines in report.Scores.Where(line => line.Slice == Slice.All).GroupBy(line => (line.Judge, line.Criterion)))
        {
            var scale = lines.First().Scale;
            var axis = Axis.Between(scale.Min, scale.Max, value => scale.IsPassFail ? Figures.Number(value * 100, 0) + " %" : value.ToString("0.###", CultureInfo.InvariantCulture));
            axis = scale.IsPassFail ? axis with { Ticks = [0, 0.5, 1] } : axis;
            IntervalPlot.Write(
                page,
                lines.Key.Criterion.Value,
                $"{lines.Key.Judge}, {(scale.IsPassFail ? "pass rate" : $"mean on {scale.Words()}")}, 95 % interval",
                axis,
                [.. lines.Select(line => new IntervalRow(line.Candidate.Value, line.Estimate, Written(Figures.Value(line.Estimate.Value, scale), Figures.Interval(line.Estimate, scale), line.Estimate.Undefined)))]);
        }

        page.Append("</div>\n");
        ReportTables.Scores(page, report);
        page.Append("</section>\n");
    }

    private static void Differences(StringBuilder page, Report report)
    {
        if (report.Differences.IsEmpty)
        {
            return;
        }

        page.Append("<section>\n<h2>Differences</h2>\n<p class=\"soft\">Right of zero the first-named candidate is better, left of it the second. A filled dot means that the interval excludes zero, a hollow one that it does not.</p>\n<div class=\"plots\">\n");
        foreach (var lines in report.Differences.GroupBy(line => (line.Judge, line.Criterion, line.A, line.B)))
        {
            var scale = lines.First().Scale;
            var ends = lines.SelectMany(line => new[] { line.Estimate.Value, line.Estimate.Low, line.Estimate.High }).OfType<double>().Select(Math.Abs).DefaultIfEmpty(scale.Max - scale.Min);
            var axis = Axis.AroundZero(Math.Min(ends.Max(), scale.Max - scale.Min), value => Tick(value, scale));
            IntervalPlot.Write(
                page,
                $"{lines.Key.B} minus {lines.Key.A}: {lines.Key.Criterion}",
                $"{lines.Key.Judge}, {(scale.IsPassFail ? "percentage points" : "points")}, 95 % interval",
                axis,
                [.. lines.OrderBy(line => line.Slice == Slice.All ? 0 : 1).Select(line => Row(line, scale))]);
        }

        page.Append("</div>\n");
        ReportTables.Differences(page, report);
        page.Append("</section>\n");
    }

    private static IntervalRow Row(DifferenceLine line, Scale scale) =>
        new(line.Slice == Slice.All ? "all cases" : line.Slice.Value, line.Estimate, Written(Figures.Shift(line.Estimate.Value, scale), Figures.ShiftInterval(line.Estimate, scale), line.Estimate.Undefined))
        {
            Whole = line.Slice == Slice.All,
        };

    private static string Tick(double value, Scale scale) =>
        (value > 0 ? "+" : value < 0 ? "\u2212" : "") + Math.Abs(scale.IsPassFail ? value * 100 : value).ToString("0.####", CultureInfo.InvariantCulture);

    private static string Written(string value, string interval, string? undefined) =>
        interval == Figures.None ? $"{value} ({Sentences.Why(undefined)})" : $"{value} ({interval})";

    private static void Preferences(StringBuilder page, Report report)
    {
        if (report.Preferences.IsEmpty)
        {
            return;
        }

        page.Append("<section>\n<h2>Preferences</h2>\n");
        var number = 0;
        foreach (var line in report.Preferences.Where(line => line.Slice == Slice.All))
        {
            page.Append("<div class=\"plots\">\n");
            PreferenceBar.Write(page, line, number++);
            page.Append("</div>\n");
        }

        ReportTables.Preferences(page, report);
        page.Append("</section>\n");
    }

    private static void Changes(StringBuilder page, Report report)
    {
        if (!report.Changes.IsEmpty)
        {
            page.Append("<section>\n<h2>Largest changes</h2>\n");
            ReportTables.Changes(page, report);
            page.Append("</section>\n");
        }
    }

    private static void Usage(StringBuilder page, Report report)
    {
        page.Append("<section>\n<h2>Cost</h2>\n<p>").Append(Reports.Html.Text(report.Usage.IsEmpty ? "No model was asked." : Sentences.Cost(report))).Append("</p>\n");
        if (!report.Usage.IsEmpty)
        {
            ReportTables.Usage(page, report);
        }

        page.Append("</section>\n");
    }

    private static void Origin(StringBuilder page, Report report)
    {
        var origin = report.Provenance;
        page.Append("<section>\n<h2>Where the numbers come from</h2>\n<dl>\n");
        Entry(page, "Suite", $"{origin.Suite}, version {origin.Version}");
        Entry(page, "Seed", origin.Seed.ToString(CultureInfo.InvariantCulture));
        Entry(page, "Assize", origin.Program);
        Entry(page, "Ended", origin.Ended is { } ended ? Figures.Moment(ended) : "not yet");
        page.Append("</dl>\n");
        HtmlTable.Write(page, "Candidates", [new("Candidate"), new("Answers from")], origin.Candidates, line => [line.Name.Value, line.Model is { } model ? $"model {model}" : "recorded responses"]);
        HtmlTable.Write(
            page,
            "Judges",
            [new("Judge"), new("Kind"), new("Models"), new("Fingerprint of its settings")],
            origin.Judges,
            line => [line.Name.Value, line.Kind, line.Models.IsDefaultOrEmpty ? "none" : string.Join(", ", line.Models), line.Fingerprint]);
        HtmlTable.Write(
            page,
            "Models, with prices per million tokens",
            [new("Model"), new("Provider"), new("Name there"), new("Simulated"), new("Price in", true), new("Price out", true), new("Fingerprint of its settings")],
            origin.Models,
            card => [card.Name.Value, card.Provider, card.Model, card.Simulated ? "yes" : "no", Price(card.InputPrice), Price(card.OutputPrice), card.Fingerprint]);
        page.Append("</section>\n");
    }

    private static string Price(decimal price) => price.ToString("0.00####", CultureInfo.InvariantCulture);

    private static void Entry(StringBuilder page, string name, string value) =>
        page.Append("<dt>").Append(name).Append("</dt><dd>").Append(Reports.Html.Text(value)).Append("</dd>\n");
}
