using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Tests.Reports;

/// <summary>Reports to show: every kind of line, with numbers that could have been.</summary>
internal static class Some
{
    public const string Text = "<script>alert('x')</script>\"&'`${7*7}\u001b[31mred\u001b[0m\u0007\u202egnp.exe\u2066\u200b[bold]x[/] ]]>\r\n--><!--";

    private static readonly Scale Five = new(1, 5);

    private static readonly ImmutableArray<string> Categories =
        ["refunds", "delivery", "account", "warranty", "complaints", "product questions and comparisons", "invoices", "returns", "gift cards", "privacy", "small talk"];

    /// <summary>Three candidates: a clear win, a null result, an undefined interval, unscored trials, pass rates, preferences and many slices.</summary>
    public static Report Report() => new()
    {
        Run = new("r-2026-03-14-7f3a"),
        Status = RunStatus.Completed,
        Cases = 66,
        CasesDone = 66,
        Simulated = false,
        Provenance = Provenance("support-answers", "Answers of a support desk to 66 real questions, judged for correctness, tone and format."),
        Scores = [.. ScoresOf("rubric", "correctness", Five, (3.44, 0.31), (4.06, 0.24), (4.11, 0.25)),
            .. ScoresOf("rubric", "tone", Five, (4.21, 0.22), (4.27, 0.21), (3.82, 0.28)),
            .. ScoresOf("format", "format", Scale.PassFail, (0.803, 0.09), (0.924, 0.06), (0.909, 0.065)),
            Score("latin", "rubric", "escalation", Five, Slice.All, Estimate.Nothing("clustered t", "Fewer than two clusters have a value."), 1, Coverage(66, (Reason.ContextTooLong, 65)))],
        Differences = [.. DifferencesOf("baseline", "revised", 0.62, 0.06, 0.121), .. DifferencesOf("baseline", "latin", 0.67, -0.39, 0.106), .. DifferencesOf("revised", "latin", 0.05, -0.45, -0.015)],
        Preferences =
        [
            Preference("baseline", "revised", Slice.All, 38, 11, 6, 9, 0.680, 0.115, 0.0004),
            Preference("baseline", "revised", new("category=refunds"), 6, 1, 1, 2, 0.70, 0.26, 0.12),
            Preference("baseline", "revised", new("category=delivery"), 3, 2, 2, 3, 0.50, 0.31, 1),
            Preference("baseline", "latin", Slice.All, 24, 14, 7, 21, 0.523, 0.098, 0.63),
        ],
        Usage =
        [
            new()
            {
                Model = new("judge-large"), Completions = 521, Reused = 71, FailedAttempts = 14,
                Reported = ImmutableSortedDictionary<string, long>.Empty.Add("large-2026-01-20", 520).Add("large-2026-03-02", 1),
                Usage = new(612_340, 48_911, 2_381_202), FailedUsage = new(11_004, 0, 55_020), Uncounted = new(3, new(2_001, 1_870, 500_000)),
            },
            new() { Model = new("answerer"), Completions = 66, Reused = 0, FailedAttempts = 0, Usage = new(20_001, 15_870, 0), FailedUsage = Usage.None, Uncounted = new(9, new(1, 870, 0)) },
        ],
        Changes = [.. Enumerable.Range(0, 14).Select(index => new Change
        {
            Case = new(index == 3 ? "it's a case with spaces & quotes" : $"case-{index * 7:000}"), Judge = new("rubric"), Criterion = new(index % 3 == 0 ? "tone" : "correctness"),
            A = new("baseline"), B = new(index % 2 == 0 ? "revised" : "latin"), ValueA = index < 6 ? 1 : 2, ValueB = index < 6 ? 5 : 1, Shift = index < 6 ? 1 : -0.25,
        })],
    };

    /// <summary>A report of a run that its budget ended.</summary>
    public static Report OutOfBudget() => Report() with
    {
        Status = RunStatus.OutOfBudget,
        Cases = 1000,
        StoppedBy = "its budget of 2.50",
        Budgets =
        [
            new() { Purse = PurseName.Run, Amount = 2.5m, WarnAt = 0.8, SpentMicros = 2_381_202, ReservedMicros = 0, Warning = true },
            new() { Purse = PurseName.Of(new ModelName("judge-large")), Amount = 100, Per = Period.Month, WarnAt = 0.9, SpentMicros = 40_000_000, ReservedMicros = 1_000, Warning = false },
        ],
    };

