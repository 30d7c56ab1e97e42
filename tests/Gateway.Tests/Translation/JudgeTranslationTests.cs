using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assize.Evaluation;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;
using Assize.Gateway.Translation;

namespace Assize.Gateway.Tests.Translation;

public sealed class JudgeTranslationTests
{
    private static readonly CaseFilter Where = new() { Category = "refunds", Tag = "hard", Metadata = "channel" };

    private static readonly Dictionary<string, Judge> Judges = new(StringComparer.Ordinal)
    {
        ["score"] = new ScoreJudge
        {
            Name = new("s"), Where = Where, Model = new("judge"), Per = JudgeScope.Turn, Instructions = "Be strict.",
            Asked = [
                new Criterion { Name = new("one"), Question = "Right?", Scale = new Scale(-2, 3.5, 0.5), Levels = new Dictionary<int, string> { [-2] = "no", [3] = "yes" }.ToImmutableSortedDictionary() },
                new Criterion { Name = new("two"), Scale = new Scale(0, 1, 0) }],
        },
        ["panel"] = new PanelJudge
        {
            Name = new("panel"), Where = Where, Members = [new("one"), new("other")], Per = JudgeScope.Turn, Instructions = "Be strict.", Rule = PanelRule.Lowest, Quorum = 1,
            Asked = [new Criterion { Name = new("one"), Question = "Right?", Scale = new Scale(1, 5) }],
        },
        ["pairwise"] = new PairwiseJudge { Name = new("p"), Where = Where, Model = new("judge"), Per = JudgeScope.Turn, Question = "Which?", Instructions = "Look.", Baseline = new CandidateName("a") },
        ["exact"] = new ExactJudge { Name = new("e"), Where = Where, From = "metadata.answer", Per = JudgeScope.Turn, IgnoreCase = true, Trim = false },
        ["contains"] = new ContainsJudge { Name = new("c"), Where = Where, Values = ["x", "ÿ"], Per = JudgeScope.Turn, IgnoreCase = false, Mode = ContainsMode.All, Negate = true },
        ["regex"] = new RegexJudge { Name = new("r"), Where = Where, Pattern = "^a+$", IgnoreCase = true, Negate = true, Per = JudgeScope.Turn },
        ["number"] = new NumberJudge { Name = new("n"), Where = Where, From = "metadata.answer", Values = [], Per = JudgeScope.Turn, Tolerance = 0.25, RelativeTolerance = 0.01 },
        ["json"] = new JsonJudge { Name = new("j"), Where = Where, From = "metadata.answer", Per = JudgeScope.Turn, Schema = JsonElement.Parse("""{"type":"object","required":["a"]}"""), Compares = false },
    };

    public static TheoryData<string> Kinds => [.. Declared<Judge>()];

