using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Tests.Reports;

/// <summary>A report with everything in it: a clear win, a null result, undefined intervals, rates, three candidates and many slices.</summary>
internal static class Some
{
    public static readonly Scale FivePoints = new(1, 5);

    private static readonly string[] Candidates = ["baseline", "revised", "short-answers"];

    private static readonly string[] Slices = ["all", .. Enumerable.Range(1, 14).Select(number => $"category=topic-{number}"), "tag=urgent"];

    public static Report Report() => new()
    {
        Run = new RunId("r-20260301-7f3k"),
        Status = RunStatus.Completed,
        Cases = 66,
        CasesDone = 66,
        Simulated = true,
        Provenance = new Provenance
        {
            Suite = new SuiteName("support-bot"),
            Version = new SuiteVersion(new string('a', 64)),
            Description = "Answers of a support bot to questions about refunds and deliveries.",
            Seed = 7,
            Candidates = [new(new("baseline"), new ModelName("small")), new(new("revised"), new ModelName("small")), new(new("short-answers"), null)],
            Judges = [new(new("quality"), "score", "Zk3v-fingerprint", [new ModelName("judge")]), new(new("format"), "regex", "9aQ1-fingerprint", []), new(new("duel"), "pairwise", "b77x-fingerprint", [new ModelName("judge")])],
            Models = [new() { Name = new("judge"), Provider = "simulated", Model = "sim-1", Fingerprint = "mm-fingerprint", Simulated = true, InputPrice = 2.5m, OutputPrice = 10m }],
            Program = "0.1.0",
            Started = new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero),
            Ended = new DateTimeOffset(2026, 3, 1, 9, 42, 10, TimeSpan.Zero),
        },
        Scores = [.. Criteria().SelectMany(criterion => Candidates.SelectMany((name, who) => Slices.Select((slice, index) => Score(name, who, criterion, slice, index))))],
        Differences = [.. Criteria().SelectMany(criterion => Pairs().SelectMany(pair => Slices.Select((slice, index) => Difference(pair.A, pair.B, criterion, slice, index))))],
        Preferences = [.. Slices.Take(3).Select((slice, index) => Preference("baseline", "revised", slice, index == 2)), Preference("baseline", "short-answers", "all", false) with { BWins = 25, AWins = 24, Ties = 10, Inconsistent = 7, WinRate = new(0.508, 0.39, 0.62, "Wilson"), P = 0.9 }],
        Usage =
        [
            new()
            {
                Model = new("judge"), Reported = ImmutableSortedDictionary<string, long>.Empty.Add("sim-1-2026", 410), Completions = 410, Reused = 118, FailedAttempts = 9,
                Usage = new(512_340, 40_112, 1_682_000), FailedUsage = new(9_000, 0, 22_500),
            },
        ],
        Changes =
        [
            new() { Case = new("case-017"), Judge = new("quality"), Criterion = new("correctness"), A = new("baseline"), B = new("revised"), ValueA = 1, ValueB = 5, Shift = 1 },
            new() { Case = new("it's odd"), Judge = new("quality"), Criterion = new("tone"), A = new("baseline"), B = new("revised"), ValueA = 4, ValueB = 2, Shift = -0.5 },
        ],
    };

    public static DifferenceLine Difference() => Difference("baseline", "revised", new("quality", "correctness", FivePoints), "all", 0);

    public static PreferenceLine Preference() => Preference("baseline", "revised", "all", false);

    /// <summary>The report with every text replaced.</summary>
    public static Report Hostile(string text)
    {
        var report = Report();
        var origin = report.Provenance;
        return report with
        {
            Run = new(text),
            Provenance = origin with
            {
                Suite = new(text), Version = new(text), Description = text, Program = text,
                Candidates = [new(new(text), new ModelName(text))],
                Judges = [new(new(text), text, text, [new ModelName(text)])],
                Models = [origin.Models[0] with { Name = new(text), Provider = text, Model = text, Fingerprint = text }],
            },
            Scores = [.. report.Scores.Take(2).Select(line => line with { Candidate = new(text), Judge = new(text), Criterion = new(text), Estimate = line.Estimate with { Low = null, Method = text, Undefined = text } })],
            Differences = [.. report.Differences.Take(2).Select(line => line with { A = new(text), B = new(text), Judge = new(text), Criterion = new(text), Test = text }), report.Differences[1] with { Slice = new(text) }],
            Preferences = [.. report.Preferences.Take(1).Select(line => line with { A = new(text), B = new(text), Judge = new(text), FirstShown = Estimate.Nothing(text, text) })],
            Usage = [report.Usage[0] with { Model = new(text), Reported = ImmutableSortedDictionary<string, long>.Empty.Add(text, 1) }],
            Changes = [report.Changes[0] with { Case = new(text), Judge = new(text), Criterion = new(text), A = new(text), B = new(text) }],
        };
    }

    private static ImmutableArray<(string Judge, string Name, Scale Scale)> Criteria() =>
        [("quality", "correctness", FivePoints), ("quality", "tone", FivePoints), ("format", "matches", Scale.PassFail)];

    private static ImmutableArray<(string A, string B)> Pairs() => [("baseline", "revised"), ("baseline", "short-answers"), ("revised", "short-answers")];

    private static ScoreLine Score(string name, int who, (string Judge, string Name, Scale Scale) criterion, string slice, int index)
    {
        var rate = criterion.Scale.IsPassFail;
        var value = rate ? 0.7 + (0.08 * who) : 3.1 + (who == 1 ? 0.62 : 0.1 * who);
        var half = (rate ? 0.09 : 0.2) * (slice == "all" ? 1 : 2);
        var single = index == 5;
        return new()
        {
            Candidate = new(name), Judge = new(criterion.Judge), Criterion = new(criterion.Name), Slice = new(slice), Scale = criterion.Scale,
            Clusters = single ? 1 : 42,
            Coverage = who == 2 ? new(66, 61, ImmutableSortedDictionary<Reason, long>.Empty.Add(Reason.Refused, 4).Add(Reason.Timeout, 1)) : new(66, 66, ImmutableSortedDictionary<Reason, long>.Empty),
            Estimate = single
                ? new(value, null, null, "clustered t", "One cluster says nothing about how much clusters differ.")
                : new(value, value - half, value + half, rate ? "Wilson" : "clustered t, 41 df"),
            DesignEffect = single ? null : 1.34,
            Bounds = who == 2 ? new(value - (rate ? 0.07 : 0.2), value + (rate ? 0.03 : 0.15)) : null,
        };
    }

    private static DifferenceLine Difference(string a, string b, (string Judge, string Name, Scale Scale) criterion, string slice, int index)
    {
        var rate = criterion.Scale.IsPassFail;
        var win = criterion.Name == "correctness" && a == "baseline" && b == "revised";
        var value = win ? 0.62 : rate ? 0.04 : (-0.05 * index) + 0.1;
        var half = (rate ? 0.06 : 0.21) * (slice == "all" ? 1 : 2 + (index % 3));
        return new()
        {
            A = new(a), B = new(b), Judge = new(criterion.Judge), Criterion = new(criterion.Name), Slice = new(slice), Scale = criterion.Scale,
            Pairs = index == 5 ? 1 : 66, Unpaired = b == "short-answers" ? 5 : 0, Clusters = index == 5 ? 1 : 42,
            Estimate = index == 5
                ? new(value, null, null, "clustered t", "One cluster says nothing about how much clusters differ.")
                : new(value, value - half, value + half, "clustered t, 41 df"),
            P = index == 5 ? null : win ? 0.0000004 : 0.41,
            Test = rate ? "McNemar exact" : "paired clustered t, 41 df",
            Better = 31, Worse = 12, Equal = 23,
            Bounds = b == "short-answers" ? new(value - 0.3, value + 0.3) : null,
        };
    }

    private static PreferenceLine Preference(string a, string b, string slice, bool nothing) => new()
    {
        A = new(a), B = new(b), Judge = new("duel"), Slice = new(slice), Clusters = nothing ? 0 : 42,
        Coverage = nothing ? new(2, 0, ImmutableSortedDictionary<Reason, long>.Empty.Add(Reason.Unparsed, 2)) : new(66, 66, ImmutableSortedDictionary<Reason, long>.Empty),
        AWins = nothing ? 0 : 14, BWins = nothing ? 0 : 38, Ties = nothing ? 0 : 9, Inconsistent = nothing ? 0 : 5,
        WinRate = nothing ? Estimate.Nothing("clustered t", "Nothing was scored.") : new(0.682, 0.575, 0.788, "clustered t, 41 df"),
        P = nothing ? null : 0.0012,
        Consistency = nothing ? Estimate.Nothing("Wilson", "Nothing was compared.") : new(0.924, 0.83, 0.967, "Wilson"),
        FirstShown = nothing ? Estimate.Nothing("Wilson", "No single verdict named a winner.") : new(0.53, 0.44, 0.61, "Wilson"),
        Bounds = nothing ? new(0, 1) : null,
    };
}