    /// <summary>A report of one candidate that compares nothing.</summary>
    public static Report Alone() => Report() with
    {
        Scores = [.. ScoresOf("rubric", "correctness", Five, (3.44, 0.31)).Take(1)],
        Differences = [],
        Preferences = [],
        Changes = [],
    };

    /// <summary>A report in which every text that comes from outside is hostile.</summary>
    public static Report Hostile() => Report() with
    {
        Run = new(Text),
        Simulated = true,
        Status = RunStatus.Cancelled,
        CasesDone = 3,
        Provenance = Provenance(Text, Text) with
        {
            Version = new(Text),
            Program = Text,
            Candidates = [new(new(Text), new(Text))],
            Judges = [new(new(Text), Text, Text, [new(Text)])],
            Models = [new() { Name = new(Text), Provider = Text, Model = Text, Fingerprint = Text, Simulated = true }],
        },
        Scores =
        [
            Score(Text, Text, Text, Five, Slice.All, new(3, 2, 4, Text), 9, Coverage(12, (Reason.Refused, 3))),
            Score(Text, Text, Text, Five, new(Text), Estimate.Nothing(Text, Text), 0, Coverage(1)),
        ],
        Differences = [Difference(Text, Text + "2", Text, Text, Five, Slice.All, new(1, 0.5, 1.5, Text), 0.01), Difference(Text, Text + "2", Text, Text, Five, new(Text), new(1, 0.5, 1.5, Text), 0.01)],
        Preferences = [Preference(Text, Text + "2", Slice.All, 1, 2, 3, 4, 0.4, 0.2, 0.3) with { Judge = new(Text) }],
        Usage = [new() { Model = new(Text), Completions = 1, Reused = 0, FailedAttempts = 1, Reported = ImmutableSortedDictionary<string, long>.Empty.Add(Text, 1), Usage = new(1, 1, 1), FailedUsage = Usage.None }],
        Changes = [new() { Case = new(Text), Judge = new(Text), Criterion = new(Text), A = new(Text), B = new(Text), ValueA = 1, ValueB = 2, Shift = 0.25 }],
    };

    public static DifferenceLine Difference(string a, string b, string judge, string criterion, Scale scale, Slice slice, Estimate estimate, double? p, long pairs = 66) => new()
    {
        A = new(a), B = new(b), Judge = new(judge), Criterion = new(criterion), Slice = slice, Scale = scale, Pairs = pairs, Unpaired = 0, Clusters = pairs,
        Estimate = estimate, P = p, Test = "paired clustered t, 65 df", Better = pairs / 2, Worse = pairs / 4, Equal = pairs - (pairs / 2) - (pairs / 4),
    };

    public static PreferenceLine Preference(string a, string b, Slice slice, long wins, long ties, long inconsistent, long losses, double rate, double half, double? p)
    {
        var scored = wins + ties + inconsistent + losses;
        return new()
        {
            A = new(a), B = new(b), Judge = new("taste"), Slice = slice, Clusters = scored, Coverage = slice == Slice.All ? Coverage(scored + 2, (Reason.Unparsed, 2)) : Coverage(scored),
            AWins = losses, BWins = wins, Ties = ties, Inconsistent = inconsistent, WinRate = new(rate, rate - half, rate + half, "clustered t, 63 df"), P = p,
            Consistency = new(0.906, 0.81, 0.957, "Wilson"), FirstShown = new(0.571, 0.506, 0.634, "Wilson"), Bounds = slice == Slice.All ? new(rate - 0.02, rate + 0.02) : null,
        };
    }

    public static Coverage Coverage(long trials, params (Reason Reason, long Count)[] unscored) =>
        new(trials, trials - unscored.Sum(pair => pair.Count), unscored.ToImmutableSortedDictionary(pair => pair.Reason, pair => pair.Count));

    public static ScoreLine Score(string candidate, string judge, string criterion, Scale scale, Slice slice, Estimate estimate, long clusters, Coverage coverage) => new()
    {
        Candidate = new(candidate), Judge = new(judge), Criterion = new(criterion), Slice = slice, Scale = scale, Clusters = clusters, Coverage = coverage, Estimate = estimate,
        DesignEffect = estimate.Value is null ? null : 1.18,
        Bounds = coverage.Scored < coverage.Trials && estimate.Value is { } value ? new(value - (0.1 * (scale.Max - scale.Min)), value + (0.05 * (scale.Max - scale.Min))) : null,
    };

