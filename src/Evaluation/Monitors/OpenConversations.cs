using System.Collections.Immutable;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>The drawn conversations of a monitor that are not complete yet: what is known of them, and never their texts. It is of bounded size, and what that cuts is counted.</summary>
public sealed record OpenConversations
{
    /// <summary>Conversations that are open at once; beyond it the one that was silent longest is cut, or forgotten where it is one of more than half that are left out.</summary>
    public const int Most = 2000;

    /// <summary>Characters of all that are open together.</summary>
    public const long MostChars = 16_000_000;

    /// <summary>Conversations opened so far; the number of the last one.</summary>
    public long Opened { get; init; }

    public ImmutableSortedDictionary<ConversationId, OpenConversation> Open { get; init; } = ImmutableSortedDictionary<ConversationId, OpenConversation>.Empty;

    /// <summary>Complete, and not handed to the judge yet; oldest first.</summary>
    public ImmutableArray<OpenConversation> Closing { get; init; } = [];

    /// <summary>Handed on or lost, by number, where the texts are not known to be deleted.</summary>
    public ImmutableArray<long> Leaving { get; init; } = [];

    /// <summary>Cut before they were complete, because they or all together grew too large.</summary>
    public long Cut { get; init; }

    /// <summary>Handed to the judge.</summary>
    public long Complete { get; init; }

    /// <summary>Not judged, because a silo was lost that held texts which may not rest in storage.</summary>
    public long Lost { get; init; }

    /// <summary>Takes a turn in: which conversation it is delivered to, or none where the conversation is left out.</summary>
    /// <param name="turn">A drawn interaction of a conversation.</param>
    /// <param name="settings">When a conversation is too large.</param>
    /// <param name="inclusion">Decides about a conversation that begins: its π, or null to leave it out.</param>
    /// <param name="now">When it arrived.</param>
    /// <param name="until">Until when its text may rest in storage; null where it does not rest there, or until it is judged.</param>
    public (OpenConversations Next, OpenConversation? To) Take(Drawn turn, ConversationSettings settings, Func<double?> inclusion, DateTimeOffset now, DateTimeOffset? until = null)
    {
        var id = turn.Interaction.Conversation ?? throw new ArgumentException("an interaction without a conversation is no turn of one", nameof(turn));
        var chars = turn.Interaction.Said;
        if (!Open.TryGetValue(id, out var one))
        {
            var kept = inclusion();
            one = new OpenConversation(Opened + 1, turn.Stratum, kept ?? 0, now) { Left = kept is null };
            var room = Room(chars);
            return (room with { Opened = one.Number }).Taken(id, one, turn, chars, settings, now, until);
        }

        return Taken(id, one, turn, chars, settings, now, until);
    }

    /// <summary>Without what was silent for so long; that is complete.</summary>
    public OpenConversations After(TimeSpan idle, DateTimeOffset now)
    {
        var silent = Open.Where(one => now - one.Value.Last >= idle).ToArray();
        return silent.Length == 0
            ? this
            : this with { Open = Open.RemoveRange(silent.Select(one => one.Key)), Closing = [.. Closing, .. silent.Select(one => one.Value).Where(one => !one.Left).OrderBy(one => one.Number)] };
    }

    /// <summary>Drawn conversations whose texts may rest no longer, complete or not.</summary>
    public IEnumerable<OpenConversation> Expired(DateTimeOffset now) => Open.Values.Concat(Closing).Where(one => !one.Left && one.Until <= now);

    /// <summary>With some that are open made complete; what that cuts is counted.</summary>
    public OpenConversations Ended(IReadOnlyCollection<long> numbers)
    {
        var ended = Open.Where(one => numbers.Contains(one.Value.Number)).ToArray();
        return ended.Length == 0 ? this : this with { Open = Open.RemoveRange(ended.Select(one => one.Key)), Closing = [.. Closing, .. ended.Select(one => one.Value)], Cut = Cut + ended.Length };
    }

    /// <summary>Without conversations that were handed to the judge, or of which the texts are gone.</summary>
    public OpenConversations Done(IReadOnlyCollection<long> numbers, int lost) =>
        this with { Closing = Closing.RemoveAll(one => numbers.Contains(one.Number)), Complete = Complete + numbers.Count - lost, Lost = Lost + lost };

    private (OpenConversations Next, OpenConversation? To) Taken(ConversationId id, OpenConversation one, Drawn turn, int chars, ConversationSettings settings, DateTimeOffset now, DateTimeOffset? until)
    {
        var next = one with { Last = now, Until = one.Until < until ? one.Until : until ?? one.Until, Turns = one.Turns + 1, Chars = one.Left ? 0 : one.Chars + chars };
        var large = next.Turns >= settings.MostTurns || next.Chars >= settings.MostChars;
        if (!turn.Interaction.Ends && (one.Left || !large))
        {
            return (this with { Open = Open.SetItem(id, next) }, one.Left ? null : next);
        }

        var rest = this with { Open = Open.Remove(id) };
        return one.Left ? (rest, null) : (rest with { Closing = rest.Closing.Add(next), Cut = Cut + (turn.Interaction.Ends ? 0 : 1) }, next);
    }

    /// <summary>With room for another one. Those that are left out have half of the places at most, and no texts: none that is kept is cut for their sake.</summary>
    private OpenConversations Room(int chars)
    {
        var next = this;
        var (held, left) = (Open.Values.Sum(one => (long)one.Chars) + chars, Open.Values.Count(one => one.Left));
        while (held > MostChars && next.Open.Count > left)
        {
            var (id, oldest) = Oldest(next.Open.Where(one => !one.Value.Left));
            held -= oldest.Chars;
            next = next.Cutting(id, oldest);
        }

        while (next.Open.Count >= Most)
        {
            var (id, oldest) = Oldest(left > Most / 2 ? next.Open.Where(one => one.Value.Left) : next.Open);
            left -= oldest.Left ? 1 : 0;
            next = oldest.Left ? next with { Open = next.Open.Remove(id) } : next.Cutting(id, oldest);
        }

        return next;

        static KeyValuePair<ConversationId, OpenConversation> Oldest(IEnumerable<KeyValuePair<ConversationId, OpenConversation>> among) => among.MinBy(one => (one.Value.Last, one.Value.Number));
    }

    private OpenConversations Cutting(ConversationId id, OpenConversation one) => this with { Open = Open.Remove(id), Closing = Closing.Add(one), Cut = Cut + 1 };
}

/// <summary>What is known of a conversation that was drawn.</summary>
/// <param name="Number">Its place among the monitor's conversations, by which its texts are found.</param>
/// <param name="Stratum">Of its first interaction.</param>
/// <param name="Inclusion">π, fixed when it began.</param>
/// <param name="Last">When its last interaction came.</param>
public sealed record OpenConversation(long Number, Slice Stratum, double Inclusion, DateTimeOffset Last)
{
    public int Turns { get; init; }

    public int Chars { get; init; }

    /// <summary>Until when the texts may rest in storage, from the first of them on; null where they do not rest there, or until they are judged.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether a budget or the judge's backlog left it out; its later turns then are left out with it.</summary>
    public bool Left { get; init; }
}
