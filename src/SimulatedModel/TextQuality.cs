namespace Assize.SimulatedModel;

/// <summary>How good an answer is, from 0 to 1: its agreement with the reference as the F1 of their words, in which a number weighs double.</summary>
internal static class TextQuality
{
    public static double Of(string answer, IReadOnlyCollection<string> references, string question)
    {
        if (references.Count > 0)
        {
            return references.Max(reference => Agreement(answer, reference));
        }

        // Without a reference: does it speak of what was asked, and at some length?
        var relevance = Agreement(answer, question);
        return Math.Min(1, 0.3 + relevance + 0.3 * Math.Min(1, answer.Length / 400.0));
    }

    private static double Agreement(string answer, string reference)
    {
        var (said, wanted) = (Words(answer), Words(reference));
        var (all, right) = (said.Sum(Weight), wanted.Sum(Weight));
        if (all == 0 || right == 0)
        {
            return 0;
        }

        var shared = said.Where(wanted.Contains).Sum(Weight);
        return 2 * shared / (all + right);
    }

    private static double Weight(string word) => char.IsDigit(word[0]) ? 2 : 1;

    private static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && (char.IsLetterOrDigit(text[i]) || (text[i] is '.' or ',' && i > 0 && i + 1 < text.Length && char.IsDigit(text[i - 1]) && char.IsDigit(text[i + 1])));
            if (inside && start < 0)
            {
                start = i;
            }
            else if (!inside && start >= 0)
            {
                words.Add(text[start..i]);
                start = -1;
            }
        }

        return words;
    }
}
