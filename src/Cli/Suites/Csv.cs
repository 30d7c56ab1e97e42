namespace Assize.Cli.Suites;

/// <summary>
/// CSV by RFC 4180. It is read here and not by a library because answers are found again by the byte at which their row begins,
/// which the library counts wrongly once a row holds a character outside the basic plane.
/// </summary>
internal static class Csv
{
    /// <summary>The cells of a row; false when its quotes do not match.</summary>
    public static bool Split(string row, List<string> cells)
    {
        cells.Clear();
        var at = 0;
        while (true)
        {
            if (at < row.Length && row[at] == '"')
            {
                if (!Quoted(row, ref at, out var cell))
                {
                    return false;
                }

                cells.Add(cell);
            }
            else
            {
                var end = row.IndexOf(',', at);
                var cell = row[at..(end < 0 ? row.Length : end)];
                if (cell.Contains('"', StringComparison.Ordinal))
                {
                    return false;
                }

                cells.Add(cell);
                at += cell.Length;
            }

            if (at == row.Length)
            {
                return true;
            }

            at++;
        }
    }

    private static bool Quoted(string row, ref int at, out string cell)
    {
        var (start, doubled) = (at + 1, false);
        at = start;
        while ((at = row.IndexOf('"', at)) >= 0)
        {
            if (at + 1 < row.Length && row[at + 1] == '"')
            {
                doubled = true;
                at += 2;
                continue;
            }

            cell = row[start..at];
            if (doubled)
            {
                cell = cell.Replace("\"\"", "\"", StringComparison.Ordinal);
            }

            at++;
            return at == row.Length || row[at] == ',';
        }

        cell = "";
        return false;
    }
}
