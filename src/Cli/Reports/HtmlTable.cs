using System.Text;

namespace Assize.Cli.Reports;

/// <summary>A column and whether its cells are numbers.</summary>
internal sealed record Column(string Title, bool Number = false);

/// <summary>A table with its caption, in a frame that scrolls by itself where the screen is too narrow.</summary>
internal static class HtmlTable
{
    /// <summary>Rows above which a table is folded away.</summary>
    private const int Long = 10;

    public static void Write<T>(StringBuilder page, string caption, IReadOnlyList<Column> columns, IReadOnlyList<T> rows, Func<T, IReadOnlyList<string>> cells, Func<T, bool>? whole = null)
    {
        var folded = rows.Count > Long;
        if (folded)
        {
            page.Append("<details><summary>").Append(Html.Text($"All {Figures.Count(rows.Count)} rows")).Append("</summary>\n");
        }

        page.Append("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"").Append(Html.Text(caption)).Append("\"><table><caption><span>").Append(Html.Text(caption)).Append("</span></caption>\n<thead><tr>");
        foreach (var column in columns)
        {
            page.Append("<th scope=\"col\"").Append(column.Number ? " class=\"n\"" : "").Append('>').Append(Html.Text(column.Title)).Append("</th>");
        }

        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            page.Append(whole?.Invoke(row) == true ? "<tr class=\"whole\">" : "<tr>");
            var texts = cells(row);
            for (var index = 0; index < texts.Count; index++)
            {
                var tag = index == 0 ? "th" : "td";
                page.Append('<').Append(tag).Append(index == 0 ? " scope=\"row\"" : columns[index].Number ? " class=\"n\"" : "").Append('>')
                    .Append(Html.Text(texts[index])).Append("</").Append(tag).Append('>');
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n").Append(folded ? "</details>\n" : "");
    }
}