    [Fact]
    public void ThereAreEightKindsOfJudgeAndTwoOfCandidate()
    {
        Assert.Equal(8, Declared<Judge>().Length);
        Assert.Equal(Declared<Judge>().Order(), Judges.Keys.Order());
        Assert.Equal(["model", "recorded"], Declared<Candidate>().Order());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AJudgeWithEverySettingChangedSurvivesTheWire(string kind)
    {
        var judge = Judges[kind];
        Assert.Equal(kind, judge.Kind());
        var back = V1.Judge.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(judge.ToProto())).ToDomain();
        Assert.Equal(Json(judge), Json(back));
        Assert.Equal(judge.Fingerprint(), back.Fingerprint());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EverySettingOfAKindDiffersFromItsDefaultInTheseTests(string kind)
    {
        var judge = Judges[kind];
        var unset = judge.GetType().GetProperties()
            .Where(property => property.SetMethod is not null && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .Where(property => property.GetValue(judge) is null or false or 0.0 || property.GetValue(judge) is JudgeScope.Conversation)
            .Select(property => property.Name)
            // False is the other value of what is true by default.
            .Except(kind switch { "exact" => ["Trim"], "contains" => ["IgnoreCase", "From"], "json" => ["Compares"], _ => [] });
        Assert.Empty(unset);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AJudgeThatLeavesTheOptionalOutHasTheSameDefaultsOnBothSides(string kind)
    {
        var (judge, message) = kind switch
        {
            "score" => ((Judge)new ScoreJudge { Name = new("x"), Model = new("m"), Asked = [new Criterion { Name = new("c"), Scale = new Scale(1, 5) }] },
                new V1.Judge { Score = new V1.ScoreJudge { Model = "m", Criteria = { new V1.Criterion { Name = "c", Scale = new V1.Scale { Min = 1, Max = 5 } } } } }),
            "pairwise" => (new PairwiseJudge { Name = new("x"), Model = new("m") }, new V1.Judge { Pairwise = new V1.PairwiseJudge { Model = "m" } }),
            "exact" => (new ExactJudge { Name = new("x") }, new V1.Judge { Exact = new V1.ExactJudge() }),
            "contains" => (new ContainsJudge { Name = new("x") }, new V1.Judge { Contains = new V1.ContainsJudge() }),
            "regex" => (new RegexJudge { Name = new("x"), Pattern = "a" }, new V1.Judge { Regex = new V1.RegexJudge { Pattern = "a" } }),
            "number" => (new NumberJudge { Name = new("x") }, new V1.Judge { Number = new V1.NumberJudge() }),
            _ => (new JsonJudge { Name = new("x") }, new V1.Judge { Json = new V1.JsonJudge() }),
        };
        message.Name = "x";
        Assert.Equal(Json(judge), Json(message.ToDomain()));
        Assert.Equal(Json(judge), Json(judge.ToProto().ToDomain()));
    }

    [Fact]
    public void EveryKindOfCandidateSurvivesTheWire()
    {
        Candidate[] candidates =
        [
            new RecordedCandidate { Name = new("a") },
            new ModelCandidate { Name = new("b"), Model = new("m"), System = "You are terse.", Template = "Q: {{input}}", Temperature = 0, MaxTokens = 17 },
            new ModelCandidate { Name = new("c"), Model = new("m") },
        ];
        Assert.Equal(Declared<Candidate>().Length, candidates.Select(candidate => candidate.GetType()).Distinct().Count());
        var definition = new SuiteDefinition { Name = new("s"), Description = "d", Seed = -3, Candidates = [.. candidates], Judges = [.. Judges.Values], Slices = [SliceKey.Of("category"), SliceKey.Of("metadata.channel")] };
        Assert.Equal(
            JsonSerializer.Serialize(definition, EvaluationJson.Plain.SuiteDefinition),
            JsonSerializer.Serialize(definition.ToProto().ToDomain(), EvaluationJson.Plain.SuiteDefinition));
    }

    [Fact]
    public void AnExhibitSurvivesTheWire()
    {
        var exhibit = new Exhibit
        {
            Case = new Case
            {
                Id = new("c-1"),
                Turns = [
                    new Turn { Messages = [new Message(Role.System, "s"), new Message(Role.User, "u\u0001😀"), new Message(Role.Assistant, "a"), new Message(Role.User, "")], References = ["r", "r2"] },
                    new Turn { Messages = [new Message(Role.User, "again")] }],
                Category = "refunds", Tags = ["t", "u"], Cluster = "k",
                Metadata = new Dictionary<string, string> { ["a"] = "1", ["B"] = "" }.ToImmutableSortedDictionary(StringComparer.Ordinal),
            },
            Recorded = new Dictionary<CandidateName, ImmutableArray<string>> { [new("a")] = ["x", "y"], [new("b")] = ["", "z"] }.ToImmutableSortedDictionary(),
        };
        Assert.Equal(JsonSerializer.Serialize(exhibit, EvaluationJson.Plain.Exhibit), JsonSerializer.Serialize(exhibit.ToProto().ToDomain(), EvaluationJson.Plain.Exhibit));
    }

    [Fact]
    public void EveryReasonAndStatusHasOneNameOnTheWire()
    {
        foreach (var reason in Enum.GetValues<Reason>())
        {
            Assert.Equal(reason.ToString(), reason.ToProto().ToString());
            Assert.Equal(reason, reason.ToProto().ToDomain());
        }

        Assert.Equal(Enum.GetValues<Reason>().Length, Enum.GetValues<V1.Reason>().Length - 1);
        foreach (var status in Enum.GetValues<Evaluation.Runs.RunStatus>())
        {
            Assert.Equal(status.ToString(), status.ToProto().ToString());
            Assert.Equal(status, status.ToProto().ToDomain());
        }
    }

    private static string[] Declared<T>() => [.. typeof(T).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(kind => (string)kind.TypeDiscriminator!)];

    private static string Json(Judge judge) => JsonSerializer.Serialize(judge, EvaluationJson.Plain.Judge);
}
