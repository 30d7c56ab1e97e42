using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Runs;

/// <summary>Where a run stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunStatus>))]
public enum RunStatus
{
    Running,
    Completed,
    Cancelled,
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

    /// <summary>The cases in which two candidates differ most, largest first.</summary>
    public ImmutableArray<Change> Changes { get; init; } = [];

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
            Usage = [.. summary.Usage.OrderBy(line => line.Model.Value, StringComparer.Ordinal)],
            Changes = summary.Changes,
        };
    }
}

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

/// <summary>One candidate under one criterion in one slice.</summary>
public sealed record ScoreLine
{
    public required CandidateName Candidate { get; init; }

    public required JudgeName Judge { get; init; }

    public required CriterionName Criterion { get; init; }

    public required Slice Slice { get; init; }

    public required Scale Scale { get; init; }

    /// <summary>Independent clusters among the scored trials.</summary>
    public required long Clusters { get; init; }

    public required Coverage Coverage { get; init; }

    /// <summary>The mean in points of the scale, or the pass rate as a share.</summary>
    public required Estimate Estimate { get; init; }

    /// <summary>Variance of the clustered mean over that of independent trials; null when undefined.</summary>
    public double? DesignEffect { get; init; }

    /// <summary>The mean if everything unscored had got the worst, and the best, value; null when all was scored.</summary>
    public Bounds? Bounds { get; init; }
}

/// <summary>The least and the most a number could have been.</summary>
public sealed record Bounds(double Worst, double Best);

/// <summary>How much candidate B's values lie above candidate A's on the same cases.</summary>
public sealed record DifferenceLine
{
    public required CandidateName A { get; init; }

    public required CandidateName B { get; init; }

    public required JudgeName Judge { get; init; }

    public required CriterionName Criterion { get; init; }

    public required Slice Slice { get; init; }

    public required Scale Scale { get; init; }

    /// <summary>Cases that both have a value for.</summary>
    public required long Pairs { get; init; }

    /// <summary>Cases that were due but lack a value on one side or both.</summary>
    public required long Unpaired { get; init; }

    public required long Clusters { get; init; }

    /// <summary>Mean of B − A over the pairs, in points of the scale or as a difference of shares.</summary>
    public required Estimate Estimate { get; init; }

    /// <summary>The clustered standard error of the estimate; null when undefined.</summary>
    public double? StandardError { get; init; }

    /// <summary>Two-sided p of no difference; null when undefined.</summary>
    public double? P { get; init; }

    /// <summary>The test behind <see cref="P"/>, as in <c>paired clustered t, 41 df</c> or <c>McNemar exact</c>.</summary>
    public required string Test { get; init; }

    /// <summary>Cases in which B is better, worse, and equal.</summary>
    public required long Better { get; init; }

    public required long Worse { get; init; }

    public required long Equal { get; init; }

    /// <summary>The difference if everything missing had turned out worst, and best, for B; null when all is paired.</summary>
    public Bounds? Bounds { get; init; }

    /// <summary>Whether B is no worse than A by more than a margin, which is declared before anyone looks; higher is better.</summary>
    /// <param name="margin">In the unit of <see cref="Estimate"/>, not negative.</param>
    public Gate NonInferiority(double margin) => Gate.NonInferiority(Estimate.Value, StandardError, Clusters, Pairs, margin, Scale.Max - Scale.Min);
}

/// <summary>How often one candidate is preferred over another.</summary>
public sealed record PreferenceLine
{
    public required CandidateName A { get; init; }

    public required CandidateName B { get; init; }

    public required JudgeName Judge { get; init; }

    public required Slice Slice { get; init; }

    public required long Clusters { get; init; }

    public required Coverage Coverage { get; init; }

    public required long AWins { get; init; }

    public required long BWins { get; init; }

    public required long Ties { get; init; }

    /// <summary>Verdicts that changed with the order of presentation.</summary>
    public required long Inconsistent { get; init; }

    /// <summary>B's win rate; ties and inconsistent verdicts count half.</summary>
    public required Estimate WinRate { get; init; }

    /// <summary>Two-sided p of a win rate of one half; null when undefined.</summary>
    public double? P { get; init; }

    /// <summary>Share of scored trials whose verdict did not depend on the order.</summary>
    public required Estimate Consistency { get; init; }

    /// <summary>Share of decided single verdicts that went to the response shown first; one half is unbiased.</summary>
    public required Estimate FirstShown { get; init; }

    public Bounds? Bounds { get; init; }
}

/// <summary>What one model cost the run.</summary>
public sealed record UsageLine
{
    public required ModelName Model { get; init; }

    /// <summary>The names under which the provider answered, with how often.</summary>
    public ImmutableSortedDictionary<string, long> Reported { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Completions that this run paid for.</summary>
    public required long Completions { get; init; }

    /// <summary>Completions that had been paid for before and were used again.</summary>
    public required long Reused { get; init; }

    /// <summary>Attempts that failed, whether or not a later one brought a reply.</summary>
    public required long FailedAttempts { get; init; }

    /// <summary>Tokens and money of completions paid and of failed attempts together.</summary>
    public required Usage Usage { get; init; }

    /// <summary>The part of <see cref="Usage"/> that failed attempts took.</summary>
    public required Usage FailedUsage { get; init; }
}

/// <summary>One case in which two candidates differ much under a criterion.</summary>
public sealed record Change
{
    public required CaseId Case { get; init; }

    public required JudgeName Judge { get; init; }

    public required CriterionName Criterion { get; init; }

    public required CandidateName A { get; init; }

    public required CandidateName B { get; init; }

    public required double ValueA { get; init; }

    public required double ValueB { get; init; }

    /// <summary>(B − A) over the width of the scale, from −1 to 1.</summary>
    public required double Shift { get; init; }
}
