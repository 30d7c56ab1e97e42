using System.Collections.Immutable;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Reports;

/// <summary>A report as plain text for files, pipes and terminals that want no colour: no escape sequences, and numbers that other programs can read.</summary>
internal static class ReportText
{
    private const int Wide = 78;

    /// <param name="allSlices">Whether slices are listed that show no difference too.</param>
    public static void Write(Report report, TextWriter writer, bool allSlices = false)
    {
        Line(writer, Digest.Title(report));
        Line(writer, Digest.Subtitle(report));
        foreach (var banner in new[] { Labels.Simulated(report), Labels.Partial(report) }.OfType<string>())
        {
            Wrap(writer, "! ", banner);
        }

        Line(writer, "");
        Table(writer, Digest.ScoreHeads, Digest.Scores(report), numbers: 2);
        foreach (var reason in Digest.Reasons(report))
        {
            Wrap(writer, "  ", reason);
        }

        foreach (var pair in Findings.Of(report))
        {
            Line(writer, "");
            Line(writer, pair.Title);
            foreach (var finding in pair.All)
            {
                Wrap(writer, $"  {Sign(finding.Tone)} ", finding.Sentence);
            }

            foreach (var line in Digest.Preferences(pair))
            {
                Wrap(writer, "    ", line);
            }
        }

        if (Findings.Of(report).IsEmpty)
        {
            Line(writer, "");
            foreach (var sentence in Findings.Alone(report))
            {
                Wrap(writer, "  * ", sentence);
            }
        }

        foreach (var (title, heads, rows) in Digest.Slices(report, allSlices))
        {
            Line(writer, "");
            Line(writer, title);
            Table(writer, heads, rows, numbers: 1);
        }

        Line(writer, "");
        foreach (var line in new[] { Digest.SliceNote(report), Digest.Cost(report) }.Concat(UsageSection.Budgets(report)).Append(Digest.Provenance(report)).OfType<string>())
        {
            Wrap(writer, "", line);
        }
    }

    private static string Sign(Tone tone) => tone switch
    {
        Tone.Better => "+",
        Tone.Worse => "-",
        Tone.NotShown => "=",
        _ => "?",
    };

    private static void Table(TextWriter writer, ImmutableArray<string> heads, ImmutableArray<ImmutableArray<string>> rows, int numbers)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        var widths = heads.Select((head, column) => rows.Max(row => row[column].Length) is var widest && widest > head.Length ? widest : head.Length).ToArray();
        foreach (var row in rows.Prepend(heads))
        {
            Line(writer, string.Join("  ", row.Select((cell, column) => column >= numbers ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    private static void Wrap(TextWriter writer, string lead, string text)
    {
        var line = lead;
        var empty = true;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!empty && line.Length + 1 + word.Length > Wide)
            {
                Line(writer, line);
                line = new string(' ', lead.Length);
                empty = true;
            }

            line += empty ? word : " " + word;
            empty = false;
        }

        Line(writer, line);
    }

    // Signs of our own are written in ASCII: a number with a typographic minus is no number to a program.
    private static void Line(TextWriter writer, string text) => writer.Write(text
        .Replace('−', '-').Replace('—', '-').Replace('▲', '+').Replace('▼', '-').Replace('○', '=').Replace('\u00a0', ' ') + "\n");
}
