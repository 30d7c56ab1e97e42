using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Judges;

/// <summary>What every judge must do, found through the catalogue: a new one fails here until it has its two examples.</summary>
public sealed class JudgeConformance
{
    private static readonly ImmutableArray<JsonDerivedTypeAttribute> Catalogue = [.. typeof(Judge).GetCustomAttributes<JsonDerivedTypeAttribute>()];

    public static TheoryData<string> Kinds => [.. Catalogue.Select(each => (string)each.TypeDiscriminator!)];

    public static TheoryData<string, bool> AskingKinds
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var kind in Catalogue.Select(each => (string)each.TypeDiscriminator!).Where(kind => Working(kind).Models.Length > 0))
            {
                data.Add(kind, false);
                data.Add(kind, true);
            }

            return data;
        }
    }

    [Fact]
    public void TheCatalogueHasEightJudges()
    {
        Assert.Equal(8, Catalogue.Length);
        Assert.Equal(6, AskingKinds.Count);
        Assert.All(typeof(Judge).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Judge)) && !type.IsAbstract), type => Assert.Contains(Catalogue, each => each.DerivedType == type));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AJudgeSurvivesJson(string kind)
    {
        var judge = Working(kind);
        var json = JsonSerializer.Serialize(judge, EvaluationJson.Plain.Judge);
        var back = JsonSerializer.Deserialize(json, EvaluationJson.Plain.Judge)!;

        Assert.IsType(judge.GetType(), back);
        Assert.Contains($"\"type\":\"{kind}\"", json, StringComparison.Ordinal);
        Assert.Equal(json, JsonSerializer.Serialize(back, EvaluationJson.Plain.Judge));
        Assert.Equal(judge.Fingerprint(), back.Fingerprint());
        Assert.DoesNotContain("\"models\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"scope\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AWorkingJudgeHasNoMistakesAndABrokenOneSaysWhere(string kind)
    {
        Assert.Empty(Working(kind).Check());
        Assert.All(Broken(kind).Check(), mistake => Assert.False(string.IsNullOrEmpty(mistake.Field)));
        Assert.NotEmpty(Broken(kind).Check());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AnotherSettingIsAnotherFingerprint(string kind)
    {
        var judge = Working(kind);
        var other = judge with { Where = new CaseFilter { Tag = "other" } };

        Assert.Matches("^[0-9a-f]{64}$", judge.Fingerprint());
        Assert.Equal(judge.Fingerprint(), (judge with { }).Fingerprint());
        Assert.NotEqual(judge.Fingerprint(), other.Fingerprint());
        Assert.Equal(judge, judge with { });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AJudgeScoresOneValuePerCriterionOrPrefers(string kind)
    {
        var judge = Working(kind);
        var outcome = SomeTrial.Judge(judge, SomeTrial.Of(judge, "42", @case: SomeTrial.Case("What is 6 times 7?", "42")), Grade).Outcome;

        if (judge.Pairwise)
        {
            Assert.IsType<Outcome.Preferred>(outcome);
        }
        else
        {
            Assert.Equal(judge.Criteria.Select(criterion => criterion.Name), Assert.IsType<Outcome.Scored>(outcome).Scores.Select(score => score.Criterion));
        }
    }

    [Theory]
    [MemberData(nameof(AskingKinds))]
    public void AnUnreadableReplyBecomesAReason(string kind, bool isSealed)
    {
        var judge = Working(kind);
        var unscored = Assert.IsType<Outcome.Unscored>(SomeTrial.Judge(judge, SomeTrial.Of(judge, "42", isSealed), _ => SomeTrial.Reply("I like it: 7/10")).Outcome);

        Assert.Equal(Reason.Unparsed, unscored.Reason);
        Assert.Contains("I like it: 7/10", unscored.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AskingKinds))]
    public void AModelThatDoesNotAnswerIsAReason(string kind, bool isSealed)
    {
        var judge = Working(kind);
        foreach (var reason in Enum.GetValues<Reason>())
        {
            var unscored = Assert.IsType<Outcome.Unscored>(SomeTrial.Judge(judge, SomeTrial.Of(judge, "42", isSealed), _ => new Completion.Failed(reason, "no luck")).Outcome);
            Assert.Equal(reason, unscored.Reason);
        }

        Assert.Equal(Reason.ContentFilter, Assert.IsType<Outcome.Unscored>(
            SomeTrial.Judge(judge, SomeTrial.Of(judge, "42", isSealed), _ => SomeTrial.Reply("", "content_filter")).Outcome).Reason);
        Assert.Equal(Reason.Refused, Assert.IsType<Outcome.Unscored>(
            SomeTrial.Judge(judge, SomeTrial.Of(judge, "42", isSealed), _ => SomeTrial.Reply("I would rather not.", "refusal")).Outcome).Reason);
    }

    [Theory]
    [MemberData(nameof(AskingKinds))]
    public void TheSameTrialIsAskedTheSamePrompt(string kind, bool isSealed)
    {
        var first = Working(kind);
        var again = JsonSerializer.Deserialize(JsonSerializer.Serialize(first, EvaluationJson.Plain.Judge), EvaluationJson.Plain.Judge)!;
        var trials = new[] { SomeTrial.Of(first, "42", isSealed), SomeTrial.Of(again, "42", isSealed) };
        var unreadable = Enumerable.Repeat<Completion>(SomeTrial.Reply("hm"), SomeTrial.Questions(first, trials[0]).Length);

        Assert.Equal(Texts(SomeTrial.Questions(first, trials[0])), Texts(SomeTrial.Questions(again, trials[1])));
        Assert.Equal(
            Texts(Assert.IsType<Step.Ask>(first.Next(trials[0], Answers.None.Then(unreadable))).Prompts),
            Texts(Assert.IsType<Step.Ask>(again.Next(trials[1], Answers.None.Then(unreadable))).Prompts));
    }

    [Theory]
    [MemberData(nameof(AskingKinds))]
    public void OneJudgeHasOneSchemaAndOneSystemMessage(string kind, bool isSealed)
    {
        var judge = Working(kind);
        var prompts = SomeTrial.Questions(judge, SomeTrial.Of(judge, "42", isSealed)).AddRange(SomeTrial.Questions(judge, SomeTrial.Of(judge, "another", isSealed)));

        Assert.Single(prompts.Select(prompt => prompt.Messages[0]).Distinct());
        Assert.Equal(isSealed ? 1 : 0, prompts.Select(prompt => prompt.Schema?.Json).OfType<string>().Distinct().Count());
        foreach (var asked in prompts.GroupBy(prompt => prompt.Model))
        {
            Assert.All(asked, prompt => Assert.Same(asked.First().Schema, prompt.Schema));
        }
    }

    private static IEnumerable<string> Texts(IEnumerable<Prompt> prompts) => prompts.Select(prompt => JsonSerializer.Serialize(prompt, EvaluationJson.Plain.Prompt));

    private static Completion.Replied Grade(Prompt prompt) => SomeTrial.Reply(
        prompt.Messages[0].Content.Contains("Compare answer A", StringComparison.Ordinal)
            ? SomeTrial.Honest(prompt, "Equal.", ("better", "tie"))
            : SomeTrial.Honest(prompt, "Good.", ("quality", "7")));

    private static Judge Working(string kind) => kind switch
    {
        "score" => SomeTrial.Score with { Instructions = "Be kind.", Where = new CaseFilter { Category = "any" } },
        "panel" => SomeTrial.Panel with { Instructions = "Be kind.", Quorum = 2 },
        "pairwise" => SomeTrial.Pair with { Baseline = SomeTrial.A, Question = "Which is clearer?" },
        "exact" => new ExactJudge { Name = new(kind), IgnoreCase = true, Values = ["42", "forty-two"] },
        "contains" => new ContainsJudge { Name = new(kind), Mode = ContainsMode.All },
        "regex" => new RegexJudge { Name = new(kind), Pattern = "^[0-9]+$" },
        "number" => new NumberJudge { Name = new(kind), Tolerance = 0.5 },
        "json" => new JsonJudge { Name = new(kind), Schema = JsonDocument.Parse("""{"type":"integer"}""").RootElement },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a new judge needs an example that works"),
    };

    private static Judge Broken(string kind) => kind switch
    {
        "score" => SomeTrial.Score with { Asked = [] },
        "panel" => SomeTrial.Panel with { Quorum = 4 },
        "pairwise" => SomeTrial.Pair with { Model = new("") },
        "exact" => new ExactJudge { Name = new(kind), From = "nowhere" },
        "contains" => new ContainsJudge { Name = new(kind), Values = [""] },
        "regex" => new RegexJudge { Name = new(kind), Pattern = "(" },
        "number" => new NumberJudge { Name = new(kind), Tolerance = -1 },
        "json" => new JsonJudge { Name = new(kind), Compares = false },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a new judge needs an example that is broken"),
    };
}
