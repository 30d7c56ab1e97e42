using System.Collections.Immutable;

namespace Assize.Cli.Suites;

/// <summary>How a row says what a candidate answered to a case.</summary>
internal abstract class AnswerForm
{
    /// <summary>The case's id as far as it can be read; null when it cannot.</summary>
    public abstract string? Id(Node row);

    /// <summary>One text per turn; null when the row does not say them, and then the mistakes are noted.</summary>
    public abstract ImmutableArray<string>? Read(Node row, Reading at);

    /// <summary>What the row calls <c>turns</c> or <c>turns[i]</c>.</summary>
    public abstract string FieldIn(Node row, string field);

    protected static string? TextOf(Node? node, string field) => (node as Map)?[field] is Scalar { Is: not ScalarKind.Null } scalar ? scalar.Text : null;

    protected static ImmutableArray<string> TextsOf(Node node) => [.. ((Items)node).Values.Cast<Scalar>().Select(value => value.Text)];
}

/// <summary>The project's own form, or a line of MT-Bench's <c>model_answer</c> files, which shows by its fields.</summary>
internal sealed class LineAnswers : AnswerForm
{
    private readonly MtBenchAnswers foreign = new();

    public override string? Id(Node row) => IsForeign(row) ? foreign.Id(row) : TextOf(row, "id");

    public override ImmutableArray<string>? Read(Node row, Reading at)
    {
        at.Foreign = IsForeign(row);
        if (at.Foreign)
        {
            return foreign.Read(row, at);
        }

        var before = at.Count;
        SectionShapes.Of<ResponseLine>().Check(row, "", at);
        if (at.Count > before)
        {
            return null;
        }

        var map = (Map)row;
        if (map["turns"] is Items turns && TextOf(map, "response") is null)
        {
            return TextsOf(turns);
        }

        if (map["turns"] is not Items && TextOf(map, "response") is { } one)
        {
            return [one];
        }

        at.Note(map.Line, null, "The line must have either 'response' or 'turns'.", "Give 'response' for a case of one turn, 'turns' with one text per turn for others.");
        return null;
    }

    public override string FieldIn(Node row, string field) =>
        IsForeign(row) ? foreign.FieldIn(row, field) : TextOf(row, "response") is not null ? "response" : field;

    private static bool IsForeign(Node row) => row is Map map && map.Find("question_id") is not null && map.Find("choices") is not null;
}
