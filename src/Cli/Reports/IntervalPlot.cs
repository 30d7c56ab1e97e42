using System.Globalization;
using System.Text;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Reports;

/// <summary>One row of an interval plot: a dot for the value, a whisker for its interval.</summary>
/// <param name="Label">Who or what, not yet encoded.</param>
/// <param name="Text">Value and interval in writing.</param>
internal sealed record IntervalRow(string Label, Estimate Estimate, string Text)
{
    /// <summary>Set for the row that stands for all cases.</summary>
    public bool Whole { get; init; }
}

/// <summary>Dots with whiskers over one axis; rows are text with a drawing between, so that a narrow screen can stack them.</summary>
internal static class IntervalPlot
{
    private const int AtOnce = 12;

    public static void Write(StringBuilder page, string caption, string note, Axis axis, IReadOnlyList<IntervalRow> rows)
    {
        page.Append("<figure class=\"plot\"><figcaption>").Append(Html.Text(caption)).Append(" <small>").Append(Html.Text(note)).Append("</small></figcaption>\n");
        Rows(page, caption, axis, rows.Take(AtOnce));
        if (rows.Count > AtOnce)
        {
            page.Append(CultureInfo.InvariantCulture, $"<details><summary>{rows.Count - AtOnce} more</summary>\n");
            Rows(page, caption, axis, rows.Skip(AtOnce));
            page.Append("</details>\n");
        }

        page.Append("</figure>\n");
    }

    private static void Rows(StringBuilder page, string caption, Axis axis, IEnumerable<IntervalRow> rows)
    {
        foreach (var row in rows)
        {
            page.Append("<div class=\"row").Append(row.Whole ? " whole" : "").Append("\"><span class=\"label\">").Append(Html.Text(row.Label)).Append("</span>");
            Track(page, caption, axis, row);
            page.Append("<span class=\"figure\">").Append(Html.Text(row.Text)).Append("</span></div>\n");
        }

        page.Append("<div class=\"row axis\" aria-hidden=\"true\"><span class=\"label\"></span><svg height=\"20\">");
        foreach (var tick in axis.Ticks)
        {
            page.Append("<text x=\"").Append(axis.At(tick)).Append("\" y=\"14\">").Append(Html.Text(axis.Label(tick))).Append("</text>");
        }

        page.Append("</svg><span class=\"figure\"></span></div>\n");
    }

    private static void Track(StringBuilder page, string caption, Axis axis, IntervalRow row)
    {
        page.Append("<svg role=\"img\" height=\"24\"><title>").Append(Html.Text($"{row.Label}: {row.Text}")).Append("</title><desc>").Append(Html.Text(caption)).Append("</desc>");
        foreach (var tick in axis.Ticks)
        {
            Line(page, tick == axis.Neutral ? "neutral" : "tick", axis.At(tick), axis.At(tick), 0, 24);
        }

        if (axis.Neutral is { } neutral && !axis.Ticks.Contains(neutral))
        {
            Line(page, "neutral", axis.At(neutral), axis.At(neutral), 0, 24);
        }

        var (value, low, high, _, _) = row.Estimate;
        var apart = axis.Neutral is { } zero ? Sentences.Excludes(low, high, zero) ? value > zero ? " up" : " down" : " open" : "";
        if (low is { } from && high is { } to)
        {
            Line(page, "whisker" + apart, axis.At(from), axis.At(to), 12, 12);
            End(page, axis, from, apart, "M0 6l-8 6l8 6z");
            End(page, axis, to, apart, "M0 6l8 6l-8 6z");
        }

        if (value is { } known)
        {
            page.Append("<circle class=\"dot").Append(apart).Append("\" cx=\"").Append(axis.At(known)).Append("\" cy=\"12\" r=\"").Append(row.Whole ? 6 : 5).Append("\"/>");
        }

        page.Append("</svg>");
    }

    // A whisker that runs off the axis ends in an arrow, else in a short bar.
    private static void End(StringBuilder page, Axis axis, double value, string apart, string arrow)
    {
        if (axis.Holds(value))
        {
            Line(page, "whisker" + apart, axis.At(value), axis.At(value), 8, 16);
        }
        else
        {
            page.Append("<svg class=\"arrow\" x=\"").Append(axis.At(value)).Append("\"><path class=\"tip").Append(apart).Append("\" d=\"").Append(arrow).Append("\"/></svg>");
        }
    }

    private static void Line(StringBuilder page, string style, string x1, string x2, int y1, int y2) =>
        page.Append(CultureInfo.InvariantCulture, $"<line class=\"{style}\" x1=\"{x1}\" x2=\"{x2}\" y1=\"{y1}\" y2=\"{y2}\"/>");
}
