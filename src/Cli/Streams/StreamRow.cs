using System.Globalization;
using Assize.Cli.Suites;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Streams;

/// <summary>One row of a recorded stream.</summary>
internal sealed record StreamRow(int Line, double? Score)
{
    public DateTimeOffset? Time { get; init; }

    public Slice Slice { get; init; } = Slice.All;

    public string? Id { get; init; }

    public bool Anchor { get; init; }

    /// <summary>The anchor's item; null for production rows.</summary>
    public Slice? Item { get; init; }

    public JudgeVersion? Judge { get; init; }

    /// <summary>Reads a row; what is wrong with it is noted, and then it is null.</summary>
    public static StreamRow? Read(Node node, StreamColumns columns, Reading at)
    {
        if (node is not Map map)
        {
            at.Note(node.Line, null, $"This must be a row with columns, not {node.Kind}.");
            return null;
        }

        var before = at.Count;
        var score = Number(map, columns.Score, at);
        var time = Moment(map, columns.Time, at);
        var id = Text(map, columns.Id, at);
        var flag = Text(map, columns.Anchor, at);
        var anchor = flag is not null && !IsNo(flag);
        var item = anchor ? Text(map, columns.Item, at) ?? (IsYes(flag!) ? id : flag) : null;
        if (anchor && item is null)
        {
            at.Note(map.Line, columns.Anchor, "The row is an anchor, but nothing says which item it is.", "Name the column of the items with --item, or that of the ids with --id.");
        }

        var (slice, judge) = (Text(map, columns.Slice, at), Text(map, columns.Judge, at));
        return at.Count > before ? null : new StreamRow(map.Line, score)
        {
            Time = time,
            Id = id,
            Slice = columns.Slice is null ? Slice.All : new Slice($"{columns.Slice}={slice ?? "(none)"}"),
            Anchor = anchor,
            Item = item is null ? null : new Slice(item),
            Judge = judge is null ? null : new JudgeVersion(judge),
        };
    }

    private static bool IsNo(string flag) => flag.Trim().ToUpperInvariant() is "" or "0" or "FALSE" or "NO" or "N" or "F";

    private static bool IsYes(string flag) => flag.Trim().ToUpperInvariant() is "1" or "TRUE" or "YES" or "Y" or "T";

    private static double? Number(Map map, string column, Reading at)
    {
        switch (map[column])
        {
            case null or Scalar { Is: ScalarKind.Null }:
                return null;
            case Scalar { Is: ScalarKind.Truth } truth:
                return truth.Text[0] is 't' or 'T' ? 1 : 0;
            case Scalar scalar when scalar.Text.Trim() is var text:
                if (text.ToUpperInvariant() is "" or "NAN" or "NULL" or "NONE" or "NA" or "N/A")
                {
                    return null;
                }

                if (text.ToUpperInvariant() is "PASS" or "TRUE" or "FAIL" or "FALSE")
                {
                    return text[0] is 'p' or 'P' or 't' or 'T' ? 1 : 0;
                }

                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
                {
                    return value;
                }

                at.Note(map.Line, column, $"The score {Spelling.Quote(text)} is not a number.", "Write it with a point, as in 4.5, or as pass or fail; leave the cell empty where there is no score.");
                return null;
            case { } other:
                at.Note(map.Line, column, $"The score must be a number, not {other.Kind}.");
                return null;
        }
    }

    private static DateTimeOffset? Moment(Map map, string? column, Reading at)
    {
        if (Text(map, column, at) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 1e11)
        {
            return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        at.Note(map.Line, column, $"The time {Spelling.Quote(text)} cannot be read.", "Write it as in 2026-11-26T10:00:00Z, or in seconds since 1970.");
        return null;
    }

    private static string? Text(Map map, string? column, Reading at)
    {
        switch (column is null ? null : map[column])
        {
            case null or Scalar { Is: ScalarKind.Null }:
                return null;
            case Scalar scalar:
                return scalar.Text.Length == 0 ? null : scalar.Text;
            case { } other:
                at.Note(map.Line, column, $"This must be a text, not {other.Kind}.");
                return null;
        }
    }
}
