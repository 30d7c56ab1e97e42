using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>
/// OpenAI Evals' <c>samples.jsonl</c>: <c>input</c> is a text or a chat, and one turn; <c>ideal</c> is one or several right answers.
/// A sample without an id is called after its line.
/// </summary>
internal sealed class EvalsCases : CaseForm
{
    public override string? Id(Node row) =>
        row is Map ? TextOf(row, "id") ?? string.Create(CultureInfo.InvariantCulture, $"samples-{row.Line:000000}") : null;

    public override Case? Read(Node row, Reading at)
    {
        if (row is not Map map)
        {
            at.Note(row.Line, null, $"This must be a sample with 'input' and 'ideal', not {row.Kind}.");
            return null;
        }

        var before = at.Count;
        var messages = Input(map, at);
        var references = Ideal(map, at);
        return at.Count > before ? null : new Case
        {
            Id = new CaseId(Id(row)!),
            Turns = [new Turn { Messages = messages, References = references }],
        };
    }

    protected override string FieldOf(Node row, string field, int turn, string part, int index) => part switch
    {
        "messages" => index >= 0 && row is Map map && map["input"] is Items ? $"input[{index}].content" : "input",
        "references" => index >= 0 && row is Map map && map["ideal"] is Items ? $"ideal[{index}]" : "ideal",
        _ => field.StartsWith("turns", StringComparison.Ordinal) ? "input" : field,
    };

    private static ImmutableArray<Message> Input(Map map, Reading at)
    {
        switch (map["input"])
        {
            case Scalar { Is: ScalarKind.Text } text:
                return [User(text.Text)];
            case Items chat:
                var before = at.Count;
                for (var i = 0; i < chat.Values.Count; i++)
                {
                    Shape.Of(typeof(Message), EvaluationJson.Default.Options).Check(chat.Values[i], $"input[{i}]", at);
                }

                return at.Count > before ? [] : [.. chat.Values.Select(said =>
                    new Message(Enum.Parse<Role>(TextOf(said, "role")!, ignoreCase: true), TextOf(said, "content")!))];
            case null:
                at.Note(map.Line, "input", "The field is missing.", "Add 'input': a text, or a list of messages with 'role' and 'content'.");
                return [];
            case { } other:
                at.Note(other.Line, "input", $"This must be a text or a list of messages, not {other.Kind}.");
                return [];
        }
    }

    private static ImmutableArray<string> Ideal(Map map, Reading at)
    {
        switch (map["ideal"])
        {
            case null or Scalar { Is: ScalarKind.Null }:
                return [];
            case Scalar one:
                return [one.Text];
            case Items many when many.Values.All(value => value is Scalar { Is: not ScalarKind.Null }):
                return [.. many.Values.Cast<Scalar>().Select(value => value.Text)];
            case { } other:
                at.Note(other.Line, "ideal", "This must be a text or a list of texts.");
                return [];
        }
    }
}
