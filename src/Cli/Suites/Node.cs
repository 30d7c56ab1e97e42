using System.Globalization;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>A part of a document as it was written, with its line: what YAML, JSON and CSV have in common.</summary>
internal abstract class Node(int line)
{
    /// <summary>Deeper documents are refused.</summary>
    public const int MaxDepth = 64;

    public int Line => line;

    /// <summary>What it is, for a person.</summary>
    public abstract string Kind { get; }

    /// <summary>The line of what a path such as <c>judges[0].criteria[1].scale</c> leads to; where it leads to nothing, of the last part that exists.</summary>
    public int LineOf(string path)
    {
        var (node, found) = (this, Line);
        foreach (var step in path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (node is Map map && map.Find(step) is { } entry)
            {
                (node, found) = (entry.Value, entry.Line);
            }
            else if (node is Items items && step[0] == '[' && int.TryParse(step[1..^1], CultureInfo.InvariantCulture, out var index) && index < items.Values.Count)
            {
                node = items.Values[index];
                found = node.Line;
            }
            else
            {
                break;
            }
        }

        return found;
    }
}

/// <summary>What a scalar is by the rules of its format.</summary>
internal enum ScalarKind
{
    Text,
    Number,
    Truth,
    Null,
}

/// <summary>A text, number, truth value or null; a plain YAML scalar may stand for its text as well.</summary>
internal sealed class Scalar(int line, string text, ScalarKind kind, bool plain = false) : Node(line)
{
    public string Text => text;

    public ScalarKind Is => kind;

    public bool Plain => plain;

    public override string Kind => kind switch
    {
        ScalarKind.Number => $"the number {Spelling.Printable(Text)}",
        ScalarKind.Truth => Text,
        ScalarKind.Null => "nothing",
        _ => "a text",
    };
}

/// <summary>A list.</summary>
internal sealed class Items(int line, List<Node> values) : Node(line)
{
    public List<Node> Values => values;

    public override string Kind => "a list";
}

/// <summary>Fields with their values, in the order written; no field twice.</summary>
internal sealed class Map(int line, List<Entry> entries) : Node(line)
{
    public List<Entry> Entries => entries;

    public override string Kind => "a group of fields";

    public Node? this[string key] => Find(key)?.Value;

    public Entry? Find(string key)
    {
        foreach (var entry in entries)
        {
            if (entry.Key == key)
            {
                return entry;
            }
        }

        return null;
    }
}

/// <summary>A field of a map.</summary>
internal readonly record struct Entry(string Key, int Line, Node Value)
{
    /// <summary>The field as a path names it.</summary>
    public string Step => StepOf(Key);

    public static string StepOf(string key) => key.Length == 0 ? "''" : Spelling.Printable(key);
}

/// <summary>A part that was refused already; nothing more is said about it.</summary>
internal sealed class Refused(int line) : Node(line)
{
    public override string Kind => "refused";
}

/// <summary>The fields of a map as they are read; a field that appears twice is a mistake, and the first one counts.</summary>
internal sealed class Fields(Reading at)
{
    private const int ComparedOneByOne = 16;
    private readonly List<Entry> entries = [];
    private Dictionary<string, int>? lines;

    public List<Entry> All => entries;

    public void Add(string key, int line, Node value)
    {
        if (FirstLine(key) is { } first)
        {
            at.Note(line, Entry.StepOf(key), "The field appears twice.", first == line ? "Remove one of them." : $"Remove it here or in line {first}.");
            return;
        }

        entries.Add(new Entry(key, line, value));
        lines?.Add(key, line);
    }

    private int? FirstLine(string key)
    {
        if (lines is null && entries.Count >= ComparedOneByOne)
        {
            lines = entries.ToDictionary(entry => entry.Key, entry => entry.Line, StringComparer.Ordinal);
        }

        if (lines is not null)
        {
            return lines.TryGetValue(key, out var line) ? line : null;
        }

        foreach (var entry in entries)
        {
            if (entry.Key == key)
            {
                return entry.Line;
            }
        }

        return null;
    }
}
