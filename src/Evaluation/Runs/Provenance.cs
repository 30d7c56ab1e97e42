using System.Collections.Immutable;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Runs;

/// <summary>Where the numbers come from, so that they can be made again.</summary>
public sealed record Provenance
{
    public required SuiteName Suite { get; init; }

    public required SuiteVersion Version { get; init; }

    public string? Description { get; init; }

    public required long Seed { get; init; }

    public ImmutableArray<CandidateLine> Candidates { get; init; } = [];

    public ImmutableArray<JudgeLine> Judges { get; init; } = [];

    public ImmutableArray<ModelCard> Models { get; init; } = [];

    /// <summary>The version of Assize that ran.</summary>
    public required string Program { get; init; }

    public required DateTimeOffset Started { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public static Provenance Of(RunSpec spec, DateTimeOffset? ended) => new()
    {
        Suite = spec.Suite.Definition.Name,
        Version = spec.Suite.Version,
        Description = spec.Suite.Definition.Description,
        Seed = spec.Seed,
        Candidates = [.. spec.Suite.Definition.Candidates.Select(candidate => new CandidateLine(candidate.Name, (candidate as Candidates.ModelCandidate)?.Model))],
        Judges = [.. spec.Suite.Definition.Judges.Select(judge => new JudgeLine(judge.Name, judge.Kind(), judge.Fingerprint(), judge.Models))],
        Models = spec.Models.Cards,
        Program = spec.Program,
        Started = spec.Started,
        Ended = ended,
    };
}

/// <summary>Who was examined: recorded, or by which model.</summary>
public sealed record CandidateLine(CandidateName Name, ModelName? Model);

/// <summary>Who judged: the kind of judge, the hash of all its settings, and the models it asked.</summary>
public sealed record JudgeLine(JudgeName Name, string Kind, string Fingerprint, ImmutableArray<ModelName> Models);
