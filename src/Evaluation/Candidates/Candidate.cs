using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Candidates;

/// <summary>
/// Who is examined: recorded answers, or a model asked turn by turn. Pure like a judge: asked with the answers so far, it asks more or has responded.
/// The list below is the catalogue.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RecordedCandidate), "recorded")]
[JsonDerivedType(typeof(ModelCandidate), "model")]
public abstract record Candidate
{
    public required CandidateName Name { get; init; }

    public abstract Reply Next(Exhibit exhibit, Answers soFar);
}

/// <summary>What a candidate does next: ask a model, answer, or fail to.</summary>
public abstract record Reply
{
    public sealed record Ask(Prompt Prompt) : Reply;

    public sealed record Responded(Response Response) : Reply;

    /// <summary>The candidate gave no answer; what judges it is unscored for the same reason.</summary>
    public sealed record Silent(Outcome.Unscored Why) : Reply;
}
