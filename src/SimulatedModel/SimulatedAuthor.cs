namespace Assize.SimulatedModel;

/// <summary>Answers anything that is not a judge's question, with sentences made of the question's own words.</summary>
internal static class SimulatedAuthor
{
    private static readonly char[] Separators = [' ', '\n', '\t', ',', '.', '?', '!', '"', ':', ';', '(', ')'];

    private static readonly string[] Openings =
        ["Here is how I would put it.", "There are a few things to say about this.", "Let me answer that step by step.", "In short:", "That depends on what matters to you."];

    private static readonly string[] Frames =
        ["The point about {0} comes first, since {1} follows from it.", "With {0} settled, {1} is easier to see.", "Both {0} and {1} play a part here.", "It helps to look at {0} before {1}.", "Do not mistake {0} for {1}."];

    public static string Answer(ChatRequest chat, Chance chance)
    {
        var question = chat.Messages.LastOrDefault(message => message.Role == "user")?.Content ?? "";
        var words = question.Split(Separators, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Length > 3).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        if (words.Length == 0)
        {
            words = ["the question", "its answer"];
        }

        var earlier = chat.Messages.Count(message => message.Role == "assistant");
        var sentences = new List<string> { earlier > 0 ? "As I said before, and to go on from there:" : Openings[(int)(chance.Draw(100) * Openings.Length)] };
        var count = 2 + (int)(chance.Draw(101) * 4);
        for (var i = 0; i < count; i++)
        {
            var frame = Frames[(int)(chance.Draw(110 + i) * Frames.Length)];
            sentences.Add(string.Format(
                System.Globalization.CultureInfo.InvariantCulture, frame, words[(int)(chance.Draw(120 + i) * words.Length)], words[(int)(chance.Draw(130 + i) * words.Length)]));
        }

        return string.Join(' ', sentences);
    }
}
