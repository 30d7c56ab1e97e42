using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Assize.Evaluation;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>
/// A suite document (<c>suite.yaml</c> or <c>suite.json</c>): the definition, and where cases and responses stand. What is wrong in one part does not
/// keep the others from being checked.
/// </summary>
internal sealed class SuiteDocument
{
    private readonly Reading at;
    private readonly Map root;
    private readonly List<int> judges = [];
    private readonly List<int> doubtful = [];

    private SuiteDocument(Map root, Reading at)
    {
        (this.root, this.at) = (root, at);
        Characters(root, "");
        var typed = Typed(root);
        SuiteShape.Check(typed, "", at);
        Definition = Deserialise(Readable(typed));
    }

    private static Shape SuiteShape => Shape.Of(typeof(SuiteDefinition), EvaluationJson.Default.Options);

    /// <summary>The definition; the parts that could not be read are left out or stood in for, and then there are mistakes.</summary>
    public SuiteDefinition Definition { get; }

    /// <summary>The definition with those judges only about which nothing is wrong: what others would say of a case may follow from their mistake.</summary>
    public SuiteDefinition Sound => Definition with { Judges = [.. Definition.Judges.Where((_, i) => !doubtful.Contains(i))] };

    public Node? Cases => root["cases"];

    /// <summary>Reads a document; null when it is none, and then the mistake is noted.</summary>
    public static SuiteDocument? Read(ReadOnlySpan<byte> utf8, bool json, Reading at)
    {
        var bytes = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        var node = json ? JsonTree.Read(bytes, 1, at, new JsonNames()) : Yaml(bytes, at);
        if (node is Map root)
        {
            return new SuiteDocument(root, at);
        }

        if (node is not (null or Refused))
        {
            at.Note(node.Line, null, $"A suite is a group of fields (name, cases, candidates, judges), not {node.Kind}.");
        }

        return null;
    }

    /// <summary>Fields that stand in a document beside a type's own: they say which files to read, and are no part of the domain.</summary>
    public static IEnumerable<string> FieldsBeside(Type type) =>
        type == typeof(SuiteDefinition) ? ["cases"] : type == typeof(RecordedCandidate) ? ["responses"] : [];

    /// <summary>Notes what <see cref="SuiteCheck"/> finds, at the lines where it stands.</summary>
    public void Check(SuiteLimits limits, IReadOnlyCollection<ModelName>? models)
    {
        foreach (var mistake in SuiteCheck.Of(Definition, limits, models))
        {
            var field = Original(mistake.Field);
            if (field is null || !at.Wrong(field))
            {
                at.Note(mistake with { Field = field, Line = root.LineOf(field ?? "") });
            }
        }

        NamesOfUnread();
    }

