using System.Collections.Immutable;
using Assize.Evaluation.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Assize.Cli.Reports;

/// <summary>A report for a terminal of 80 columns or more.</summary>
internal static class ReportTable
{
    private static readonly Style Quiet = new(decoration: Decoration.Dim);
    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Warning = new(Color.Yellow, decoration: Decoration.Bold);

    /// <param name="allSlices">Whether slices are listed that show no difference too.</param>
    public static void Write(Report report, IAnsiConsole console, bool allSlices = false)
    {
        Line(console, Digest.Title(report), Strong);
        Line(console, Digest.Subtitle(report), Quiet);
        foreach (var banner in new[] { Labels.Simulated(report), Labels.Partial(report) }.OfType<string>())
        {
            Line(console, "⚠ " + banner, Warning);
        }

        var scores = Digest.Scores(report);
        if (!scores.IsEmpty)
        {
            console.WriteLine();
            console.Write(Table(Digest.ScoreHeads, scores, numbers: 2));
        }

        foreach (var reason in Digest.Reasons(report))
        {
            Hang(console, "·", Quiet, reason, Quiet);
        }

        WriteFindings(report, console);
        WriteSlices(report, console, allSlices);
        console.WriteLine();
        foreach (var line in new[] { Digest.Cost(report) }.Concat(UsageSection.Budgets(report)).Append(Digest.Provenance(report)).OfType<string>())
        {
            Line(console, line, Quiet);
        }
    }

    private static void WriteFindings(Report report, IAnsiConsole console)
    {
        var pairs = Findings.Of(report);
        if (pairs.IsEmpty)
        {
            console.WriteLine();
            foreach (var sentence in Findings.Alone(report))
            {
                Hang(console, "·", Style.Plain, sentence);
            }
        }

        foreach (var pair in pairs)
        {
            console.WriteLine();
            Line(console, pair.Title, Strong);
            foreach (var finding in pair.All)
            {
                Hang(console, Finding.Sign(finding.Tone), Colour(finding.Tone), finding.Sentence);
            }

            foreach (var line in Digest.Preferences(pair))
            {
                Hang(console, "·", Quiet, line, Quiet);
            }
        }
    }

    private static void WriteSlices(Report report, IAnsiConsole console, bool allSlices)
    {
        var slices = Digest.Slices(report, allSlices);
        var note = Digest.SliceNote(report);
        if (note is null && slices.IsEmpty)
        {
            return;
        }

        console.WriteLine();
        foreach (var (title, heads, rows) in slices)
        {
            Line(console, title, Strong);
            console.Write(Table(heads, rows, numbers: 1));
        }

        if (note is not null)
        {
            Line(console, note, Quiet);
        }
    }

    // Text is given as text and never as markup: a name may hold brackets.
    private static Table Table(ImmutableArray<string> heads, ImmutableArray<ImmutableArray<string>> rows, int numbers)
    {
        var table = new Table { Border = TableBorder.SimpleHeavy, ShowRowSeparators = false };
        for (var column = 0; column < heads.Length; column++)
        {
            var head = new TableColumn(new Text(heads[column], Quiet)) { Padding = new Padding(column == 0 ? 0 : 1, 0, column == heads.Length - 1 ? 0 : 1, 0) };
            table.AddColumn(column >= numbers ? head.RightAligned().NoWrap() : head);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select((cell, column) => (IRenderable)new Text(cell, column == numbers ? Strong : Style.Plain)));
        }

        return table;
    }

    private static void Hang(IAnsiConsole console, string sign, Style style, string text, Style? body = null)
    {
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(1, 0, 1, 0), Width = 1 });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        grid.AddRow(new Text(sign, style), new Text(text, body));
        console.Write(grid);
    }

    private static void Line(IAnsiConsole console, string text, Style style) => console.Write(new Paragraph(text + "\n", style));

    private static Style Colour(Tone tone) => tone switch
    {
        Tone.Better => new Style(Color.Blue, decoration: Decoration.Bold),
        Tone.Worse => new Style(Color.Orange1, decoration: Decoration.Bold),
        _ => Quiet,
    };
}
