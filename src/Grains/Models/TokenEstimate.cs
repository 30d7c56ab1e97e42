using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>What a call will take, in whole tokens, so that what many reserve together adds up to the last bit: a quarter of its characters and a usual reply, both corrected by what calls really took.</summary>
internal sealed class TokenEstimate(int mostPerMinute)
{
    private const double Novelty = 0.05;

    private double perCharacter = 0.25;
    private double reply = 256;
    private bool seen;

    public double Of(Prompt prompt) => Math.Min(
        Math.Ceiling(Characters(prompt) * perCharacter + Math.Min(reply, prompt.MaxTokens ?? double.MaxValue)),
        // What is larger than the limit passes alone, and is settled afterwards.
        Math.Max(1, Math.Floor(mostPerMinute * 0.95)));

    public void Learn(Prompt prompt, Usage usage)
    {
        var novelty = seen ? Novelty : 1;
        seen = true;
        perCharacter += novelty * (usage.InputTokens / Math.Max(1.0, Characters(prompt)) - perCharacter);
        reply += novelty * (usage.OutputTokens - reply);
    }

    private static int Characters(Prompt prompt)
    {
        var characters = 0;
        foreach (var message in prompt.Messages)
        {
            characters += message.Content.Length;
        }

        return characters;
    }
}
