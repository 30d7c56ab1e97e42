using System.Text;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Reports;

/// <summary>Who won how often, as one bar from B's wins on the left to A's on the right, each part with its own pattern.</summary>
internal static class PreferenceBar
{
    public static void Write(StringBuilder page, PreferenceLine line, int number)
    {
        var total = line.BWins + line.Ties + line.Inconsistent + line.AWins;
        (string Style, string Name, long Count)[] parts =
        [
            ("b", $"{line.B} wins", line.BWins),
            ("tie", "tie", line.Ties),
            ("swap", "changed with the order", line.Inconsistent),
            ("a", $"{line.A} wins", line.AWins),
        ];
        var words = string.Join(", ", parts.Select(part => $"{part.Name} {Figures.Count(part.Count)}"));

        page.Append("<figure class=\"plot\"><figcaption>").Append(Html.Text($"{line.B} against {line.A}")).Append(" <small>").Append(Html.Text($"{line.Judge}, {Sentences.Cases(line.Coverage.Scored)}"))
            .Append("</small></figcaption>\n<svg class=\"bar\" role=\"img\" height=\"34\"><title>").Append(Html.Text(words)).Append("</title><desc>")
            .Append(Html.Text($"How {line.Judge} decided between {line.B} and {line.A} on all cases")).Append("</desc>").Append("<defs><pattern id=\"p").Append(number)
            .Append("\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect class=\"swap\" width=\"6\" height=\"6\"/><rect class=\"stripe\" width=\"2\" height=\"6\"/></pattern></defs>");

        var x = 0.0;
        foreach (var (style, _, count) in parts.Where(part => part.Count > 0))
        {
            var width = 100.0 * count / total;
            page.Append("<rect class=\"").Append(style).Append("\" x=\"").Append(Figures.Coordinate(x)).Append("%\" y=\"2\" height=\"30\" width=\"").Append(Figures.Coordinate(width)).Append("%\"");
            page.Append(style == "swap" ? $" fill=\"url(#p{number})\"" : "").Append("/>");
            if (width >= 9)
            {
                page.Append("<text class=\"on-").Append(style).Append("\" x=\"").Append(Figures.Coordinate(x + (width / 2))).Append("%\" y=\"22\">").Append(Figures.Count(count)).Append("</text>");
            }

            x += width;
        }

        page.Append("</svg>\n<ul class=\"legend\">");
        foreach (var (style, name, count) in parts)
        {
            page.Append("<li><span class=\"key ").Append(style).Append("\" aria-hidden=\"true\"></span>").Append(Html.Text(name)).Append(" <b>").Append(Figures.Count(count)).Append("</b></li>");
        }

        page.Append("</ul></figure>\n");
        var axis = Axis.Between(0, 1, value => Figures.Number(value * 100, 0) + " %") with { Ticks = [0, 0.25, 0.5, 0.75, 1], Neutral = 0.5 };
        IntervalPlot.Write(
            page,
            $"Win rate of {line.B}",
            "ties and verdicts that changed with the order count half; 50 % means no preference",
            axis,
            [new IntervalRow($"{line.B} against {line.A}", line.WinRate, Written(line)) { Whole = true }]);
    }

    private static string Written(PreferenceLine line) => line.WinRate.Low is null
        ? $"{Figures.Percent(line.WinRate.Value)} ({Sentences.Why(line.WinRate.Undefined)})"
        : $"{Figures.Percent(line.WinRate.Value)} ({Figures.Percent(line.WinRate.Low)} to {Figures.Percent(line.WinRate.High)})";
}
