using Assize.Evaluation.Models;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>Which suite is run again and again, and what its results are held against.</summary>
public sealed record BenchmarkSettings
{
    public required SuiteName Suite { get; init; }

    /// <summary>The candidate that is watched; null where the suite has one.</summary>
    public CandidateName? Candidate { get; init; }

    /// <summary>The criterion that is watched, as in <c>quality/correctness</c>, or all of a judge's, as in <c>quality</c>; null for all of them.</summary>
    public string? Criterion { get; init; }

    /// <summary>How much worse is still good enough, as a share of the scale's width, 0 to 1.</summary>
    public double Margin { get; init; } = 0.05;

    /// <summary>The run that others are compared with; null makes it the first one.</summary>
    public RunId? Baseline { get; init; }

    public required Schedule Schedule { get; init; }

    /// <summary>Whether only the detector raises alarms: a run that the gate fails is shown and raises none by itself.</summary>
    public bool DetectorOnly { get; init; }

    /// <summary>Whether a criterion is watched.</summary>
    public bool Watches(JudgeName judge, CriterionName criterion) => Criterion is not { } one || one == judge.Value || one == $"{judge}/{criterion}";

    /// <summary>Whether both hold the same against the same: how often, by what margin and with which alarms is another matter.</summary>
    public bool ComparesLike(BenchmarkSettings? other) => (Suite, Candidate, Criterion, Baseline) == (other?.Suite, other?.Candidate, other?.Criterion, other?.Baseline);

    /// <summary>What is wrong with the settings.</summary>
    public IEnumerable<Mistake> Check()
    {
        if (!SuiteCheck.IsName(Suite.Value))
        {
            yield return new Mistake($"{Spelling.Quote(Suite.Value)} cannot name a suite.") { Field = "benchmark.suite" };
        }

        if (Margin is not (>= 0 and <= 1))
        {
            yield return new Mistake("A margin is a share of the scale's width, from 0 to 1.") { Field = "benchmark.margin" };
        }

        foreach (var mistake in Schedule.Check("benchmark.schedule"))
        {
            yield return mistake;
        }
    }
}

/// <summary>What a scheduled benchmark runs: a version of a suite, with what was declared when the monitor was given its definition.</summary>
/// <param name="Program">The version of Assize that took the definition.</param>
public sealed record BenchmarkSource(SuiteName Suite, SuiteVersion Version, CandidateName Candidate, ModelCards Models, string Program);
