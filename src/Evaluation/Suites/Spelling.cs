using System.Globalization;
using System.Text;

namespace Assize.Evaluation.Suites;

/// <summary>Words as a person wrote them, and the known word they probably meant.</summary>
public static class Spelling
{
    private const int LongestCompared = 256;
    private const int LongestShown = 80;

    /// <summary>
    /// The known word at the smallest edit distance (insertions, deletions, replacements and swaps of neighbours, case ignored),
    /// if that is at most a third of the word's length, and at least 1; null when none is that near.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        string? nearest = null;
        var best = Reach(word) + 1;
        foreach (var candidate in known)
        {
            var distance = Distance(word, candidate, best - 1);
            if (distance < best)
            {
                (nearest, best) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary>How far from a word another may lie and still be offered in its place.</summary>
    public static int Reach(string word) => Math.Max(1, word.Length / 3);

    /// <summary>
    /// Optimal string alignment distance (Damerau 1964, restricted), case ignored, in edits; any value above <paramref name="limit"/> means
    /// only that it is larger.
    /// </summary>
    public static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit || a.Length > LongestCompared || b.Length > LongestCompared)
        {
            return limit + 1;
        }

        Span<int> before = stackalloc int[b.Length + 1];
        Span<int> last = stackalloc int[b.Length + 1];
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            var smallest = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }

                smallest = Math.Min(smallest, row[j]);
            }

            if (smallest > limit)
            {
                return limit + 1;
            }

            var free = before;
            before = last;
            last = row;
            row = free;
        }

        return last[b.Length];
    }

    /// <summary>What a person can write instead: the nearest known word, if there is one, and all that are allowed.</summary>
    public static string Suggest(string word, IReadOnlyCollection<string> known, string allowed = "Allowed")
    {
        var list = known.Count == 0 ? $"{allowed}: none." : $"{allowed}: {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
        return Nearest(word, known) is { } nearest ? $"Did you mean '{nearest}'? {list}" : list;
    }

    /// <summary>A text in single quotes as one can print it anywhere.</summary>
    public static string Quote(string text) => $"'{Printable(text)}'";

    /// <summary>A text as one can print it anywhere: control characters escaped, the end of a long text cut off.</summary>
    public static string Printable(string text)
    {
        if (text.Length <= LongestShown && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var shown = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (i >= LongestShown && !char.IsLowSurrogate(text[i]))
            {
                shown.Append('…');
                break;
            }

            var half = char.IsSurrogate(text[i]) && !IsPair(text, i);
            if (half || char.IsControl(text[i]) || CharUnicodeInfo.GetUnicodeCategory(text[i]) is UnicodeCategory.Format)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
            else
            {
                shown.Append(text[i]);
            }
        }

        return shown.ToString();
    }

    private static bool IsPair(string text, int i) =>
        (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) || (i > 0 && char.IsSurrogatePair(text[i - 1], text[i]));

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
