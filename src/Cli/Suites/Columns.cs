using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>Any JSONL or CSV file whose columns are named: one turn per row. In CSV, several tags are separated by ';'.</summary>
internal sealed class ColumnCases(ImmutableSortedDictionary<string, string> columns) : CaseForm
{
    public const string Metadata = "metadata.";

    /// <summary>What a column may hold; beside these, any <c>metadata.KEY</c>.</summary>
    public static readonly string[] Fields = ["id", "input", "system", "reference", "category", "tags", "cluster"];

    public override string? Id(Node row) => Cell(row, "id");

    public override Case? Read(Node row, Reading at)
    {
        var before = at.Count;
        Columns.Check(row, columns, ["id", "input"], ["reference", "tags"], at);
        if (at.Count > before)
        {
            return null;
        }

        var metadata = columns.Where(column => column.Key.StartsWith(Metadata, StringComparison.Ordinal))
            .Select(column => (Key: column.Key[Metadata.Length..], Value: TextOf(row, column.Value)))
            .Where(pair => pair.Value is not null);
        return new Case
        {
            Id = new CaseId(Cell(row, "id")!),
            Category = Cell(row, "category"),
            Cluster = Cell(row, "cluster"),
            Tags = Cell(row, "tags") is { } tags ? [.. tags.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : Cells(row, "tags"),
            Metadata = metadata.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal),
            Turns =
            [
                new Turn
                {
                    Messages = Cell(row, "system") is { } system ? [new Message(Role.System, system), User(Cell(row, "input")!)] : [User(Cell(row, "input")!)],
                    References = Cell(row, "reference") is { } reference ? [reference] : Cells(row, "reference"),
                },
            ],
        };
    }

    protected override string FieldOf(Node row, string field, int turn, string part, int index)
    {
        var name = part switch
        {
            "messages" => index == 0 && Cell(row, "system") is not null ? "system" : "input",
            "references" => "reference",
            _ => field,
        };
        return columns.GetValueOrDefault(name, name);
    }

    private string? Cell(Node row, string name) => columns.TryGetValue(name, out var column) ? TextOf(row, column) : null;

    private ImmutableArray<string> Cells(Node row, string name) => columns.TryGetValue(name, out var column) ? TextsOf(row, column) : [];
}

/// <summary>Any JSONL or CSV file whose columns are named: one turn per row.</summary>
internal sealed class ColumnAnswers(ImmutableSortedDictionary<string, string> columns) : AnswerForm
{
    /// <summary>What a column may hold.</summary>
    public static readonly string[] Fields = ["id", "response"];

    public override string? Id(Node row) => TextOf(row, columns["id"]);

    public override ImmutableArray<string>? Read(Node row, Reading at)
    {
        var before = at.Count;
        Columns.Check(row, columns, Fields, ["response"], at);
        return at.Count > before ? null
            : ((Map)row)[columns["response"]] is Items turns ? TextsOf(turns)
            : [TextOf(row, columns["response"])!];
    }

    public override string FieldIn(Node row, string field) => columns["response"];
}

/// <summary>The rules that rows with named columns share.</summary>
internal static class Columns
{
    /// <summary>Notes columns of the row that are missing or hold what they cannot.</summary>
    public static void Check(Node row, ImmutableSortedDictionary<string, string> columns, string[] required, string[] lists, Reading at)
    {
        if (row is not Map map)
        {
            at.Note(row.Line, null, $"This must be a row with columns, not {row.Kind}.");
            return;
        }

        foreach (var (name, column) in columns)
        {
            switch (map[column])
            {
                case null or Scalar { Is: ScalarKind.Null } when required.Contains(name):
                    at.Note(row.Line, Spelling.Printable(column), $"The row has no {name}.", $"Fill the column {Spelling.Quote(column)}.");
                    break;
                case Items list when !lists.Contains(name) || list.Values.Any(value => value is not Scalar { Is: not ScalarKind.Null }):
                case Map:
                    at.Note(row.Line, Spelling.Printable(column), $"This must be a text, not {map[column]!.Kind}.");
                    break;
            }
        }
    }
}
