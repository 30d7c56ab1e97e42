using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>Where a suite's cases stand: in the document itself, or in a file.</summary>
/// <param name="Form">How a row says a case.</param>
/// <param name="Shown">What a person calls the file.</param>
/// <param name="Foreign">Whether the form is somebody else's.</param>
internal abstract record CaseSource(CaseForm Form, string Shown, bool Foreign)
{
    /// <summary>The files that must not change while the suite is read.</summary>
    public abstract IEnumerable<SourceFile> Files { get; }

    /// <summary>The rows in order, each with its line; a row that cannot be read is null, and its mistake is noted.</summary>
    public abstract IEnumerable<(Node? Row, int Line)> Rows(SuiteLimits limits, Reading at);

    public Reading NewReading(MistakeLog log) => new(Shown, log) { Foreign = Foreign };
}

/// <summary>Cases written into the suite document.</summary>
internal sealed record InlineCases(Items Items, string Document) : CaseSource(new LineCases(), Document, false)
{
    public override IEnumerable<SourceFile> Files => [];

    public override IEnumerable<(Node? Row, int Line)> Rows(SuiteLimits limits, Reading at) => Items.Values.Select(node => ((Node?)node, node.Line));
}

/// <summary>Cases in a file of their own.</summary>
internal sealed record FileCases(SourceFile File, bool Csv, CaseForm Form, bool Foreign, References? References) : CaseSource(Form, File.Shown, Foreign)
{
    public override IEnumerable<SourceFile> Files => References is null ? [File] : [File, References.File];

    public override IEnumerable<(Node? Row, int Line)> Rows(SuiteLimits limits, Reading at)
    {
        using var rows = new RowFile(File, Csv, limits, at);
        using var references = References?.Open();
        while (rows.Read())
        {
            yield return (references is null || rows.Row is null ? rows.Row : references.Join(rows.Row), rows.Line);
        }
    }
}

/// <summary>What is remembered of the cases after they were checked: their ids, lines and turns, and none of their texts.</summary>
internal sealed class CaseIndex
{
    /// <summary>Keys that are kept to be named where one is missing.</summary>
    private const int MostKeys = 50;

    private readonly Chunks<int> lines = new();
    private readonly Chunks<int> turns = new();
    private readonly HashSet<int> busy = [];
    private readonly HashSet<int> split = [];
    private readonly SortedSet<string> keys = new(StringComparer.Ordinal);

    public IdIndex Ids { get; } = new();

    /// <summary>Rows whose case could not be told; a response that seems to have no case may belong to one of them.</summary>
    public int Unreadable { get; private set; }

    /// <summary>How many turns a case has; null when it is wrong.</summary>
    public int? Turns(int ordinal) => turns[ordinal] == 0 ? null : turns[ordinal];

    /// <summary>Whether a judge, by its number, looks at any of the cases.</summary>
    public bool IsBusy(int judge) => busy.Contains(judge);

    /// <summary>Whether a slice, by its number, has any of the cases.</summary>
    public bool IsSplit(int slice) => split.Contains(slice);

    /// <summary>What the cases could be split by, as far as it is kept.</summary>
    public IReadOnlyCollection<string> SliceKeys => keys;

    /// <summary>Checks all cases of a source.</summary>
    public static CaseIndex Of(CaseSource source, SuiteDefinition suite, SuiteLimits limits, MistakeLog log)
    {
        var index = new CaseIndex();
        var at = source.NewReading(log);
        var rows = 0;
        foreach (var (row, line) in source.Rows(limits, at))
        {
            if (++rows > limits.MaxCases)
            {
                at.Case = null;
                at.Note(line, null, string.Create(CultureInfo.InvariantCulture, $"There are more cases than the limit of {limits.MaxCases:N0} (option {nameof(SuiteLimits.MaxCases)})."), "Split the suite, or raise the limit.");
                break;
            }

            index.Add(row, line, source, suite, limits, at);
        }

        at.Case = null;
        if (rows == 0 && at.Count == 0)
        {
            at.Note(null, null, "There are no cases.", "Add at least one.");
        }
        else if (index.Unreadable == 0 && rows <= limits.MaxCases)
        {
            (source as FileCases)?.References?.NoteUnasked(index, log);
        }

        return index;
    }

    /// <summary>Reads a case and notes all its mistakes; null when it has any.</summary>
    public static Case? Read(Node row, CaseSource source, SuiteDefinition suite, SuiteLimits limits, Reading at)
    {
        var before = at.Count;
        if (source.Form.Read(row, at) is not { } @case)
        {
            return null;
        }

        foreach (var mistake in ExhibitCheck.Case(@case, suite.Judges, limits))
        {
            var field = mistake.Field is null ? null : source.Form.FieldIn(row, mistake.Field);
            at.Note(mistake with { Field = field is null ? null : Spelling.Printable(field), Line = field is null ? row.Line : row.LineOf(field) });
        }

        return at.Count == before ? @case : null;
    }

    private void Add(Node? row, int line, CaseSource source, SuiteDefinition suite, SuiteLimits limits, Reading at)
    {
        at.Case = null;
        var id = row is null ? null : source.Form.Id(row);
        if (id is not null && ExhibitCheck.IsId(id))
        {
            at.Case = new CaseId(id);
        }

        var @case = row is null ? null : Read(row, source, suite, limits, at);
        if (id is null || at.Case is null)
        {
            Unreadable++;
            return;
        }

        if (!Ids.TryAdd(id, out var ordinal))
        {
            at.Note(line, null, string.Create(CultureInfo.InvariantCulture, $"Line {lines[ordinal]} has a case with the same id."), "Give every case an id of its own.");
            return;
        }

        for (var i = 0; i < suite.Judges.Length && @case is not null && busy.Count < suite.Judges.Length; i++)
        {
            if (suite.Judges[i].Where?.Matches(@case) != false)
            {
                busy.Add(i);
            }
        }

        for (var i = 0; i < suite.Slices.Length && @case is not null && split.Count < suite.Slices.Length; i++)
        {
            if (!split.Contains(i) && suite.Slices[i] is { IsValid: true } slice && slice.Of(@case).Any())
            {
                split.Add(i);
            }
        }

        if (@case is not null && split.Count < suite.Slices.Length && keys.Count < MostKeys)
        {
            keys.UnionWith(SliceKey.Splitting(@case));
        }

        lines[ordinal] = line;
        turns[ordinal] = @case?.Turns.Length ?? 0;
    }
}
