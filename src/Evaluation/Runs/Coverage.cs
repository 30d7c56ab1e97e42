using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Runs;

/// <summary>How much was scored, and why the rest was not.</summary>
/// <param name="Trials">Trials that were due and finished.</param>
/// <param name="Scored">Those among them with a value.</param>
/// <param name="Unscored">The others, by reason.</param>
public sealed record Coverage(long Trials, long Scored, ImmutableSortedDictionary<Reason, long> Unscored)
{
    /// <summary>The scored share of the trials; null when there were none.</summary>
    [JsonIgnore]
    public double? Share => Trials == 0 ? null : (double)Scored / Trials;

    public static Coverage Empty { get; } = new(0, 0, ImmutableSortedDictionary<Reason, long>.Empty);

    public Coverage Plus(Coverage other)
    {
        var unscored = Unscored;
        foreach (var (reason, count) in other.Unscored)
        {
            unscored = unscored.SetItem(reason, unscored.GetValueOrDefault(reason) + count);
        }

        return new Coverage(Trials + other.Trials, Scored + other.Scored, unscored);
    }
}
