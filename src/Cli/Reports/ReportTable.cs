using System.Collections.Immutable;
using Assize.Evaluation.Runs;
using Spectre.Console;

namespace Assize.Cli.Reports;

/// <summary>The report on a terminal: the headline numbers and what follows from them.</summary>
internal static class ReportTable
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Faint = new(decoration: Decoration.Dim);

    private static readonly Style Warning = new(Color.Yellow, decoration: Decoration.Bold);

    // Text objects throughout: what they hold is never read as markup.
    public static void Write(Report report, IAnsiConsole console, bool allSlices)
    {
        var headline = Headline.Of(report, allSlices);
        Line(console, headline.Title, Bold);
        foreach (var banner in headline.Banners)
        {
            Line(console, banner, Warning);
        }

        if (!headline.Scores.IsEmpty)
        {
            console.WriteLine();
            console.Write(Table(Headline.ScoreColumns, headline.Scores, 2, 4, 5));
        }

        foreach (var note in headline.Notes)
        {
            Line(console, note, Faint);
        }

        if (!headline.Verdicts.IsEmpty)
        {
            console.WriteLine();
            var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
            foreach (var verdict in headline.Verdicts)
            {
                grid.AddRow(new Text(verdict.Word, verdict.Finding is Finding.BetterA or Finding.BetterB ? Bold : Faint), new Text(verdict.Text));
            }

            console.Write(grid);
        }

        if (!headline.Slices.IsEmpty)
        {
            console.WriteLine();
            Line(console, allSlices ? "By slice" : "Slices where the interval excludes no difference", Bold);
            console.Write(Table(Headline.SliceColumns, headline.Slices, 2));
        }

        console.WriteLine();
        Line(console, headline.Cost, Style.Plain);
        Line(console, headline.Origin, Faint);
    }

    private static Table Table(ImmutableArray<string> columns, ImmutableArray<ImmutableArray<string>> rows, params int[] numbers)
    {
        var table = new Table().Border(TableBorder.Simple);
        for (var index = 0; index < columns.Length; index++)
        {
            var column = new TableColumn(new Text(columns[index], Bold));
            table.AddColumn(numbers.Contains(index) ? column.RightAligned() : column);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }

    private static void Line(IAnsiConsole console, string text, Style style)
    {
        console.Write(new Text(text, style));
        console.WriteLine();
    }
}
