using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Monitors;

/// <summary>A monitor's definition with what was true when it was given.</summary>
public sealed record MonitorSpec
{
    public required TenantName Tenant { get; init; }

    public required MonitorDefinition Definition { get; init; }

    /// <summary>Counted from 1, and up with every change of the definition.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>The models that the judge asks, as they were declared then.</summary>
    public required ModelCards Models { get; init; }

    public required DateTimeOffset Changed { get; init; }

    /// <summary>What the first round of the anchors counts as; null for the time at which it begins.</summary>
    public DateTimeOffset? FirstRound { get; init; }

    /// <summary>Where the anchors rest; null where there are none.</summary>
    public AnchorSource? Anchors { get; init; }

    /// <summary>What the scheduled benchmark runs; null where there is none.</summary>
    public BenchmarkSource? Benchmark { get; init; }

    /// <summary>The judge with the settings of its models; scores of two versions are not comparable.</summary>
    [JsonIgnore]
    public JudgeVersion Judge
    {
        get
        {
            var text = new StringBuilder(Definition.Judge.Fingerprint());
            foreach (var model in Definition.Judge.Models)
            {
                text.Append('\n').Append(Models.Find(model)?.Fingerprint ?? "undeclared");
            }

            return new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16]);
        }
    }

    /// <summary>What is judged by, whoever judges: the judge's settings (criteria with their questions, scales and levels, instructions) without its name, its models and its choice of cases.</summary>
    [JsonIgnore]
    public RubricHash Rubric
    {
        get
        {
            var asked = JsonSerializer.SerializeToNode(Definition.Judge, EvaluationJson.Plain.Judge)!.AsObject();
            foreach (var who in new[] { "name", "model", "members", "where" })
            {
                asked.Remove(who);
            }

            return new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked.ToJsonString(EvaluationJson.Plain.Options))))[..16]);
        }
    }

    /// <summary>Whether it says what a monitor goes by already, and takes no bridge back.</summary>
    public bool Repeats(MonitorLedger standing) => standing.Anchors?.Bridge is null && Text(this) == Text(standing.Spec);

    /// <summary>Whether both hold the same benchmark against the same baseline; other model settings are what it is to find.</summary>
    public bool Runs(MonitorSpec other) => (Definition.Benchmark?.ComparesLike(other.Definition.Benchmark) ?? other.Definition.Benchmark is null) && Benchmark?.Version == other.Benchmark?.Version;

    /// <summary>Whether scores by the one may be held against a baseline by the other.</summary>
    public bool JudgesLike(MonitorSpec other) => Judge == other.Judge && WatchesLike(other);

    /// <summary>Whether both want alarms for the same, as often, of as many scores a day.</summary>
    public bool AlarmsLike(MonitorSpec other) =>
        (Definition.Alarm with { SilenceMinutes = 0 }) == (other.Definition.Alarm with { SilenceMinutes = 0 })
        && (Definition.Alarm.PerDay is not null || (Definition.Sampler.PerDay == other.Definition.Sampler.PerDay && (Definition.Sampler.PerDay is not null || Definition.Sampler.DrawsLike(other.Definition.Sampler))))
        && Definition.Anchors?.Schedule == other.Definition.Anchors?.Schedule;

    /// <summary>Whether a baseline of the one says what the other's scores should be, if only both judges said the same.</summary>
    public bool WatchesLike(MonitorSpec other) =>
        Definition.Watched?.Name == other.Definition.Watched?.Name
        && Definition.Watched?.Scale == other.Definition.Watched?.Scale
        && Definition.Slices.SequenceEqual(other.Definition.Slices)
        && Definition.Baseline == other.Definition.Baseline
        && Definition.Conversations == other.Definition.Conversations;

    private static string Text(MonitorSpec spec) => JsonSerializer.Serialize(spec with { Revision = 0, Changed = default, FirstRound = null }, EvaluationJson.Default.MonitorSpec);
}
