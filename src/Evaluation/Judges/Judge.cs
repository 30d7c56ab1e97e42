using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Judges;

/// <summary>
/// Turns a trial into an outcome, as a pure step function: asked with the answers so far, it either asks more or has its verdict.
/// The list below is the catalogue: a new judge is one file and one line.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ScoreJudge), "score")]
[JsonDerivedType(typeof(PanelJudge), "panel")]
[JsonDerivedType(typeof(PairwiseJudge), "pairwise")]
[JsonDerivedType(typeof(ExactJudge), "exact")]
[JsonDerivedType(typeof(ContainsJudge), "contains")]
[JsonDerivedType(typeof(RegexJudge), "regex")]
[JsonDerivedType(typeof(NumberJudge), "number")]
[JsonDerivedType(typeof(JsonJudge), "json")]
public abstract record Judge
{
    // Beside the instance and not in it: a field would be copied by `with` and so outlive the settings it was made from.
    private static readonly ConditionalWeakTable<Judge, string> Fingerprints = [];

    public required JudgeName Name { get; init; }

    /// <summary>Which cases the judge looks at; null looks at all.</summary>
    public CaseFilter? Where { get; init; }

    /// <summary>What is scored, in the order of an outcome's scores; empty for a judge of pairs.</summary>
    [JsonIgnore]
    public abstract ImmutableArray<Criterion> Criteria { get; }

    /// <summary>The models the judge asks; empty when it asks nobody.</summary>
    [JsonIgnore]
    public virtual ImmutableArray<ModelName> Models => [];

    /// <summary>Whether it compares two candidates.</summary>
    [JsonIgnore]
    public virtual bool Pairwise => false;

    /// <summary>What of a case is judged at once.</summary>
    [JsonIgnore]
    public virtual JudgeScope Scope => JudgeScope.Conversation;

    /// <summary>Raised whenever equal settings come to ask another question or to read an answer otherwise.</summary>
    [JsonIgnore]
    protected abstract int Edition { get; }

    /// <summary>What is wrong with the settings, each mistake a sentence; empty when nothing is.</summary>
    public virtual ImmutableArray<Mistake> Check() => [];

    /// <summary>What is wrong with a case for this judge (a missing reference, say); empty when nothing is, or when the judge does not look at the case.</summary>
    public virtual ImmutableArray<Mistake> Check(Case @case) => [];

    public abstract Step Next(Trial trial, Answers soFar);

    /// <summary>The kind of judge, by its name in a suite file.</summary>
    public string Kind() => (string)typeof(Judge).GetCustomAttributes<JsonDerivedTypeAttribute>().First(kind => kind.DerivedType == GetType()).TypeDiscriminator!;

    /// <summary>SHA-256 of the judge's JSON and the edition of its prompts, in 64 lower-case hexadecimal digits: equal fingerprints judge alike.</summary>
    public string Fingerprint() => Fingerprints.GetValue(this, static judge =>
    {
        var settings = JsonSerializer.Serialize(judge, EvaluationJson.Plain.Judge);
        var edition = judge.Edition.ToString(CultureInfo.InvariantCulture);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{settings}\nedition {edition}")));
    });
}

/// <summary>What of a case a judge judges at once.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JudgeScope>))]
public enum JudgeScope
{
    /// <summary>The whole conversation, once.</summary>
    Conversation,

    /// <summary>Each turn by itself, with what was said before it.</summary>
    Turn,
}

/// <summary>Chooses cases: all conditions that are given must hold.</summary>
public sealed record CaseFilter
{
    public string? Category { get; init; }

    public string? Tag { get; init; }

    /// <summary>A metadata key the case must have.</summary>
    public string? Metadata { get; init; }

    public bool Matches(Case @case) =>
        (Category is null || @case.Category == Category)
        && (Tag is null || @case.Tags.Contains(Tag))
        && (Metadata is null || @case.Metadata.ContainsKey(Metadata));
}
