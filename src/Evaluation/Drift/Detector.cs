using System.Reflection;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Drift;

/// <summary>
/// Watches a stream of scores and says when it is no longer what the baseline says: a pure transition, settings and state in one record.
/// The list below is the catalogue: a new detector is one file and one line.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(MixtureDetector), "mixture")]
[JsonDerivedType(typeof(SliceDetector), "slices")]
[JsonDerivedType(typeof(CusumDetector), "cusum")]
[JsonDerivedType(typeof(EwmaDetector), "ewma")]
[JsonDerivedType(typeof(PageHinkleyDetector), "page-hinkley")]
[JsonDerivedType(typeof(AdwinDetector), "adwin")]
public abstract record Detector
{
    /// <summary>The last observation that was taken in; what is not above it was seen already.</summary>
    public long Sequence { get; init; }

    /// <summary>Scores that were learnt from.</summary>
    public long Scored { get; init; }

    /// <summary>Samples without a score: counted, and nothing else is done with them.</summary>
    public long Unscored { get; init; }

    /// <summary>Scores of slices that the baseline does not have: counted, and nothing else is done with them.</summary>
    public long Unplaced { get; init; }

    /// <summary>Evidence over threshold: an alarm is raised at 1.</summary>
    [JsonIgnore]
    public abstract double Level { get; }

    /// <summary>What is wrong with the settings; empty when nothing is.</summary>
    public abstract IEnumerable<Mistake> Check();

    /// <summary>
    /// Takes one observation in. One that was seen already changes nothing; one without a score, or of a slice without a baseline, is only counted.
    /// After an alarm the evidence begins anew and the baseline stays.
    /// </summary>
    /// <exception cref="EvaluationException">The score lies outside the scale, or its judge may not be compared with the baseline's.</exception>
    public (Detector Next, Alarm? Alarm) Observe(Observation observation, Baseline baseline)
    {
        if (observation.Sequence <= Sequence)
        {
            return (this, null);
        }

        if (!observation.IsScored)
        {
            return (this with { Sequence = observation.Sequence, Unscored = Unscored + 1 }, null);
        }

        if (!baseline.Accepts(observation.Judge))
        {
            throw new EvaluationException(baseline.Check(observation.Judge));
        }

        var share = observation.Share(baseline.Scale);
        return baseline.Slices.Find(observation.Slice) is { } slice
            ? Learn(observation, share, slice, baseline)
            : (this with { Sequence = observation.Sequence, Unplaced = Unplaced + 1 }, null);
    }

    /// <summary>The detector without evidence, its settings and counts kept.</summary>
    public abstract Detector Restarted();

    /// <summary>How many scores to a false alarm its settings promise; null where they promise none.</summary>
    public abstract Promise? Promise();

    /// <summary>The kind of detector, by its name in a file.</summary>
    public string Kind() => (string)typeof(Detector).GetCustomAttributes<JsonDerivedTypeAttribute>().First(kind => kind.DerivedType == GetType()).TypeDiscriminator!;

    /// <summary>Learns from a score; sets <see cref="Sequence"/> and <see cref="Scored"/> in the same record as the evidence.</summary>
    /// <param name="share">The score as a share of the scale's width.</param>
    protected abstract (Detector Next, Alarm? Alarm) Learn(Observation observation, double share, SliceBaseline slice, Baseline baseline);

    /// <summary>An alarm at an observation.</summary>
    protected Alarm Raise(Observation observation, double evidence, double threshold, Direction direction) => new()
    {
        Detector = Kind(),
        Sequence = observation.Sequence,
        Sample = observation.Sample,
        Time = observation.Time,
        Evidence = evidence,
        Threshold = threshold,
        Direction = direction,
    };
}
