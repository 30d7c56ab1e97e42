using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>What a benchmark's runs have shown together, criterion by criterion, in a size that does not grow with runs or cases.</summary>
public sealed record BenchmarkEvidence
{
    /// <summary>What an alarm of the gate calls its detector.</summary>
    public const string Gate = "gate";

    /// <summary>Runs a day by the schedule.</summary>
    public double PerDay { get; init; }

    /// <summary>One a criterion; none before the first comparison.</summary>
    public ImmutableArray<BenchmarkWatch> Watches { get; init; } = [];

    /// <summary>How often evidence was begun anew by somebody's word: a comparison that was begun before does not count.</summary>
    public long Restarts { get; init; }

    /// <summary>The largest evidence over threshold.</summary>
    [JsonIgnore]
    public double Level => Watches.IsDefaultOrEmpty ? 0 : Watches.Max(watch => watch.Detector.Level);

    /// <summary>Days to a false alarm of any criterion, at least, by the thresholds that there are: rates add up, 1/Σ(1/days). Null before the first comparison.</summary>
    [JsonIgnore]
    public double? Days => Watches.IsEmpty ? null : 1 / Watches.Sum(watch => PerDay / watch.RunsToAFalseAlarm);

    /// <summary>The same in words; null before the first comparison.</summary>
    [JsonIgnore]
    public string? Expected => Days is not { } days ? null : string.Create(
        CultureInfo.InvariantCulture, $"Expected false alarms of the benchmark: at most one per {days:0.##} days ({days * PerDay:0.##} runs) while nothing changes.");

    /// <summary>
    /// The evidence before a run's pairs: criteria that are not watched yet begin, and one of which the run has no pair keeps what it has. All that the suite's judges have together keep the
    /// monitor's promise, whenever the first pair of each comes, so that each has the threshold of K criteria: A = K · days · runs a day · clusters.
    /// </summary>
    /// <param name="suite">What is run.</param>
    /// <param name="baseline">The summary of which the baseline run is a part.</param>
    /// <param name="before">What the candidate is called in its baseline run.</param>
    public BenchmarkEvidence Begun(MonitorSpec spec, SuiteDefinition suite, Summary baseline, CandidateName before)
    {
        var settings = spec.Definition.Benchmark!;
        var perDay = Watches.IsEmpty ? settings.Schedule.PerDay(spec.Changed) : PerDay;
        var watched = (
            from judge in suite.Judges
            from criterion in judge.Criteria
            where settings.Watches(judge.Name, criterion.Name)
            select (Judge: judge.Name, Criterion: criterion)).ToArray();
        var runs = watched.Length * perDay * spec.Definition.Alarm.Days;
        return this with
        {
            PerDay = perDay,
            Watches =
            [
                .. from one in watched
                   let values = baseline.Scores.FirstOrDefault(cell => cell.Key == new ScoreKey(before, one.Judge, one.Criterion.Name, Slice.All))?.Values ?? Moments.Empty
                   let known = Watches.FirstOrDefault(watch => (watch.Judge, watch.Criterion) == (one.Judge, one.Criterion.Name))
                   where known is not null || values.Clusters > 0
                   select known?.Grown(values) ?? BenchmarkWatch.Of(one.Judge, one.Criterion.Name, one.Criterion.Scale, values, runs, spec.Definition),
            ],
        };
    }

    /// <summary>Without evidence: somebody has dealt with what it told.</summary>
    public BenchmarkEvidence Restarted() => this with { Watches = [.. Watches.Select(watch => watch.Restarted())], Restarts = Restarts + 1 };

    /// <summary>Without anything, for another promise or another baseline.</summary>
    public BenchmarkEvidence Anew() => new() { Restarts = Restarts + 1 };
}
