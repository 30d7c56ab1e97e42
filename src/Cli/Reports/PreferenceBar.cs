using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Reports;

/// <summary>Wins, ties, inconsistent verdicts and losses as one bar.</summary>
internal static class PreferenceBar
{
    // A count is written into its part of the bar only where it has room on a phone.
    private const double Room = 0.09;

    public static Html Of(PreferenceLine line)
    {
        var (a, b) = (Legible.Name(line.A.Value), Legible.Name(line.B.Value));
        ImmutableArray<Part> parts =
        [
            new("win", $"{b} wins", line.BWins),
            new("tie", "tie", line.Ties),
            new("turned", "changed with the order", line.Inconsistent),
            new("loss", $"{a} wins", line.AWins),
        ];
        var total = parts.Sum(part => part.Count);
        if (total == 0)
        {
            return Html.Empty;
        }

        var words = string.Join(", ", parts.Select(part => $"{part.Label}: {Figures.Count(part.Count)}"));
        return $"""
            <svg class="bar" role="img" width="100%" height="34"><title>{words}</title><desc>The parts of the bar are the shares of all scored comparisons.</desc>{Segments(parts, total)}</svg>
            <ul class="legend">{parts.Select(part => Legend(part, total))}</ul>

            """;
    }

    /// <summary>Stripes, once in a page, so that a verdict that turned with the order is told from a tie without colour.</summary>
    public static Html Pattern => $"""<svg class="defs" width="0" height="0" aria-hidden="true"><defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="under" width="6" height="6"/><rect class="stripe" width="2.4" height="6"/></pattern></defs></svg>""";

    private static IEnumerable<Html> Segments(ImmutableArray<Part> parts, long total)
    {
        var before = 0L;
        foreach (var part in parts.Where(part => part.Count > 0))
        {
            var share = (double)part.Count / total;
            yield return $"""<rect class="{part.Class}" x="{Percent(before, total)}" y="0" width="{Percent(part.Count, total)}" height="34"/>""";
            if (share >= Room && part.Class != "turned")
            {
                yield return $"""<text class="{part.Class}" x="{Percent((2 * before) + part.Count, 2 * total)}" y="22">{Figures.Count(part.Count)}</text>""";
            }

            before += part.Count;
        }
    }

    private static Html Legend(Part part, long total) =>
        $"""<li><svg class="key" width="14" height="14" aria-hidden="true"><rect class="{part.Class}" width="14" height="14"/></svg><bdi>{part.Label}</bdi> <b>{Figures.Count(part.Count)}</b> <span class="ends">({Figures.Share(part.Count, total)})</span></li>""";

    private static string Percent(long part, long whole) => (100.0 * part / whole).ToString("0.###", CultureInfo.InvariantCulture) + "%";

    private sealed record Part(string Class, string Label, long Count);
}
