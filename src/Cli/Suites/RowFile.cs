using System.Globalization;
using System.Text.Unicode;
using Assize.Evaluation.Suites;
using CsvHelper;

namespace Assize.Cli.Suites;

/// <summary>
/// The rows of a JSONL or CSV file as nodes, in order or by their place. A CSV row is found by its quotes first and taken apart alone,
/// so that it can be read again by its offset and a broken one does not spoil the next.
/// </summary>
internal sealed class RowFile : IDisposable
{
    private static readonly CsvReaderOptions OneRow = new()
    {
        Separator = ',',
        HasHeader = false,
        MalformedData = CsvMalformedDataHandling.Throw,
        MaxRecordSize = int.MaxValue,
    };

    private readonly LineFile lines;
    private readonly Reading at;
    private readonly SuiteLimits limits;
    private readonly JsonNames names = new();
    private readonly List<string> cells = [];
    private readonly bool unreadable;

    public RowFile(SourceFile file, bool csv, SuiteLimits limits, Reading at)
    {
        (this.limits, this.at) = (limits, at);
        lines = new LineFile(file, csv, limits.MaxLineBytes);
        if (csv)
        {
            Header = ReadHeader();
            unreadable = Header is null;
        }
    }

    /// <summary>The names of a CSV file's columns; null for JSONL, and where the header cannot be read.</summary>
    public string[]? Header { get; }

    /// <summary>The row; null when it cannot be read, and then the mistake is noted.</summary>
    public Node? Row { get; private set; }

    public long Offset => lines.Offset;

    public int Line => lines.Number;

    /// <summary>Reads the next row that is not empty; false at the end.</summary>
    public bool Read()
    {
        while (!unreadable && lines.Read())
        {
            at.Case = null;
            if (lines.TooLong)
            {
                at.Note(
                    lines.Number,
                    null,
                    string.Create(CultureInfo.InvariantCulture, $"The line has more than the limit of {limits.MaxLineBytes:N0} bytes (option {nameof(SuiteLimits.MaxLineBytes)})."),
                    "Shorten it, or raise the limit.");
                Row = null;
                return true;
            }

            if (!lines.Bytes.ContainsAnyExcept(" \t"u8))
            {
                continue;
            }

            Row = Header is null ? JsonTree.Read(lines.Bytes, lines.Number, at, names) : CsvRow();
            return true;
        }

        return false;
    }

    public void Seek(long offset, int line) => lines.Seek(offset, line);

    public void Dispose() => lines.Dispose();

    private string[]? ReadHeader()
    {
        if (!lines.Read())
        {
            at.Note(1, null, "The file is empty.", "Begin with a row that names the columns.");
            return null;
        }

        if (!Cells())
        {
            return null;
        }

        for (var i = 0; i < cells.Count; i++)
        {
            cells[i] = cells[i].Trim();
            if (cells.IndexOf(cells[i]) < i)
            {
                at.Note(lines.Number, null, $"The column {Spelling.Quote(cells[i])} appears twice.", "Rename or remove one of them.");
                return null;
            }
        }

        return [.. cells];
    }

    private Map? CsvRow()
    {
        if (!Cells())
        {
            return null;
        }

        if (cells.Count != Header!.Length)
        {
            at.Note(
                lines.Number,
                null,
                string.Create(CultureInfo.InvariantCulture, $"The row has {cells.Count:N0} cells, but the header has {Header.Length:N0}."),
                "A cell that contains a comma must stand in double quotes.");
            return null;
        }

        var entries = new List<Entry>(cells.Count);
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i].Length > 0)
            {
                entries.Add(new Entry(Header[i], lines.Number, new Scalar(lines.Number, cells[i], ScalarKind.Text)));
            }
        }

        return new Map(lines.Number, entries);
    }

    private bool Cells()
    {
        if (!Utf8.IsValid(lines.Bytes))
        {
            InvalidUtf8.Note(lines.Bytes, lines.Number, at);
            return false;
        }

        if (lines.Unclosed || !Split())
        {
            at.Note(lines.Number, null, "A double quote is not closed, or stands inside a cell that is not quoted.", "Put the cell in double quotes, and double each quote inside it.");
            return false;
        }

        return true;
    }

    /// <summary>Takes the row apart; false when its quotes do not match.</summary>
    private bool Split()
    {
        cells.Clear();
        using var row = CsvReader.Create(lines.Memory, OneRow);
        try
        {
            if (row.Read())
            {
                for (var i = 0; i < row.FieldCount; i++)
                {
                    cells.Add(row.GetString(i));
                }
            }

            return !row.Read();
        }
        catch (CsvFormatException)
        {
            return false;
        }
    }
}
