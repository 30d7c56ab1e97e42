using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Traffic;

/// <summary>How the interactions of one conversation are put together before they are judged as one.</summary>
public sealed record ConversationSettings
{
    /// <summary>Minutes without another interaction after which a conversation is complete.</summary>
    public double IdleMinutes { get; init; } = 10;

    /// <summary>Interactions after which it is cut, and what follows begins another.</summary>
    public int MostTurns { get; init; } = 50;

    /// <summary>Characters after which it is cut.</summary>
    public int MostChars { get; init; } = 100_000;

    /// <summary>What is wrong with the settings; empty when nothing is.</summary>
    public IEnumerable<Mistake> Check()
    {
        if (!(IdleMinutes > 0 && IdleMinutes <= 1440))
        {
            yield return new Mistake("A conversation is complete after a number of minutes above 0, at most 1,440.") { Field = "conversations.idleMinutes" };
        }

        if (MostTurns is < 2 or > 200)
        {
            yield return new Mistake("A conversation has at most 2 to 200 interactions.") { Field = "conversations.mostTurns" };
        }

        if (MostChars is < 1000 or > 1_000_000)
        {
            yield return new Mistake("A conversation has at most 1,000 to 1,000,000 characters.") { Field = "conversations.mostChars" };
        }
    }
}

/// <summary>The interactions of one conversation that have arrived so far.</summary>
public sealed record ConversationTurns(ImmutableArray<Interaction> Turns)
{
    public static ConversationTurns None { get; } = new([]);

    /// <summary>Turns that came again and were left out.</summary>
    public int Repeated { get; init; }

    /// <summary>
    /// With those that are new; one that is known is counted. Turns of another conversation go: they were delivered under a number that was never saved, and is this conversation's now.
    /// </summary>
    public ConversationTurns With(ImmutableArray<Interaction> more)
    {
        var own = more.IsEmpty ? this : Turns.All(turn => turn.Conversation == more[0].Conversation) ? this : None with { Turns = [.. Turns.Where(turn => turn.Conversation == more[0].Conversation)] };
        var fresh = more.Where(one => own.Turns.All(known => known.Id != one.Id)).ToArray();
        return own with { Turns = [.. own.Turns, .. fresh], Repeated = own.Repeated + more.Length - fresh.Length };
    }

    /// <summary>
    /// The conversation as one interaction, in the order of the interactions' times. Applications send with each turn nothing, or the whole, or the last part of what was said before:
    /// what is repeated is taken once, by the longest beginning of a turn's messages that is an end of what was said.
    /// </summary>
    /// <param name="number">Tells apart what became of one conversation that was cut or went on after its end.</param>
    public Interaction Whole(long number)
    {
        ImmutableArray<Interaction> ordered = [.. Turns.OrderBy(turn => turn.Time).ThenBy(turn => turn.Id)];
        var last = ordered[^1];
        var said = new List<Message>();
        foreach (var turn in ordered)
        {
            said.AddRange(New(said, turn.Messages));
            said.Add(new Message(Role.Assistant, turn.Response));
        }

        return last with
        {
            Id = new(string.Create(CultureInfo.InvariantCulture, $"{last.SamplingKey}#{number}")),
            Messages = [.. said.SkipLast(1)],
            Properties = ordered[0].Properties,
            Context = [.. ordered.SelectMany(turn => turn.Context).Distinct()],
            Cost = ordered.Any(turn => turn.Cost is not null) ? ordered.Sum(turn => turn.Cost ?? 0) : null,
            Feedback = ordered.LastOrDefault(turn => turn.Feedback is not null)?.Feedback,
            Whole = true,
        };
    }

    private static IEnumerable<Message> New(List<Message> said, ImmutableArray<Message> messages)
    {
        var instructions = messages.TakeWhile(message => message.Role is Role.System).ToArray();
        var rest = messages.Skip(instructions.Length).ToArray();
        Message[] before = [.. said.Where(message => message.Role is not Role.System)];
        var known = Math.Min(before.Length, rest.Length);
        while (known > 0 && !before.AsSpan(before.Length - known).SequenceEqual(rest.AsSpan(0, known)))
        {
            known--;
        }

        return instructions.Where(message => !said.Contains(message)).Concat(rest.Skip(known));
    }
}
