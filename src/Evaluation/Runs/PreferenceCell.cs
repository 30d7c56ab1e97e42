using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>Which comparison.</summary>
public sealed record PreferenceKey(CandidateName A, CandidateName B, JudgeName Judge, Slice Slice);

/// <summary>The preferences of one key.</summary>
public sealed record PreferenceCell
{
    public required PreferenceKey Key { get; init; }

    public required Coverage Coverage { get; init; }

    /// <summary>Of B's result: 1 for a win, 0 for a loss, ½ for a tie or an inconsistent verdict.</summary>
    public required Moments Wins { get; init; }

    public long AWins { get; init; }

    public long BWins { get; init; }

    public long Ties { get; init; }

    public long Inconsistent { get; init; }

    /// <summary>Single verdicts that named a winner, and those among them that named the one shown first.</summary>
    public long Decided { get; init; }

    public long FirstShown { get; init; }

    /// <summary>Of the comparisons: 1 where both orders agree, else 0; null in a summary that is older than that.</summary>
    public Moments? Steady { get; init; }

    /// <summary>Of the single verdicts that named a winner: 1 where that was the one shown first, else 0; null in a summary that is older than that.</summary>
    public Moments? Shown { get; init; }

    public PreferenceCell Merge(PreferenceCell other) => this with
    {
        Coverage = Coverage.Plus(other.Coverage),
        Wins = Wins.Merge(other.Wins),
        AWins = AWins + other.AWins,
        BWins = BWins + other.BWins,
        Ties = Ties + other.Ties,
        Inconsistent = Inconsistent + other.Inconsistent,
        Decided = Decided + other.Decided,
        FirstShown = FirstShown + other.FirstShown,
        Steady = other.Steady is { } steady ? Steady?.Merge(steady) : null,
        Shown = other.Shown is { } shown ? Shown?.Merge(shown) : null,
    };
}
