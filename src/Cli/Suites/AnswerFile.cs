using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>The recorded answers of one candidate, found by the number of their case.</summary>
internal sealed class AnswerFile(CandidateName candidate, SourceFile file, bool csv, bool foreign, AnswerForm form, SuiteLimits limits)
{
    private readonly Chunks<long> offsets = new();
    private readonly Chunks<int> lines = new();
    private readonly List<(string Id, int Line)> extras = [];
    private long extraCount;
    private int unreadable;

    public CandidateName Candidate => candidate;

    public SourceFile File => file;

    /// <summary>Answers whose id no case has, with their lines, as far as they are kept; none while some cases could not be read.</summary>
    public IReadOnlyList<(string Id, int Line)> Extras => extras;

    /// <summary>Checks every row and remembers where the answer to each case begins; holds no text.</summary>
    public void Index(CaseIndex cases, MistakeLog log)
    {
        var at = NewReading(log);
        using var rows = new RowFile(file, csv, limits, at);
        while (rows.Read())
        {
            if (rows.Row is null || form.Id(rows.Row) is not { } id)
            {
                if (rows.Row is not null)
                {
                    form.Read(rows.Row, at);
                }

                unreadable++;
                continue;
            }

            at.Case = ExhibitCheck.IsId(id) ? new CaseId(id) : null;
            if (cases.Ids.Find(id) is not { } ordinal)
            {
                Extra(id, rows.Line);
                continue;
            }

            if (lines[ordinal] != 0)
            {
                at.Note(rows.Line, null, string.Create(CultureInfo.InvariantCulture, $"Line {lines[ordinal]} has a response to the same case."), "Keep one of them.");
                continue;
            }

            (lines[ordinal], offsets[ordinal]) = (rows.Line, rows.Offset);
            Check(rows.Row, new CaseId(id), cases.Turns(ordinal), at);
        }

        if (extraCount <= cases.Unreadable || cases.Ids.Count == 0)
        {
            extras.Clear();
            extraCount = 0;
        }
    }

    /// <summary>So many cases without an answer show what is wrong with a file; that there are others is told in one line.</summary>
    private const int MostMissing = 20;

    /// <summary>The numbers of cases without an answer, as many as are worth telling, and how many there are.</summary>
    public (List<int> Some, long All) Missing(CaseIndex cases)
    {
        var (some, all) = (new List<int>(), 0L);
        for (var ordinal = 0; ordinal < cases.Ids.Count; ordinal++)
        {
            if (lines[ordinal] == 0)
            {
                all++;
                if (some.Count < MostMissing)
                {
                    some.Add(ordinal);
                }
            }
        }

        return all > unreadable ? (some, all) : ([], 0);
    }

    /// <summary>Notes the answers that have no case.</summary>
    public void NoteExtras(IReadOnlyDictionary<string, string> nearest, MistakeLog log)
    {
        var at = NewReading(log);
        foreach (var (id, line) in extras)
        {
            at.Note(
                line,
                null,
                $"There is no case with the id {Spelling.Quote(id)}.",
                nearest.TryGetValue(id, out var near) ? $"Did you mean {Spelling.Quote(near)}? Otherwise remove the response, or add the case." : "Remove the response, or add the case.");
        }

        log.AddMore(extraCount - extras.Count);
    }

    public Reading NewReading(MistakeLog log) => new(file.Shown, log) { Foreign = foreign };

    public Reader Open() => new(this);

    private void Extra(string id, int line)
    {
        extraCount++;
        if (extras.Count < MistakeLog.Kept)
        {
            extras.Add((id, line));
        }
    }

    private void Check(Node row, CaseId id, int? turns, Reading at)
    {
        if (form.Read(row, at) is not { } said)
        {
            return;
        }

        foreach (var mistake in ExhibitCheck.Response(id, candidate, said, turns, limits))
        {
            at.Note(mistake with { Line = row.Line, Field = mistake.Field is null ? null : Spelling.Printable(form.FieldIn(row, mistake.Field)) });
        }
    }

    /// <summary>Reads answers by the number of their case; free of seeks when they stand in the order of the cases.</summary>
    internal sealed class Reader : IDisposable
    {
        private readonly AnswerFile answers;
        private readonly Reading at;
        private readonly RowFile rows;

        public Reader(AnswerFile answers)
        {
            this.answers = answers;
            at = answers.NewReading(new MistakeLog());
            rows = new RowFile(answers.File, answers.Csv, answers.Limits, at);
        }

        public ImmutableArray<string> Read(int ordinal, CaseId id)
        {
            rows.Seek(answers.offsets[ordinal], answers.lines[ordinal]);
            return rows.Read() && rows.Row is { } row && answers.Form.Id(row) == id.Value && answers.Form.Read(row, at) is { } said
                ? said
                : throw answers.File.Changed();
        }

        public void Dispose() => rows.Dispose();
    }

    private bool Csv => csv;

    private SuiteLimits Limits => limits;

    private AnswerForm Form => form;
}
