using System.Collections.Immutable;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Reports;

/// <summary>The report as plain lines, for files, logs and pipes; with all slices.</summary>
internal static class ReportText
{
    public static void Write(Report report, TextWriter writer)
    {
        var headline = Headline.Of(report, allSlices: true);
        writer.WriteLine(headline.Title);
        foreach (var banner in headline.Banners)
        {
            writer.WriteLine(banner);
        }

        Columns(writer, Headline.ScoreColumns, headline.Scores);
        foreach (var note in headline.Notes)
        {
            writer.WriteLine(note);
        }

        if (!headline.Verdicts.IsEmpty)
        {
            writer.WriteLine();
        }

        foreach (var verdict in headline.Verdicts)
        {
            writer.WriteLine($"{verdict.Word,-8} {verdict.Text}");
        }

        Columns(writer, Headline.SliceColumns, headline.Slices);
        writer.WriteLine();
        writer.WriteLine(headline.Cost);
        writer.WriteLine(headline.Origin);
    }

    private static void Columns(TextWriter writer, ImmutableArray<string> titles, ImmutableArray<ImmutableArray<string>> rows)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        var widths = titles.Select((title, index) => rows.Max(row => Math.Max(title.Length, row[index].Length))).ToArray();
        writer.WriteLine();
        foreach (var row in rows.Prepend(titles))
        {
            writer.WriteLine(string.Join("  ", row.Select((cell, index) => cell.PadRight(widths[index]))).TrimEnd());
        }
    }
}
