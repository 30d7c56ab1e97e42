using System.Collections.Immutable;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Models;

/// <summary>What a model is asked, whole: two equal prompts are the same question and are paid for once.</summary>
public sealed record Prompt
{
    public required ModelName Model { get; init; }

    public required ImmutableArray<Message> Messages { get; init; }

    /// <summary>The JSON schema of the reply, where the provider is to enforce one.</summary>
    public ReplySchema? Schema { get; init; }

    /// <summary>Overrides of the model's declared settings; null leaves the declared value.</summary>
    public double? Temperature { get; init; }

    public int? MaxTokens { get; init; }

    /// <summary>Which of several independent draws of the same question this is.</summary>
    public int Sample { get; init; }
}

/// <summary>A named JSON schema; equal for all prompts of one judge, so that a provider compiles it once.</summary>
public sealed record ReplySchema(string Name, string Json);
