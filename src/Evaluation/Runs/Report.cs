using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Budgets;

namespace Assize.Evaluation.Runs;

/// <summary>Where a run stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunStatus>))]
public enum RunStatus
{
    Running,
    Completed,
    Cancelled,

    /// <summary>Ended by a budget before all of its cases were finished.</summary>
    OutOfBudget,
}

/// <summary>What a run found: every number with its interval, and beside it what could not be scored.</summary>
public sealed record Report
{
    public required RunId Run { get; init; }

    public required RunStatus Status { get; init; }

    public required Provenance Provenance { get; init; }

    /// <summary>Cases in the suite.</summary>
    public required long Cases { get; init; }

    /// <summary>Cases that were finished; fewer than <see cref="Cases"/> makes every number a partial one.</summary>
    public required long CasesDone { get; init; }

    /// <summary>Whether a simulated model answered or judged anything here.</summary>
    public required bool Simulated { get; init; }

    public ImmutableArray<ScoreLine> Scores { get; init; } = [];

    public ImmutableArray<DifferenceLine> Differences { get; init; } = [];

    public ImmutableArray<PreferenceLine> Preferences { get; init; } = [];

    public ImmutableArray<UsageLine> Usage { get; init; } = [];

    /// <summary>Calls that were in flight when the run was cancelled and are not answered yet; what they cost is not in <see cref="Usage"/>.</summary>
    public int Unsettled { get; init; }

    /// <summary>The cases in which two candidates differ most, largest first.</summary>
    public ImmutableArray<Change> Changes { get; init; } = [];

    /// <summary>The budgets that bound the run, and how much of them was used.</summary>
    public ImmutableArray<BudgetLine> Budgets { get; init; } = [];

    /// <summary>The budget that ended the run, in words; null when none did.</summary>
    public string? StoppedBy { get; init; }

    /// <summary>The report with what calls have cost that were unsettled before.</summary>
    internal Report With(Summary late, int settled) => this with
    {
        Usage = Ordered((Summary.Empty with { Usage = Usage }).Merge(late).Usage),
        Unsettled = Unsettled - settled,
    };

    /// <summary>The report on what is summed up so far.</summary>
    public static Report From(RunSpec spec, Summary summary, RunStatus status, DateTimeOffset? ended)
    {
        var lines = new ReportLines(spec.Suite.Definition, summary);
        return new Report
        {
            Run = spec.Run,
            Status = status,
            Provenance = Provenance.Of(spec, ended),
            Cases = spec.Suite.Cases,
            CasesDone = summary.Cases,
            Simulated = spec.Models.Cards.Any(card => card.Simulated),
            Scores = lines.Scores(),
            Differences = lines.Differences(),
            Preferences = lines.Preferences(),
            Usage = Ordered(summary.Usage),
            Unsettled = summary.Unsettled,
            Changes = summary.Changes,
        };
    }

    private static ImmutableArray<UsageLine> Ordered(ImmutableArray<UsageLine> usage) => [.. usage.OrderBy(line => line.Model.Value, StringComparer.Ordinal)];
}