    /// <summary>Notes what is wrong with the names of judges that could not be read, by which they are known all the same.</summary>
    private void NamesOfUnread()
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var all = (root["judges"] as Items)?.Values ?? [];
        for (var i = 0; i < all.Count; i++)
        {
            if ((all[i] as Map)?["name"] is not Scalar { Is: not ScalarKind.Null } name)
            {
                continue;
            }

            var field = $"judges[{i}].name";
            if (!judges.Contains(i) && !at.Wrong(field) && SuiteCheck.Name("judge", field, name.Text) is { } mistake)
            {
                at.Note(mistake with { Line = name.Line });
            }

            if (!first.TryAdd(name.Text, i) && !(judges.Contains(i) && judges.Contains(first[name.Text])))
            {
                at.Note(SuiteCheck.Repeated("judge", "judges", name.Text, first[name.Text], i) with { Line = all[i].Line });
            }
        }
    }

    /// <summary>Notes that a judge would have nothing to judge.</summary>
    public void NoteIdle(int judge) => at.Note(SuiteCheck.Idle(Definition.Judges[judge], judge) with { Line = root.LineOf($"judges[{judge}].where") });

    /// <summary>Notes that a slice would split nothing.</summary>
    /// <param name="slice">Its number.</param>
    /// <param name="known">What the cases could be split by.</param>
    public void NoteUnsplit(int slice, IReadOnlyCollection<string> known) => at.Note(
        SuiteCheck.Unsplit(Definition.Slices[slice], slice, known) with { Line = root.LineOf($"slices[{slice}]") });

    /// <summary>Where the responses of each recorded candidate stand, by its name.</summary>
    public IEnumerable<(CandidateName Candidate, string Field, Node? Responses, int Line)> Responses()
    {
        for (var i = 0; i < Definition.Candidates.Length; i++)
        {
            if (Definition.Candidates[i] is RecordedCandidate recorded && ((Items)root["candidates"]!).Values[i] is Map map && !(map["responses"] is null && at.Wrong($"candidates[{i}]")))
            {
                yield return (recorded.Name, $"candidates[{i}].responses", map["responses"], map.Line);
            }
        }
    }

    private static Node? Yaml(ReadOnlySpan<byte> bytes, Reading at)
    {
        if (!Utf8.IsValid(bytes))
        {
            InvalidUtf8.Note(bytes, 1, at);
            return null;
        }

        // The scanner would take a NUL for the end of the document and silently leave out the rest.
        if (bytes.IndexOf((byte)0) is >= 0 and var nul)
        {
            at.Note(1 + bytes[..nul].Count((byte)'\n'), null, "The document contains a NUL character.", "Remove it.");
            return null;
        }

        return YamlTree.Read(Encoding.UTF8.GetString(bytes), at);
    }

    /// <summary>Notes texts with characters that no text may hold; cases are looked at one by one, later.</summary>
    private void Characters(Node node, string path)
    {
        switch (node)
        {
            case Map map:
                foreach (var entry in map.Entries)
                {
                    if (node != root || entry.Key != "cases")
                    {
                        Characters(entry.Value, path.Length == 0 ? entry.Step : $"{path}.{entry.Step}");
                    }
                }

                break;
            case Items items:
                for (var i = 0; i < items.Values.Count; i++)
                {
                    Characters(items.Values[i], $"{path}[{i}]");
                }

                break;
            case Scalar scalar when TextCheck.Characters(scalar.Text) is { } mistake:
                at.Note(mistake with { Line = scalar.Line, Field = path });
                break;
        }
    }

    /// <summary>The document with the type of each candidate, which a person need not write: it shows by the other fields.</summary>
    private Map Typed(Map suite) => Replace(suite, "candidates", (candidate, i) =>
    {
        if (candidate is not Map map || map.Find("type") is not null)
        {
            return candidate;
        }

        var recorded = map.Find("responses") is not null;
        if (recorded && map.Find("model") is { } both)
        {
            at.Note(both.Line, $"candidates[{i}].model", "A candidate either has recorded 'responses' or asks a 'model', not both.", "Keep one of them.");
            return new Refused(map.Line);
        }

        if (!recorded && map.Find("model") is null)
        {
            var meant = map.Entries.Select(entry => (entry.Key, Near: Spelling.Nearest(entry.Key, ["responses", "model"]))).FirstOrDefault(pair => pair.Near is not null);
            at.Note(
                map.Line,
                $"candidates[{i}]",
                "The candidate has neither 'responses' nor 'model'.",
                meant.Near is null
                    ? "Name a file of recorded 'responses', or the 'model' to ask."
                    : $"Did you mean '{meant.Near}' by {Spelling.Quote(meant.Key)}?");
            return new Refused(map.Line);
        }

        var type = new Entry("type", map.Line, new Scalar(map.Line, recorded ? "recorded" : "model", ScalarKind.Text));
        return new Map(map.Line, [type, .. map.Entries]);
    });

    /// <summary>The document without what is wrong in it; a wrong candidate is stood in for, so that others are not told it is missing.</summary>
    private Map Readable(Map typed)
    {
        var stoodIn = Replace(typed, "candidates", (candidate, i) => at.Wrong($"candidates[{i}]") ? Pruned<Candidate>(candidate, $"candidates[{i}]") ?? StandIn(i) : candidate);
        var sound = new List<Entry>();
        foreach (var entry in stoodIn.Entries)
        {
            switch (entry.Key, entry.Value)
            {
                case ("judges", Items items):
                    sound.Add(entry with { Value = Judges(items) });
                    break;
                case ("candidates", Items):
                case var _ when !at.Wrong(entry.Step):
                    sound.Add(entry);
                    break;
            }
        }

        foreach (var (name, empty) in ((string, Node)[])[("name", new Scalar(0, "unnamed", ScalarKind.Text)), ("candidates", new Items(0, [])), ("judges", new Items(0, []))])
        {
            if (!sound.Exists(entry => entry.Key == name))
            {
                sound.Add(new Entry(name, 0, empty));
            }
        }

        return new Map(typed.Line, sound);
    }

    /// <summary>The judges that can be read, without the settings that are wrong.</summary>
    private Items Judges(Items items)
    {
        var readable = new List<Node>();
        for (var i = 0; i < items.Values.Count; i++)
        {
            var wrong = at.Wrong($"judges[{i}]");
            if ((wrong ? Pruned<Judge>(items.Values[i], $"judges[{i}]") : items.Values[i]) is not { } judge)
            {
                continue;
            }

            if (wrong)
            {
                doubtful.Add(readable.Count);
            }

            judges.Add(i);
            readable.Add(judge);
        }

        return new Items(items.Line, readable);
    }

    /// <summary>What can be read of a part in which something is wrong; null when nothing can.</summary>
    private Map? Pruned<T>(Node node, string path)
    {
        if (node is not Map map)
        {
            return null;
        }

        var pruned = new Map(map.Line, [.. map.Entries.Where(entry => !at.Wrong($"{path}.{entry.Step}"))]);
        var quiet = new Reading(at.File, new MistakeLog());
        Shape.Of(typeof(T), EvaluationJson.Default.Options).Check(pruned, path, quiet);
        return quiet.Count == 0 ? pruned : null;
    }

    private Map StandIn(int index)
    {
        var name = (((Items)root["candidates"]!).Values[index] as Map)?["name"] is Scalar { Is: not ScalarKind.Null } given && SuiteCheck.IsName(given.Text) ? given.Text : $"candidate-{index}";
        return new Map(0, [new Entry("type", 0, new Scalar(0, "recorded", ScalarKind.Text)), new Entry("name", 0, new Scalar(0, name, ScalarKind.Text))]);
    }

    private SuiteDefinition Deserialise(Map suite)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            SuiteShape.Write(suite, writer);
        }

        try
        {
            return JsonSerializer.Deserialize(json.ToArray(), EvaluationJson.Default.SuiteDefinition)!;
        }
        catch (Exception refused) when (refused is JsonException or NotSupportedException or ArgumentException or FormatException)
        {
            var field = (refused as JsonException)?.Path?.TrimStart('$', '.');
            at.Note(root.LineOf(Original(field) ?? ""), Original(field), $"This cannot be read: {Spelling.Printable(refused.Message)}");
            return new SuiteDefinition { Name = new SuiteName("unnamed"), Candidates = [], Judges = [] };
        }
    }

    /// <summary>A field of the definition as it is counted in the document, where judges that are wrong still stand.</summary>
    private string? Original(string? field)
    {
        const string List = "judges[";
        if (field is null || !field.StartsWith(List, StringComparison.Ordinal))
        {
            return field;
        }

        var end = field.IndexOf(']', StringComparison.Ordinal);
        return int.TryParse(field.AsSpan(List.Length, end - List.Length), out var index) && index < judges.Count ? $"{List}{judges[index]}{field[end..]}" : field;
    }

    private static Map Replace(Map suite, string list, Func<Node, int, Node> with) => new(
        suite.Line,
        [.. suite.Entries.Select(entry => entry.Key == list && entry.Value is Items items ? entry with { Value = new Items(items.Line, [.. items.Values.Select(with)]) } : entry)]);
}
