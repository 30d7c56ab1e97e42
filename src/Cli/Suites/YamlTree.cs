using System.Text.RegularExpressions;
using Assize.Evaluation.Suites;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlScalar = YamlDotNet.Core.Events.Scalar;

namespace Assize.Cli.Suites;

/// <summary>
/// Reads YAML 1.2 into nodes with their lines, by the core schema. Anchors, aliases, tags and further documents are refused:
/// what a suite says is said where it stands.
/// </summary>
internal sealed partial class YamlTree
{
    private readonly Reading at;
    private readonly Parser parser;
    private int depth;

    private YamlTree(string text, Reading at)
    {
        this.at = at;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>The document's root; null when it is no YAML, and then the mistake is noted.</summary>
    public static Node? Read(string text, Reading at)
    {
        try
        {
            return new YamlTree(text, at).Document();
        }
        catch (TooDeep deep)
        {
            at.Note(deep.Line, null, $"The document is nested more than {Node.MaxDepth} levels deep.", "Make it flatter.");
        }
        catch (YamlException broken)
        {
            at.Note(
                (int)broken.Start.Line,
                null,
                $"This is not valid YAML at column {broken.Start.Column}: {Told(broken)}",
                "Mend the YAML; a text with ':' or '#' in it may need quotes.");
        }
        // The scanner lets these escape on some broken escapes and directives.
        catch (Exception broken) when (broken is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            at.Note(null, null, $"This is not valid YAML: {broken.Message}", "Mend the YAML.");
        }

        return null;
    }

    private Node? Document()
    {
        parser.MoveNext();
        Next();
        if (parser.Current is not DocumentStart)
        {
            at.Note(1, null, "The document is empty.", "Write a suite: name, cases, candidates, judges.");
            return null;
        }

        Next();
        var root = Value();
        Next();
        Next();
        if (parser.Current is DocumentStart second)
        {
            at.Note((int)second.Start.Line, null, "A second document begins here.", "Keep one document in the file.");
        }

        return root;
    }

    private Node Value()
    {
        var here = (int)parser.Current!.Start.Line;
        Refuse(here);
        switch (parser.Current)
        {
            case MappingStart:
                Descend(here);
                var fields = new Fields(at);
                while (Next() is not MappingEnd)
                {
                    var (key, there) = ((parser.Current as YamlScalar)?.Value, (int)parser.Current!.Start.Line);
                    var name = Value();
                    Next();
                    var value = Value();
                    if (key is not null)
                    {
                        fields.Add(key, there, value);
                    }
                    else if (name is not Refused)
                    {
                        at.Note(there, null, "The name of a field must be a text.", "Write the name before ':' without brackets.");
                    }
                }

                depth--;
                return new Map(here, fields.All);
            case SequenceStart:
                Descend(here);
                var values = new List<Node>();
                while (Next() is not SequenceEnd)
                {
                    values.Add(Value());
                }

                depth--;
                return new Items(here, values);
            case YamlScalar { Style: ScalarStyle.Plain } plain:
                return new Scalar(here, plain.Value, Schema(plain.Value), plain: true);
            case YamlScalar quoted:
                return new Scalar(here, quoted.Value, ScalarKind.Text);
            default:
                return new Refused(here);
        }
    }

    /// <summary>Moves on; a broken document can end in the middle of a value without the parser's complaint.</summary>
    private ParsingEvent Next() => parser.MoveNext() && parser.Current is { } next ? next : throw new YamlException("A value ends too early.");

    private void Descend(int line)
    {
        if (++depth > Node.MaxDepth)
        {
            throw new TooDeep(line);
        }
    }

    private void Refuse(int line)
    {
        if (parser.Current is AnchorAlias alias)
        {
            at.Note(line, null, $"Aliases are not read: *{Spelling.Printable(alias.Value.Value)}.", "Write the text out where it is used.");
        }

        if (parser.Current is not NodeEvent node)
        {
            return;
        }

        if (!node.Anchor.IsEmpty)
        {
            at.Note(line, null, $"Anchors are not read: &{Spelling.Printable(node.Anchor.Value)}.", "Remove the anchor, and write the text out where it is used.");
        }

        if (!node.Tag.IsEmpty)
        {
            at.Note(line, null, $"Tags are not read: {Spelling.Printable(node.Tag.ToString())}.", "Remove the tag.");
        }
    }

    /// <summary>YAML 1.2.2, section 10.3.2: how a plain scalar is read.</summary>
    private static ScalarKind Schema(string plain) => plain switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Truth,
        _ => Number().IsMatch(plain) ? ScalarKind.Number : ScalarKind.Text,
    };

    private static string Told(YamlException broken)
    {
        var told = string.Concat((broken.InnerException ?? broken).Message.Where(character => !char.IsControl(character)));
        return told.EndsWith('.') ? told : $"{told}.";
    }

    [GeneratedRegex(@"^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    private sealed class TooDeep(int line) : Exception
    {
        public int Line => line;
    }
}
