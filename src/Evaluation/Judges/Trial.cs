using System.Collections.Immutable;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Judges;

/// <summary>A candidate's answers to a case, one text per turn.</summary>
public sealed record Response(CandidateName Candidate, ImmutableArray<string> Turns)
{
    /// <summary>Whether it speaks in the judge's place: holds what the marker of verdicts begins with, which no other text has a use for.</summary>
    public bool ImitatesAVerdict() => Turns.Any(turn => turn.Contains(MarkedLine.Lead, StringComparison.Ordinal));
}

/// <summary>Which trial of a case this is: who is judged by whom, over which turn.</summary>
/// <param name="Opponent">The second candidate of a pairwise trial.</param>
/// <param name="Turn">The turn judged, counted from 1; null judges the whole conversation.</param>
public sealed record TrialId(CaseId Case, JudgeName Judge, CandidateName Candidate, CandidateName? Opponent = null, int? Turn = null);

/// <summary>One thing to judge: everything a judge may know, and nothing it may not.</summary>
public sealed record Trial
{
    public required TrialId Id { get; init; }

    public required Case Case { get; init; }

    public required Response Response { get; init; }

    public Response? Opponent { get; init; }

    /// <summary>A keyed hash of what is judged, which no author of a text can guess; see <see cref="Judges.Nonce"/>.</summary>
    public required Nonce Nonce { get; init; }

    public ModelCards Models { get; init; } = ModelCards.None;
}