    private static Provenance Provenance(string suite, string description) => new()
    {
        Suite = new(suite),
        Version = new("9f2c41d07be8a3360c5d1f4e7a9b8c2d3e4f5061728394a5b6c7d8e9f0a1b2c3"),
        Description = description,
        Seed = 20260314,
        Candidates = [new(new("baseline"), null), new(new("revised"), null), new(new("latin"), new("answerer"))],
        Judges =
        [
            new(new("rubric"), "score", "b1946ac92492d2347c6235b4d2611184", [new("judge-large")]),
            new(new("format"), "json", "5d41402abc4b2a76b9719d911017c592", []),
            new(new("taste"), "pairwise", "7d793037a0760186574b0282f2f435e7", [new("judge-large")]),
        ],
        Models =
        [
            new() { Name = new("judge-large"), Provider = "openai", Model = "large", Fingerprint = "591785b794601e212b260e25925636fd", StructuredOutput = true, InputPrice = 2.5m, OutputPrice = 10m },
            new() { Name = new("answerer"), Provider = "ollama", Model = "small:7b", Fingerprint = "aab3238922bcc25a6f606eb525ffdc56" },
        ],
        Program = "0.1.0",
        Started = new DateTimeOffset(2026, 3, 14, 9, 12, 5, TimeSpan.Zero),
        Ended = new DateTimeOffset(2026, 3, 14, 9, 15, 17, TimeSpan.Zero),
    };

    private static IEnumerable<ScoreLine> ScoresOf(string judge, string criterion, Scale scale, params (double Mean, double Half)[] all)
    {
        string[] names = ["baseline", "revised", "latin"];
        var method = scale.IsPassFail ? "Wilson" : "clustered t, 65 df";
        foreach (var slice in Categories.Select(category => new Slice($"category={category}")).Prepend(Slice.All))
        {
            var trials = slice == Slice.All ? 66 : 6;
            for (var index = 0; index < all.Length; index++)
            {
                var ((mean, half), wobble) = (all[index], slice == Slice.All ? 0 : (slice.Value.Length % 5 * 0.02) - 0.04);
                var width = scale.Max - scale.Min;
                half = slice == Slice.All ? half : half * 2.6;
                var estimate = slice.Value == "category=small talk"
                    ? Estimate.Nothing(method, "Nothing was scored here.")
                    : new Estimate(mean + (wobble * width), Math.Max(scale.Min, mean + (wobble * width) - half), Math.Min(scale.Max, mean + (wobble * width) + half), method);
                var coverage = estimate.Value is null ? Coverage(trials, (Reason.Refused, trials)) : index == 1 && slice == Slice.All ? Coverage(trials, (Reason.Refused, 3), (Reason.Timeout, 1), (Reason.Unparsed, 1)) : Coverage(trials);
                yield return Score(names[index], judge, criterion, scale, slice, estimate, estimate.Value is null ? 0 : coverage.Scored, coverage);
            }
        }
    }

    private static IEnumerable<DifferenceLine> DifferencesOf(string a, string b, double correctness, double tone, double format)
    {
        foreach (var (judge, criterion, scale, mean, half) in new[] { ("rubric", "correctness", Five, correctness, 0.21), ("rubric", "tone", Five, tone, 0.16), ("format", "format", Scale.PassFail, format, 0.084) })
        {
            var p = Math.Abs(mean) > half * 1.5 ? 0.0000021 : Math.Abs(mean) > half ? 0.0123 : 0.4412;
            yield return Difference(a, b, judge, criterion, scale, Slice.All, new(mean, mean - half, mean + half, "clustered t, 65 df"), p, 61) with { Unpaired = 5, Clusters = 42, Bounds = new(mean - 0.1, mean + 0.1) };
            foreach (var category in Categories)
            {
                var shift = ((category.Length % 7) - 3) * half * 0.8;
                var estimate = category == "small talk"
                    ? Estimate.Nothing("clustered t", "Nothing was scored on both sides.")
                    : category == "privacy" ? new Estimate(mean, null, null, "clustered t", "Fewer than two clusters.") : new Estimate(mean + shift, mean + shift - (half * 2.4), mean + shift + (half * 2.4), "clustered t, 5 df");
                yield return Difference(a, b, judge, criterion, scale, new($"category={category}"), estimate, estimate.Low is null ? null : Math.Abs(mean + shift) > half * 2.4 ? 0.031 : 0.3, estimate.Value is null ? 0 : 6);
            }
        }
    }
}
