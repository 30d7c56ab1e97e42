using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Assize.Evaluation;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>How a row says a case.</summary>
internal abstract partial class CaseForm
{
    /// <summary>The case's id as far as it can be read, also from a row that is otherwise wrong; null when it cannot.</summary>
    public abstract string? Id(Node row);

    /// <summary>The case; null when the row does not say one, and then the mistakes are noted.</summary>
    public abstract Case? Read(Node row, Reading at);

    /// <summary>What the row calls a field of the domain's case, so that a mistake names what its reader wrote.</summary>
    public string FieldIn(Node row, string field)
    {
        var match = InTurns().Match(field);
        return match.Success
            ? FieldOf(
                row,
                field,
                int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                match.Groups[2].Value,
                match.Groups[3].Success ? int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture) : -1)
            : FieldOf(row, field, 0, "", 0);
    }

    /// <param name="row">The row.</param>
    /// <param name="field">The field in the domain's form.</param>
    /// <param name="turn">The turn it lies in.</param>
    /// <param name="part"><c>messages</c>, <c>references</c>, or nothing.</param>
    /// <param name="index">Which of them; -1 where all are meant.</param>
    protected abstract string FieldOf(Node row, string field, int turn, string part, int index);

    protected static string? TextOf(Node? node, string field) => (node as Map)?[field] is Scalar { Is: not ScalarKind.Null } scalar ? scalar.Text : null;

    protected static ImmutableArray<string> TextsOf(Node? node, string field) =>
        (node as Map)?[field] is Items items ? [.. items.Values.Cast<Scalar>().Select(value => value.Text)] : [];

    protected static Message User(string text) => new(Role.User, text);

    [GeneratedRegex(@"^turns\[(\d{1,9})\](?:\.(messages|references)(?:\[(\d{1,9})\])?)?", RegexOptions.CultureInvariant)]
    private static partial Regex InTurns();
}

/// <summary>The project's own form: turns, or the short form with <c>input</c>.</summary>
internal sealed class LineCases : CaseForm
{
    public override string? Id(Node row) => TextOf(row, "id");

    public override Case? Read(Node row, Reading at)
    {
        var before = at.Count;
        SectionShapes.Of<CaseLine>().Check(row, "", at);
        if (at.Count > before)
        {
            return null;
        }

        var map = (Map)row;
        var turns = Turns(map, at);
        return at.Count > before ? null : new Case
        {
            Id = new CaseId(TextOf(map, "id")!),
            Category = TextOf(map, "category"),
            Tags = TextsOf(map, "tags"),
            Cluster = TextOf(map, "cluster"),
            Metadata = map["metadata"] is Map pairs
                ? pairs.Entries.ToImmutableSortedDictionary(pair => pair.Key, pair => ((Scalar)pair.Value).Text, StringComparer.Ordinal)
                : ImmutableSortedDictionary<string, string>.Empty,
            Turns = turns,
        };
    }

    protected override string FieldOf(Node row, string field, int turn, string part, int index)
    {
        var (said, prefix) = row is Map map && map["turns"] is Items turns ? (turns.Values.ElementAtOrDefault(turn) as Map, $"turns[{turn}].") : (row as Map, "");
        return (part, said) switch
        {
            ("messages", { } one) when one["messages"] is null => prefix + (index <= 0 && one["system"] is not null ? "system" : prefix.Length == 0 ? "input" : "user"),
            ("references", { } one) when one["reference"] is not null => $"{prefix}reference",
            ("references", _) when prefix.Length == 0 => index < 0 ? "references" : $"references[{index}]",
            _ => field,
        };
    }

    private static ImmutableArray<Turn> Turns(Map map, Reading at)
    {
        if (map["turns"] is not Items turns)
        {
            return TextOf(map, "input") is { } input ? [new Turn { Messages = Said(map, input), References = References(map, "", at) }] : Nothing(map, at);
        }

        foreach (var name in (string[])["input", "system", "reference", "references"])
        {
            if (map.Find(name) is { } extra)
            {
                at.Note(extra.Line, name, $"A case with 'turns' has no '{name}' of its own.", "Move it into a turn.");
            }
        }

        return [.. turns.Values.Select((turn, i) => Read((Map)turn, string.Create(CultureInfo.InvariantCulture, $"turns[{i}]."), at))];
    }

    private static ImmutableArray<Turn> Nothing(Map map, Reading at)
    {
        at.Note(map.Line, null, "The case asks nothing.", "Add 'input' with the user's text, or 'turns'.");
        return [];
    }

    private static Turn Read(Map turn, string prefix, Reading at)
    {
        var user = TextOf(turn, "user");
        if (turn["messages"] is not Items messages)
        {
            return new Turn { Messages = Said(turn, user), References = References(turn, prefix, at) };
        }

        if (turn.Find("user") is not null || turn.Find("system") is not null)
        {
            at.Note(turn.Line, $"{prefix}messages", "A turn has either 'messages' or 'user' and 'system', not both.", "Move the texts into 'messages'.");
        }

        return new Turn
        {
            Messages = [.. messages.Values.Cast<Map>().Select(message => new Message(Enum.Parse<Role>(TextOf(message, "role")!, ignoreCase: true), TextOf(message, "content")!))],
            References = References(turn, prefix, at),
        };
    }

    private static ImmutableArray<Message> Said(Map map, string? user)
    {
        var system = TextOf(map, "system");
        return (system, user) switch
        {
            (null, null) => [],
            (null, _) => [User(user)],
            (_, null) => [new Message(Role.System, system)],
            _ => [new Message(Role.System, system), User(user)],
        };
    }

    private static ImmutableArray<string> References(Map map, string prefix, Reading at)
    {
        if (TextOf(map, "reference") is not { } one)
        {
            return TextsOf(map, "references");
        }

        if (map.Find("references") is { } both)
        {
            at.Note(both.Line, $"{prefix}references", "There is 'reference' and 'references'.", "Keep one of them.");
        }

        return [one];
    }
}
