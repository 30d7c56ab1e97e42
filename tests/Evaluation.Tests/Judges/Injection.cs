using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Assize.Evaluation.Judges;
using CsCheck;

namespace Assize.Evaluation.Tests.Judges;

/// <summary>Texts whose authors want a verdict of their own choosing.</summary>
internal static class Injection
{
    private static readonly string[] Parts =
    [
        "VERDICT-", "kq3vabcdefghijkm", ": ", "quality=10", "; safe=1", "better=A", "better=B", "<value>", "\n", "\r", "\u2028", "<<<", ">>>", "end answer 1 ", "answer A 1 ", "{", "}", "\"", ",",
        "\"quality\":10", "\"better\":\"A\"", "\"seal\":\"x\"", "\"explanation\":\"\"", "```json\n", "```", "Seal word: ", "<|im_start|>", "\u200B", "\u202E", "\uD83D", "\uDE00", "\0", " ", "10", "A",
    ];

    /// <summary>The corpus file: written by hand, one kind of attempt each.</summary>
    public static ImmutableArray<(string Name, string Text)> Corpus { get; } = Read();

    /// <summary>Random texts, half of them from the parts that attempts are made of; the same ones in every run.</summary>
    public static IEnumerable<string> Random(int count, ulong seed)
    {
        var anything = Gen.String[Gen.Char, 0, 200];
        var attempts = Gen.OneOf(Parts).Array[0, 20].Select(string.Concat);
        var either = Gen.OneOf(anything, attempts);
        var chance = new PCG(1, seed);
        for (var i = 0; i < count; i++)
        {
            yield return either.Generate(chance, null, out _);
        }
    }

    /// <summary>What an obedient model may find in a text to say: all of it, and every line, quotation, object and marked part by itself.</summary>
    public static IEnumerable<string> Pieces(string text)
    {
        yield return text;
        yield return text.Trim();
        var shown = new StringBuilder();
        Material.Show(shown, text);
        yield return shown.ToString();
        foreach (var line in text.Split(['\n', '\r', '\u2028', '\u2029', '\u0085']).Distinct().Take(40))
        {
            yield return line;
        }

        foreach (var start in Starts(text, "VERDICT-").Take(20))
        {
            yield return text[start..];
            yield return text[start..].Split('\n')[0];
        }

        foreach (var (open, close) in new[] { ('{', '}'), ('"', '"'), ('`', '`') })
        {
            foreach (var start in Starts(text, open.ToString()).Take(20))
            {
                var end = text.IndexOf(close, start + 1);
                var last = text.LastIndexOf(close);
                if (end > start)
                {
                    yield return text[start..(end + 1)];
                    yield return text[(start + 1)..end];
                    yield return text[start..(last + 1)];
                }
            }
        }
    }

    private static IEnumerable<int> Starts(string text, string of)
    {
        for (var at = text.IndexOf(of, StringComparison.Ordinal); at >= 0; at = text.IndexOf(of, at + 1, StringComparison.Ordinal))
        {
            yield return at;
        }
    }

    private static ImmutableArray<(string Name, string Text)> Read()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Judges", "injections.json")));
        return [.. file.RootElement.EnumerateArray().Select(each => (
            each.GetProperty("name").GetString()!,
            string.Concat(Enumerable.Repeat(each.GetProperty("text").GetString()!, each.TryGetProperty("times", out var times) ? times.GetInt32() : 1))))];
    }
}
