using System.Globalization;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>MT-Bench's reference answers, put into the questions they belong to; their texts stay in the file.</summary>
internal sealed class References
{
    private readonly IdIndex ids = new();
    private readonly Chunks<long> offsets = new();
    private readonly Chunks<int> lines = new();
    private readonly MtBenchAnswers form = new();
    private readonly SourceFile file;
    private readonly SuiteLimits limits;

    /// <summary>Checks the file and remembers where each question's answers begin.</summary>
    public References(SourceFile file, SuiteLimits limits, MistakeLog log)
    {
        (this.file, this.limits) = (file, limits);
        var at = new Reading(file.Shown, log) { Foreign = true };
        using var rows = new RowFile(file, csv: false, limits, at);
        while (rows.Read())
        {
            if (rows.Row is null || form.Read(rows.Row, at) is null || form.Id(rows.Row) is not { } id)
            {
                continue;
            }

            if (ids.TryAdd(id, out var ordinal))
            {
                (offsets[ordinal], lines[ordinal]) = (rows.Offset, rows.Line);
            }
            else
            {
                at.Note(rows.Line, null, string.Create(CultureInfo.InvariantCulture, $"Line {lines[ordinal]} has the reference answers to the same question."), "Keep one of them.");
            }
        }
    }

    public SourceFile File => file;

    /// <summary>Notes answers that belong to no question: the judge would do without them, and nobody would know.</summary>
    public void NoteUnasked(CaseIndex cases, MistakeLog log)
    {
        var at = new Reading(file.Shown, log) { Foreign = true };
        using var rows = new RowFile(file, csv: false, limits, new Reading(file.Shown, new MistakeLog()));
        while (rows.Read())
        {
            if (rows.Row is { } row && form.Id(row) is { } id && cases.Ids.Find(id) is null)
            {
                at.Note(rows.Line, null, $"There is no question with the id {Spelling.Quote(id)}.", "Compare the ids of both files, or remove the line.");
            }
        }
    }

    public Reader Open() => new(this);

    /// <summary>Reads reference answers by the id of their question.</summary>
    internal sealed class Reader(References references) : IDisposable
    {
        private readonly RowFile rows = new(references.file, csv: false, references.limits, new Reading(references.file.Shown, new MistakeLog()));

        /// <summary>The question with its reference answers, in the place of those it may have itself.</summary>
        public Node Join(Node question)
        {
            if (question is not Map map || references.form.Id(question) is not { } id || references.ids.Find(id) is not { } ordinal)
            {
                return question;
            }

            rows.Seek(references.offsets[ordinal], references.lines[ordinal]);
            var answer = rows.Read() && rows.Row is Map found && references.form.Id(found) == id ? MtBenchAnswers.Turns(found) : null;
            return answer is null
                ? throw references.file.Changed()
                : new Map(map.Line, [.. map.Entries.Where(entry => entry.Key != "reference"), new Entry("reference", map.Line, answer)]);
        }

        public void Dispose() => rows.Dispose();
    }
}
