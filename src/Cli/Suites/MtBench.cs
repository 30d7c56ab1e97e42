using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>
/// MT-Bench's <c>question.jsonl</c> (FastChat, fastchat/llm_judge): one user message per turn; an empty reference is none.
/// Where there is a file of reference answers, they stand in the row already.
/// </summary>
internal sealed class MtBenchCases : CaseForm
{
    public override string? Id(Node row) => TextOf(row, "question_id");

    public override Case? Read(Node row, Reading at)
    {
        var before = at.Count;
        SectionShapes.Of<MtBenchQuestion>().Check(row, "", at);
        if (at.Count > before)
        {
            return null;
        }

        var turns = TextsOf(row, "turns");
        var right = TextsOf(row, "reference");
        if (right.Length > 0 && right.Length != turns.Length)
        {
            at.Note(row.Line, "reference", string.Create(CultureInfo.InvariantCulture, $"There are {right.Length:N0} reference answers, but {turns.Length:N0} turns."), "Give one per turn; an empty text where there is none.");
            return null;
        }

        return new Case
        {
            Id = new CaseId(Id(row)!),
            Category = TextOf(row, "category"),
            Turns = [.. turns.Select((text, i) => new Turn
            {
                Messages = [User(text)],
                References = i < right.Length && !string.IsNullOrWhiteSpace(right[i]) ? [right[i]] : [],
            })],
        };
    }

    protected override string FieldOf(Node row, string field, int turn, string part, int index) => (field, part) switch
    {
        ("id", _) => "question_id",
        (_, "messages") => $"turns[{turn}]",
        (_, "references") => $"reference[{turn}]",
        _ => field,
    };
}

/// <summary>MT-Bench's answer files: the first choice of each question is the answer.</summary>
internal sealed class MtBenchAnswers : AnswerForm
{
    public override string? Id(Node row) => TextOf(row, "question_id");

    public override ImmutableArray<string>? Read(Node row, Reading at)
    {
        var before = at.Count;
        SectionShapes.Of<MtBenchAnswer>().Check(row, "", at);
        if (at.Count > before)
        {
            return null;
        }

        if (Turns((Map)row) is { } turns)
        {
            return TextsOf(turns);
        }

        at.Note(row.Line, "choices", "The question has no answer.", "Give at least one choice.");
        return null;
    }

    /// <summary>The texts of the first choice; null when there is no choice. The row must be an answer.</summary>
    public static Items? Turns(Map answer) => ((Items)answer["choices"]!).Values is [Map first, ..] ? (Items)first["turns"]! : null;

    public override string FieldIn(Node row, string field) => string.Create(CultureInfo.InvariantCulture, $"choices[0].{field}");
}
