using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Judges;

/// <summary>A model that compares two responses, in both orders.</summary>
public sealed record PairwiseJudge : Judge
{
    public required ModelName Model { get; init; }

    [JsonPropertyName("per")]
    public JudgeScope Per { get; init; } = JudgeScope.Conversation;

    /// <summary>What the judge is to decide.</summary>
    public string? Question { get; init; }

    /// <summary>The candidate all others are compared with; null compares every pair.</summary>
    public CandidateName? Baseline { get; init; }

    public override ImmutableArray<Criterion> Criteria => [];

    public override ImmutableArray<ModelName> Models => [Model];

    public override bool Pairwise => true;

    public override JudgeScope Scope => Per;

    public override Step Next(Trial trial, Answers soFar) => throw new NotSupportedException();
}
