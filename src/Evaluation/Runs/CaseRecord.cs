using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Runs;

/// <summary>All that a run found out about one case; what a shard's ledger is made of. Long texts stay with the completions.</summary>
public sealed record CaseRecord
{
    public required CaseId Case { get; init; }

    /// <summary>How each candidate came to its answers; recorded candidates made no calls.</summary>
    public ImmutableArray<Answered> Responses { get; init; } = [];

    public required ImmutableArray<Judgement> Judgements { get; init; }

    /// <summary>What was found out about one candidate alone: its calls and its scores, without comparisons.</summary>
    public CaseRecord Only(CandidateName candidate) => this with
    {
        Responses = [.. Responses.Where(answered => answered.Candidate == candidate)],
        Judgements = [.. Judgements.Where(judgement => judgement.Candidate == candidate && judgement.Opponent is null)],
    };

    /// <summary>The same with a candidate under another name, which no other candidate here may have.</summary>
    public CaseRecord Renamed(CandidateName from, CandidateName to)
    {
        if (from == to)
        {
            return this;
        }

        if (Responses.Any(answered => answered.Candidate == to) || Judgements.Any(judgement => judgement.Candidate == to || judgement.Opponent == to))
        {
            throw new ArgumentException($"case {Case} has a candidate '{to}' already", nameof(to));
        }

        return this with
        {
            Responses = [.. Responses.Select(answered => answered.Candidate == from ? answered with { Candidate = to } : answered)],
            Judgements =
            [
                .. Judgements.Select(judgement => judgement with
                {
                    Candidate = judgement.Candidate == from ? to : judgement.Candidate,
                    Opponent = judgement.Opponent == from ? to : judgement.Opponent,
                }),
            ],
        };
    }

    /// <summary>What two runs found out about the same case, with no trial in both.</summary>
    public CaseRecord Beside(CaseRecord other)
    {
        if (other.Case != Case)
        {
            throw new ArgumentException($"case {other.Case} cannot stand beside case {Case}", nameof(other));
        }

        var trials = Judgements.Select(judgement => judgement.Trial(Case)).ToHashSet();
        if (other.Judgements.FirstOrDefault(judgement => trials.Contains(judgement.Trial(Case))) is { } twice)
        {
            throw new ArgumentException($"{twice.Trial(Case)} is in both records", nameof(other));
        }

        return this with { Responses = Responses.AddRange(other.Responses), Judgements = Judgements.AddRange(other.Judgements) };
    }
}

/// <summary>A candidate's calls for one case, and why it stayed silent if it did.</summary>
public sealed record Answered(CandidateName Candidate, ImmutableArray<Call> Calls)
{
    public Outcome.Unscored? Silent { get; init; }
}

/// <summary>One trial's outcome and the calls it rests on.</summary>
public sealed record Judgement
{
    public required JudgeName Judge { get; init; }

    public required CandidateName Candidate { get; init; }

    public CandidateName? Opponent { get; init; }

    /// <summary>The turn judged, counted from 1; null for the whole conversation.</summary>
    public int? Turn { get; init; }

    public required Outcome Outcome { get; init; }

    public ImmutableArray<Call> Calls { get; init; } = [];

    public TrialId Trial(CaseId @case) => new(@case, Judge, Candidate, Opponent, Turn);
}

/// <summary>One completion that was used: which, by whom, and what this use cost.</summary>
public sealed record Call
{
    public required CompletionKey Key { get; init; }

    public required ModelName Model { get; init; }

    /// <summary>The model as the provider reported it; null when there was no reply.</summary>
    public string? Reported { get; init; }

    /// <summary>Tokens and money of the reply; nothing when it had been paid for before.</summary>
    public Usage Usage { get; init; } = Usage.None;

    /// <summary>What of it, and of <see cref="FailedUsage"/>, is estimated, since the provider did not say; null where it counted all.</summary>
    public Usage? Estimated { get; init; }

    public double LatencyMs { get; init; }

    /// <summary>Whether this use paid for the completion; false when it was stored already.</summary>
    public bool Paid { get; init; } = true;

    /// <summary>Whether the reply was there before this use asked for it, also where the same use had paid for it then.</summary>
    [JsonIgnore]
    public bool Kept { get; init; }

    /// <summary>Failed attempts before the outcome, and what they cost together.</summary>
    public int FailedAttempts { get; init; }

    public Usage FailedUsage { get; init; } = Usage.None;

    /// <summary>Set when the call brought no reply.</summary>
    public Reason? Failed { get; init; }
}
