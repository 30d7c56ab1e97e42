using System.Globalization;
using Assize.Cli.Suites;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Streams;

/// <summary>
/// A recorded stream of scores in a CSV or JSONL file. It is read twice: once to find every mistake, the number of rows and the scale, and once to go through it;
/// no more than a row is held.
/// </summary>
internal sealed class StreamFile
{
    private readonly SourceFile file;
    private readonly bool csv;

    private StreamFile(SourceFile file, bool csv, StreamColumns columns) => (this.file, this.csv, Columns) = (file, csv, columns);

    public string Name => file.Shown;

    public StreamColumns Columns { get; }

    public long Rows { get; private set; }

    /// <summary>Rows more than an hour older than one that stands before them.</summary>
    public long Late { get; private init; }

    public required Scale Scale { get; init; }

    /// <summary>Whether nobody said what the scale is, and it was taken from the scores.</summary>
    public bool ScaleInferred { get; private init; }

    /// <param name="path">CSV by its name's end; anything else is JSONL.</param>
    /// <param name="asked">The columns asked for; null where the usual name is meant.</param>
    /// <param name="scale">The declared scale; null to take it from the scores.</param>
    /// <exception cref="EvaluationException">All that is wrong with the file, with its lines.</exception>
    public static StreamFile Open(string path, AskedColumns asked, Scale? scale)
    {
        var log = new MistakeLog();
        var at = new Reading(path, log) { Foreign = true };
        var file = SourceFile.Find("", path, at, null, null, SuiteLimits.Default.MaxFileBytes, nameof(SuiteLimits.MaxFileBytes));
        log.ThrowIfAny();
        var csv = Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        var columns = asked.In(Names(file!, csv, at), at);
        log.ThrowIfAny();
        var survey = Survey(file!, csv, columns!, scale, at);
        log.ThrowIfAny();
        return new StreamFile(file!, csv, columns!) { Rows = survey.Rows, Late = survey.Late, Scale = scale ?? survey.Likely(), ScaleInferred = scale is null };
    }

    /// <summary>The rows in the order of the file.</summary>
    public IEnumerable<StreamRow> Read()
    {
        file.ThrowIfChanged();
        var at = new Reading(file.Shown, new MistakeLog()) { Foreign = true };
        using var rows = new RowFile(file, csv, SuiteLimits.Default, at);
        while (rows.Read())
        {
            yield return rows.Row is { } node && StreamRow.Read(node, Columns, at) is { } row ? row : throw file.Changed();
        }
    }

    /// <summary>The names of the columns: a CSV file's header, or the fields of the first rows.</summary>
    private static HashSet<string> Names(SourceFile file, bool csv, Reading at)
    {
        using var rows = new RowFile(file, csv, SuiteLimits.Default, csv ? at : new Reading(file.Shown, new MistakeLog()));
        if (csv)
        {
            return [.. rows.Header ?? []];
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 100 && rows.Read(); i++)
        {
            names.UnionWith((rows.Row as Map)?.Entries.Select(entry => entry.Key) ?? []);
        }

        return names;
    }

    private static ScoreSurvey Survey(SourceFile file, bool csv, StreamColumns columns, Scale? scale, Reading at)
    {
        var survey = new ScoreSurvey();
        using var rows = new RowFile(file, csv, SuiteLimits.Default, at);
        while (rows.Read())
        {
            if (rows.Row is not { } node || StreamRow.Read(node, columns, at) is not { } row)
            {
                continue;
            }

            if (row.Score is { } score && scale is not null && (score < scale.Min || score > scale.Max))
            {
                at.Note(row.Line, columns.Score, string.Create(CultureInfo.InvariantCulture, $"The score {score} lies outside the scale {scale.Words()}."), "Scores are refused and never clipped: correct it, leave it empty, or give the right --scale.");
            }

            survey.Add(row);
        }

        if (survey.Late > survey.Rows / 20 && survey.Late > 1)
        {
            at.Note(
                null, columns.Time, string.Create(CultureInfo.InvariantCulture, $"The rows are not in the order of their times: {survey.Late:#,0} of {survey.Rows:#,0} lie more than an hour behind one that stands before them."),
                "Sort the file, oldest first; or leave the times out with --time - where the rows stand in the order in which they came.");
        }

        if (survey.Rows == 0 && at.Count == 0)
        {
            at.Note(null, null, "The file has no rows.");
        }

        return survey;
    }
}

/// <summary>The columns that were asked for by name; null where the usual name is meant, a dash where none is.</summary>
internal sealed record AskedColumns(string? Score, string? Time, string? Slice, string? Id, string? Anchor, string? Item, string? Judge)
{
    /// <summary>The columns as a file has them; one that was asked for and is not there is noted.</summary>
    public StreamColumns? In(HashSet<string> there, Reading at)
    {
        var before = at.Count;
        var columns = new StreamColumns
        {
            Score = Score ?? "score",
            Time = StreamColumns.Choose(Time, "time", there),
            Slice = StreamColumns.Choose(Slice, "slice", there),
            Id = StreamColumns.Choose(Id, "id", there),
            Anchor = StreamColumns.Choose(Anchor, "anchor", there),
            Item = StreamColumns.Choose(Item, "item", there),
            Judge = StreamColumns.Choose(Judge, "judge", there),
        };
        if (there.Count == 1 && there.Single() is var only && (only.Contains(';', StringComparison.Ordinal) || only.Contains('\t', StringComparison.Ordinal)))
        {
            at.Note(1, null, $"The columns are set apart by {(only.Contains(';', StringComparison.Ordinal) ? "semicolons" : "tabs")}.", "Write commas, and points in numbers.");
            return null;
        }

        foreach (var (part, column) in columns.InUse().Where(pair => !there.Contains(pair.Column)))
        {
            at.Note(null, column, $"The file has no column {Spelling.Quote(column)} for the {part}.", Spelling.Suggest(column, there, "Its columns are") is { } hint ? $"{hint} Choose with --{part}." : null);
        }

        return at.Count > before ? null : columns;
    }
}

/// <summary>What a first look at the scores shows.</summary>
internal sealed class ScoreSurvey
{
    private static readonly Scale[] Usual = [Scale.PassFail, new(1, 5), new(0, 5), new(1, 7), new(1, 10), new(0, 10), new(0, 100)];

    private static readonly TimeSpan Lateness = TimeSpan.FromHours(1);

    private DateTimeOffset newest = DateTimeOffset.MinValue;
    private double least = double.PositiveInfinity;
    private double most = double.NegativeInfinity;
    private bool whole = true;

    public long Rows { get; private set; }

    public long Late { get; private set; }

    public void Add(StreamRow row)
    {
        Rows++;
        if (row.Time is { } time)
        {
            Late += newest - time > Lateness ? 1 : 0;
            newest = time > newest ? time : newest;
        }

        if (row.Score is { } score)
        {
            (least, most, whole) = (Math.Min(least, score), Math.Max(most, score), whole && score == Math.Round(score));
        }
    }

    /// <summary>The first usual scale that holds all scores; in steps of one only where all are whole.</summary>
    public Scale Likely()
    {
        if (Usual.FirstOrDefault(scale => least >= scale.Min && most <= scale.Max) is { } usual)
        {
            return whole ? usual : usual with { Step = 0 };
        }

        return least < most ? new Scale(least, most, 0) : new Scale(double.IsFinite(least) ? least : 0, double.IsFinite(least) ? least + 1 : 1, 0);
    }
}
