using System.Collections.Immutable;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>Which frozen items are judged again and again, so that a change of the judge is told from a change of the product.</summary>
public sealed record AnchorSettings
{
    /// <summary>The suite whose cases are the items, with recorded responses. Its version is fixed when the monitor is given its definition.</summary>
    public required SuiteName Suite { get; init; }

    /// <summary>The candidate whose recorded responses are judged; null where the suite has one.</summary>
    public CandidateName? Candidate { get; init; }

    /// <summary>When they are judged again.</summary>
    public Schedule Schedule { get; init; } = Schedule.Daily;

    /// <summary>Judgements of each item that its baseline is made from, 1 to 10; only repeats show how much the judge varies by itself.</summary>
    public int Repeats { get; init; } = 5;

    /// <summary>What is wrong with the settings.</summary>
    public IEnumerable<Mistake> Check()
    {
        if (!SuiteCheck.IsName(Suite.Value))
        {
            yield return new Mistake($"{Spelling.Quote(Suite.Value)} cannot name a suite.") { Field = "anchors.suite" };
        }

        if (Repeats is < 1 or > 10)
        {
            yield return new Mistake("The baseline of the anchors takes 1 to 10 judgements of each.") { Field = "anchors.repeats" };
        }

        foreach (var mistake in Schedule.Check("anchors.schedule"))
        {
            yield return mistake;
        }
    }
}

/// <summary>Where a monitor's anchors rest: a version of a suite, which never changes.</summary>
/// <param name="Items">How many there are.</param>
public sealed record AnchorSource(SuiteName Suite, SuiteVersion Version, CasePlan Plan, CandidateName Candidate, long Items)
{
    /// <summary>With more items a round would cost more than it tells.</summary>
    public const int MostItems = 200;

    public bool Equals(AnchorSource? other) => other is not null && (Suite, Version, Candidate) == (other.Suite, other.Version, other.Candidate);

    public override int GetHashCode() => HashCode.Combine(Suite, Version, Candidate);

    /// <summary>The anchors of a suite's version, or what is wrong with it.</summary>
    public static (AnchorSource? Source, ImmutableArray<Mistake> Mistakes) Of(AnchorSettings settings, SuiteContents contents)
    {
        var recorded = contents.Definition.Candidates.OfType<Candidates.RecordedCandidate>().Select(candidate => candidate.Name).ToArray();
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        if (contents.Cases is < Drift.AnchorScores.FewestItems or > MostItems)
        {
            mistakes.Add(new Mistake(
                FormattableString.Invariant($"Suite '{settings.Suite}' has {contents.Cases} cases; there are {Drift.AnchorScores.FewestItems} to {MostItems} anchors, and {Drift.AnchorScores.EnoughItems} or more tell dependably."),
                "Choose cases that are spread like production.") { Field = "anchors.suite" });
        }

        var chosen = settings.Candidate is { } named ? recorded.Where(name => name == named).ToArray() : recorded;
        if (chosen.Length != 1)
        {
            mistakes.Add(new Mistake(
                settings.Candidate is { } missing ? $"Suite '{settings.Suite}' has no candidate '{missing}' with recorded responses."
                    : recorded.Length == 0 ? $"Suite '{settings.Suite}' has no recorded responses, and anchors are frozen."
                    : $"Suite '{settings.Suite}' has several candidates, and the responses of one are judged.",
                recorded.Length == 0 ? "Record the responses of a candidate." : $"Name one of: {string.Join(", ", recorded)}.") { Field = "anchors.candidate" });
        }

        return mistakes.Count > 0 ? (null, mistakes.ToImmutable()) : (new AnchorSource(settings.Suite, contents.Version, contents.Plan, chosen[0], contents.Cases), []);
    }
}
