using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Judges;

/// <summary>A model that reads one response and gives a value for each criterion, after explaining itself.</summary>
public sealed record ScoreJudge : Judge
{
    public required ModelName Model { get; init; }

    [JsonPropertyName("per")]
    public JudgeScope Per { get; init; } = JudgeScope.Conversation;

    [JsonPropertyName("criteria")]
    public required ImmutableArray<Criterion> Asked { get; init; }

    public override ImmutableArray<Criterion> Criteria => Asked;

    public override ImmutableArray<ModelName> Models => [Model];

    public override JudgeScope Scope => Per;

    public override Step Next(Trial trial, Answers soFar) => throw new NotSupportedException();
}
