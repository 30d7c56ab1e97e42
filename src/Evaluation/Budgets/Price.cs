using Assize.Evaluation.Models;

namespace Assize.Evaluation.Budgets;

/// <summary>
/// What a call is expected to take before anybody has asked: a token for four characters of the prompt, and a usual reply of 256 tokens. Low is a token for five characters and a reply of 64,
/// high a token for three and a reply of the greatest length.
/// </summary>
public static class Price
{
    private const double UsualReply = 256;

    private const double ShortReply = 64;

    /// <summary>Tokens of the prompt and of the reply: low, expected, high.</summary>
    public static (Tokens Low, Tokens Expected, Tokens High) Of(Prompt prompt, ModelCard card)
    {
        var characters = Characters(prompt);
        double longest = prompt.MaxTokens ?? card.MaxTokens;
        return (
            new Tokens(characters / 5.0, Math.Min(ShortReply, longest)),
            new Tokens(characters / 4.0, Math.Min(UsualReply, longest)),
            new Tokens(characters / 3.0, longest));
    }

    /// <summary>What a call is expected to cost, in millionths: a price is of a million tokens.</summary>
    public static long Expected(Prompt prompt, ModelCard card) => Of(prompt, card).Expected.Micros(card);

    /// <summary>
    /// A reply with an estimate of what its provider did not count: a token for four characters, of the prompt and of the reply, and the greatest length for a reply that was cut off there. It is billed
    /// all the same; would it cost nothing, no budget would ever end. Thoughts that are not shown are in no estimate.
    /// </summary>
    public static Completion.Replied Counted(Completion.Replied reply, Prompt prompt, ModelCard card)
    {
        var said = reply.Usage;
        var input = said.InputTokens > 0 ? 0 : (Characters(prompt) + 3) / 4;
        var output = said.OutputTokens > 0 ? 0 : reply.FinishReason == "length" ? prompt.MaxTokens ?? card.MaxTokens : (reply.Text.Length + 3) / 4;
        if (input + output == 0)
        {
            return reply;
        }

        var estimated = new Usage(input, output, new Tokens(input, output).Micros(card));
        return reply with { Usage = said + estimated, Estimated = estimated };
    }

    private static long Characters(Prompt prompt)
    {
        var characters = 0L;
        foreach (var message in prompt.Messages)
        {
            characters += message.Content.Length;
        }

        return characters;
    }
}

/// <summary>Tokens of a call or of many, in parts where they are expected and not counted.</summary>
public readonly record struct Tokens(double Input, double Output)
{
    public Tokens Plus(Tokens other) => new(Input + other.Input, Output + other.Output);

    public Tokens Times(double factor) => new(Input * factor, Output * factor);

    public long Micros(ModelCard card) => (long)Math.Ceiling((decimal)Input * card.InputPrice + (decimal)Output * card.OutputPrice);
}
