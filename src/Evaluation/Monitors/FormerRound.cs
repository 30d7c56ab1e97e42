using System.Collections.Immutable;

namespace Assize.Evaluation.Monitors;

/// <summary>A round of the anchors that is over, recorded or given up: replies to what it asked may be kept until they are known to be gone.</summary>
/// <param name="Judges">Who judged: whose round it is, and after it the one that a bridge leads to.</param>
public sealed record FormerRound(AnchorRound Round, ImmutableArray<MonitorSpec> Judges);

/// <summary>Which rounds may have left replies.</summary>
public static class FormerRounds
{
    /// <summary>Where so many were given up and their replies cannot be reached, the oldest is forgotten.</summary>
    private const int Most = 8;

    /// <summary>The round under way with those who judge it; null where none is.</summary>
    public static FormerRound? RoundUnderWay(this MonitorLedger ledger) => ledger.Anchors is not { Open: { } round } book ? null
        : new FormerRound(round, round.Purpose is AnchorPurpose.Bridge && book.Bridge is { } bridge ? [ledger.Spec, bridge.To] : [ledger.Spec]);

    /// <summary>The ledger after a transition, with the round that it ended: whatever ended it, its replies are needed no more.</summary>
    public static MonitorLedger RememberingRound(this MonitorLedger next, MonitorLedger before) =>
        before.RoundUnderWay() is not { } former || next.Anchors?.Open == former.Round ? next : next with { FormerRounds = [.. next.FormerRounds.TakeLast(Most - 1), former] };

    /// <summary>Without a round whose replies are gone.</summary>
    public static MonitorLedger Gone(this MonitorLedger ledger, AnchorRound round) => ledger with { FormerRounds = ledger.FormerRounds.RemoveAll(former => former.Round == round) };
}
