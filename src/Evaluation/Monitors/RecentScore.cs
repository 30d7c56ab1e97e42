using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>A score that is remembered for a while.</summary>
/// <param name="At">When the interaction took place, in seconds since 1970.</param>
[method: JsonConstructor]
public readonly record struct RecentScore(long Sequence, SampleId Sample, Slice Slice, double Score, long At)
{
    /// <summary>π, with which its interaction was drawn; 1 in a ledger that is older than that.</summary>
    public double Inclusion { get; init; } = 1;

    /// <summary>What the judge gave by its other criteria, in their order and points; default where it has no other, or nobody kept it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<double> Others { get; init; }
}
