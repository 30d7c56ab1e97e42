using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Runs;

/// <summary>Suites, cases and records whose details a test does not care about; all chance comes from a seed.</summary>
internal static class SomeRun
{
    public static readonly CandidateName A = new("old"), B = new("new");

    public static readonly ModelName Model = new("judge-model");

    public static ScoreJudge Quality { get; } = Judge("quality", new Scale(1, 10), JudgeScope.Conversation);

    public static ScoreJudge PassFail { get; } = Judge("correct", Scale.PassFail, JudgeScope.Conversation);

    public static ScoreJudge PerTurn { get; } = Judge("turns", new Scale(0, 5, 0.5), JudgeScope.Turn);

    public static PairwiseJudge Pair { get; } = new() { Name = new("better"), Model = Model };

    public static SuiteDefinition Suite(params ImmutableArray<Judge> judges) => new()
    {
        Name = new("suite"),
        Candidates = [new RecordedCandidate { Name = A }, new RecordedCandidate { Name = B }],
        Judges = judges.IsEmpty ? [Quality, PassFail, PerTurn, Pair] : judges,
        Slices = [SliceKey.Of("category"), SliceKey.Of("tag"), SliceKey.Of("metadata.lang")],
    };

    public static ScoreJudge Judge(string name, Scale scale, JudgeScope scope) =>
        new() { Name = new(name), Model = Model, Per = scope, Asked = [new Criterion { Name = new(name), Scale = scale }] };

    public static Case Case(int number, int turns = 1, string? cluster = null) => new()
    {
        Id = new(string.Create(CultureInfo.InvariantCulture, $"case-{number:D5}")),
        Turns = [.. Enumerable.Repeat(new Turn { Messages = [new Message(Role.User, "?")] }, turns)],
        Cluster = cluster,
        Category = number % 3 == 0 ? "refunds" : "orders",
        Tags = number % 5 == 0 ? ["hard", "long"] : number % 2 == 0 ? ["hard"] : [],
        Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("lang", number % 4 == 0 ? "de" : "en"),
    };

    public static Judgement Scored(Judge judge, CandidateName candidate, double value, int? turn = null) => new()
    {
        Judge = judge.Name,
        Candidate = candidate,
        Turn = turn,
        Outcome = new Outcome.Scored([.. judge.Criteria.Select(criterion => new Score(criterion.Name, value))]),
    };

    public static Judgement Unscored(Judge judge, CandidateName candidate, Reason reason = Reason.Timeout, int? turn = null) => new()
    {
        Judge = judge.Name, Candidate = candidate, Turn = turn, Outcome = new Outcome.Unscored(reason, "because"),
    };

    public static Judgement Preferred(Preference preference, Preference forward, Preference swapped) => new()
    {
        Judge = Pair.Name, Candidate = A, Opponent = B, Outcome = new Outcome.Preferred(preference, forward, swapped),
    };

    public static CaseRecord Record(Case @case, params ImmutableArray<Judgement> judgements) => new() { Case = @case.Id, Judgements = judgements };

    /// <summary>Cases in clusters of uneven size, everything that is due judged or left unscored by chance.</summary>
    public static ImmutableArray<(Case Case, CaseRecord Record)> Finished(SuiteDefinition suite, int seed, int cases, double unscored = 0.1, int largestCluster = 5, int first = 0)
    {
        var random = new Random(seed);
        var finished = ImmutableArray.CreateBuilder<(Case, CaseRecord)>();
        var cluster = 0;
        var shift = 0.0;
        for (var (number, left) = (0, 0); number < cases; number++, left--)
        {
            if (left <= 0)
            {
                (cluster, left, shift) = (cluster + 1, random.Next(1, largestCluster + 1), 2 * random.NextDouble() - 1);
            }

            var @case = Case(first + number, random.Next(1, 4), string.Create(CultureInfo.InvariantCulture, $"cluster-{first}-{cluster}"));
            finished.Add((@case, Record(@case, [.. TrialPlan.Of(suite, @case).Select(trial => Judgement(suite, trial, random, unscored, shift))])));
        }

        return finished.ToImmutable();
    }

    /// <summary>Splits cases over shards as a run does: whole clusters.</summary>
    public static ImmutableArray<ImmutableArray<(Case Case, CaseRecord Record)>> Sharded(ImmutableArray<(Case Case, CaseRecord Record)> finished, int shards)
    {
        var parts = finished.ToLookup(one => CasePlan.PartitionOf(one.Case.ClusterKey(), shards));
        return [.. Enumerable.Range(0, shards).Select(shard => parts[shard].ToImmutableArray())];
    }

    public static Report Report(SuiteDefinition suite, Summary summary) => Evaluation.Runs.Report.From(
        new RunSpec
        {
            Run = new("run-1"),
            Tenant = TenantName.Default,
            Suite = new SuiteContents
            {
                Version = new(new string('0', 64)), Definition = suite, Cases = summary.Cases, Created = DateTimeOffset.UnixEpoch, Plan = new CasePlan("upload", [1]),
            },
            Seed = 1,
            Models = ModelCards.None,
            Program = "0.1.0",
            Started = DateTimeOffset.UnixEpoch,
        },
        summary,
        RunStatus.Completed,
        DateTimeOffset.UnixEpoch);

    private static Judgement Judgement(SuiteDefinition suite, TrialId trial, Random random, double unscored, double shift)
    {
        var judge = suite.Judges.First(one => one.Name == trial.Judge);
        var call = new Call
        {
            Key = new("key"), Model = Model, Reported = random.Next(3) == 0 ? "judge-2" : "judge-1", Paid = random.Next(4) > 0,
            FailedAttempts = random.Next(3) == 0 ? 1 : 0,
        };
        call = call with { Usage = call.Paid ? new Usage(random.Next(500), random.Next(50), random.Next(900)) : Usage.None, FailedUsage = new Usage(call.FailedAttempts * 7, 0, call.FailedAttempts) };
        return new Judgement
        {
            Judge = trial.Judge,
            Candidate = trial.Candidate,
            Opponent = trial.Opponent,
            Turn = trial.Turn,
            Calls = [call],
            Outcome = random.NextDouble() < unscored ? new Outcome.Unscored((Reason)random.Next(1, 5), "because") : judge.Pairwise ? Preference(random) : new Outcome.Scored(
                [.. judge.Criteria.Select(criterion => new Score(criterion.Name, Value(criterion.Scale, random, shift)))]),
        };
    }

    private static Outcome.Preferred Preference(Random random)
    {
        var (forward, swapped) = ((Preference)random.Next(3), (Preference)random.Next(3));
        return new Outcome.Preferred(forward == swapped ? forward : Assize.Evaluation.Judges.Preference.Inconsistent, forward, swapped);
    }

    private static double Value(Scale scale, Random random, double shift)
    {
        var steps = (int)Math.Round((scale.Max - scale.Min) / scale.Step);
        var share = Math.Clamp(random.NextDouble() + 0.4 * shift, 0, 1);
        return scale.Min + scale.Step * (int)Math.Round(share * steps);
    }
}
