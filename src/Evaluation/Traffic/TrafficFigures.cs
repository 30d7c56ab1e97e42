using System.Text.Json.Serialization;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Traffic;

/// <summary>What traffic says of itself, drawn or not, mergeable: what nobody said of an interaction is not counted, and never 0.</summary>
/// <param name="Feedback">The users' verdicts, from −1 to 1.</param>
/// <param name="LatencyMs">Milliseconds to the response.</param>
/// <param name="Cost">What a response cost, in the unit of the models' prices.</param>
public readonly record struct TrafficFigures(Sample Feedback, Sample LatencyMs, Sample Cost)
{
    [JsonIgnore]
    public bool IsEmpty => Feedback.Count + LatencyMs.Count + Cost.Count == 0;

    public TrafficFigures Add(Interaction interaction) => new(
        interaction.Feedback is { } feedback ? Feedback.Add(feedback) : Feedback,
        interaction.LatencyMs is { } latency ? LatencyMs.Add(latency) : LatencyMs,
        interaction.Cost is { } cost ? Cost.Add((double)cost) : Cost);

    public TrafficFigures Merge(TrafficFigures other) => new(Feedback.Merge(other.Feedback), LatencyMs.Merge(other.LatencyMs), Cost.Merge(other.Cost));
}
