using System.Collections.Immutable;
using System.Text.Json;
using Assize.Evaluation;
using Assize.Evaluation.Judges;

namespace Assize.Gateway.Translation;

/// <summary>Judges between the API's messages and the domain: a new judge is one message in judges.proto and one line in each direction here.</summary>
public static class JudgeTranslation
{
    public static V1.Judge ToProto(this Judge judge)
    {
        var message = new V1.Judge { Name = judge.Name.Value, Where = judge.Where is null ? null : ToProto(judge.Where) };
        switch (judge)
        {
            case ScoreJudge score: message.Score = ToProto(score); break;
            case PanelJudge panel: message.Panel = PanelTranslation.ToProto(panel, ToProto(panel.Per), panel.Asked.Select(ToProto)); break;
            case PairwiseJudge pairwise: message.Pairwise = ToProto(pairwise); break;
            case ExactJudge exact: message.Exact = new() { Expected = Expected(exact), IgnoreCase = exact.IgnoreCase, Trim = exact.Trim }; break;
            case ContainsJudge contains:
                message.Contains = new() { Expected = Expected(contains), IgnoreCase = contains.IgnoreCase, Mode = ToProto(contains.Mode), Negate = contains.Negate };
                break;
            case RegexJudge regex:
                message.Regex = new() { Pattern = regex.Pattern, IgnoreCase = regex.IgnoreCase, Negate = regex.Negate, Per = ToProto(regex.Per) };
                break;
            case NumberJudge number:
                message.Number = new() { Expected = Expected(number), Tolerance = number.Tolerance, RelativeTolerance = number.RelativeTolerance };
                break;
            case JsonJudge json: message.Json = ToProto(json); break;
            default: throw new NotSupportedException($"judges of type {judge.GetType().Name} have no message yet");
        }

        return message;
    }

    public static Judge ToDomain(this V1.Judge judge)
    {
        var name = new JudgeName(judge.Name);
        var where = judge.Where is null ? null : ToDomain(judge.Where);
        return judge.KindCase switch
        {
            V1.Judge.KindOneofCase.Score => new ScoreJudge
            {
                Name = name, Where = where, Model = new(judge.Score.Model), Per = ToDomain(judge.Score.Per),
                Asked = [.. judge.Score.Criteria.Select(ToDomain)],
                Instructions = judge.Score.HasInstructions ? judge.Score.Instructions : null,
            },
            V1.Judge.KindOneofCase.Panel => new PanelJudge
            {
                Name = name, Where = where, Members = [.. judge.Panel.Members.Select(member => new ModelName(member))], Per = ToDomain(judge.Panel.Per),
                Asked = [.. judge.Panel.Criteria.Select(ToDomain)],
                Instructions = judge.Panel.HasInstructions ? judge.Panel.Instructions : null,
                Rule = PanelTranslation.ToDomain(judge.Panel.Rule), Quorum = judge.Panel.HasQuorum ? judge.Panel.Quorum : null,
            },
            V1.Judge.KindOneofCase.Pairwise => new PairwiseJudge
            {
                Name = name, Where = where, Model = new(judge.Pairwise.Model), Per = ToDomain(judge.Pairwise.Per),
                Question = judge.Pairwise.HasQuestion ? judge.Pairwise.Question : null,
                Instructions = judge.Pairwise.HasInstructions ? judge.Pairwise.Instructions : null,
                Baseline = judge.Pairwise.HasBaseline ? new CandidateName(judge.Pairwise.Baseline) : null,
            },
            V1.Judge.KindOneofCase.Exact => new ExactJudge
            {
                Name = name, Where = where, From = From(judge.Exact.Expected), Values = Values(judge.Exact.Expected), Per = Per(judge.Exact.Expected),
                IgnoreCase = judge.Exact.IgnoreCase, Trim = !judge.Exact.HasTrim || judge.Exact.Trim,
            },
            V1.Judge.KindOneofCase.Contains => new ContainsJudge
            {
                Name = name, Where = where, From = From(judge.Contains.Expected), Values = Values(judge.Contains.Expected), Per = Per(judge.Contains.Expected),
                IgnoreCase = !judge.Contains.HasIgnoreCase || judge.Contains.IgnoreCase,
                Mode = judge.Contains.Mode is V1.ContainsMode.All ? ContainsMode.All : ContainsMode.Any,
                Negate = judge.Contains.Negate,
            },
            V1.Judge.KindOneofCase.Regex => new RegexJudge
            {
                Name = name, Where = where, Pattern = judge.Regex.Pattern, IgnoreCase = judge.Regex.IgnoreCase, Negate = judge.Regex.Negate, Per = ToDomain(judge.Regex.Per),
            },
            V1.Judge.KindOneofCase.Number => new NumberJudge
            {
                Name = name, Where = where, From = From(judge.Number.Expected), Values = Values(judge.Number.Expected), Per = Per(judge.Number.Expected),
                Tolerance = judge.Number.Tolerance, RelativeTolerance = judge.Number.RelativeTolerance,
            },
            V1.Judge.KindOneofCase.Json => new JsonJudge
            {
                Name = name, Where = where, From = From(judge.Json.Expected), Values = Values(judge.Json.Expected), Per = Per(judge.Json.Expected),
                Schema = judge.Json.HasSchema ? Schema(judge.Name, judge.Json.Schema) : null,
                Compares = !judge.Json.HasCompare || judge.Json.Compare,
            },
            _ => throw new EvaluationException($"Judge '{judge.Name}' does not say what kind of judge it is."),
        };
    }

    public static V1.Scale ToProto(Scale scale) => new() { Min = scale.Min, Max = scale.Max, Step = scale.Step };

    public static Scale ToDomain(V1.Scale? scale) => scale is null
        ? throw new EvaluationException("A criterion has no scale.")
        : new Scale(scale.Min, scale.Max, scale.HasStep ? scale.Step : 1);

    private static V1.ScoreJudge ToProto(ScoreJudge judge)
    {
        var message = new V1.ScoreJudge { Model = judge.Model.Value, Per = ToProto(judge.Per), Criteria = { judge.Asked.Select(ToProto) } };
        if (judge.Instructions is not null)
        {
            message.Instructions = judge.Instructions;
        }

        return message;
    }

    private static V1.PairwiseJudge ToProto(PairwiseJudge judge)
    {
        var message = new V1.PairwiseJudge { Model = judge.Model.Value, Per = ToProto(judge.Per) };
        if (judge.Question is not null)
        {
            message.Question = judge.Question;
        }

        if (judge.Instructions is not null)
        {
            message.Instructions = judge.Instructions;
        }

        if (judge.Baseline is { } baseline)
        {
            message.Baseline = baseline.Value;
        }

        return message;
    }

    private static V1.JsonJudge ToProto(JsonJudge judge)
    {
        var message = new V1.JsonJudge { Expected = Expected(judge), Compare = judge.Compares };
        if (judge.Schema is { } schema)
        {
            message.Schema = schema.GetRawText();
        }

        return message;
    }

    private static V1.Criterion ToProto(Criterion criterion)
    {
        var message = new V1.Criterion { Name = criterion.Name.Value, Scale = ToProto(criterion.Scale), Levels = { criterion.Levels } };
        if (criterion.Question is not null)
        {
            message.Question = criterion.Question;
        }

        return message;
    }

    private static Criterion ToDomain(V1.Criterion criterion) => new()
    {
        Name = new(criterion.Name),
        Question = criterion.HasQuestion ? criterion.Question : null,
        Scale = ToDomain(criterion.Scale),
        Levels = criterion.Levels.ToImmutableSortedDictionary(),
    };

    private static V1.CaseFilter ToProto(CaseFilter filter)
    {
        var message = new V1.CaseFilter();
        if (filter.Category is not null)
        {
            message.Category = filter.Category;
        }

        if (filter.Tag is not null)
        {
            message.Tag = filter.Tag;
        }

        if (filter.Metadata is not null)
        {
            message.Metadata = filter.Metadata;
        }

        return message;
    }

    private static CaseFilter ToDomain(V1.CaseFilter filter) => new()
    {
        Category = filter.HasCategory ? filter.Category : null,
        Tag = filter.HasTag ? filter.Tag : null,
        Metadata = filter.HasMetadata ? filter.Metadata : null,
    };

    private static V1.Expected Expected(ComparingJudge judge)
    {
        var message = new V1.Expected { Values = { judge.Values }, Per = ToProto(judge.Per) };
        if (judge.From is not null)
        {
            message.From = judge.From;
        }

        return message;
    }

    private static string? From(V1.Expected? expected) => expected is { HasFrom: true } ? expected.From : null;

    private static ImmutableArray<string> Values(V1.Expected? expected) => expected is null ? [] : [.. expected.Values];

    private static JudgeScope Per(V1.Expected? expected) => ToDomain(expected?.Per ?? V1.JudgeScope.Unspecified);

    private static V1.JudgeScope ToProto(JudgeScope scope) => scope is JudgeScope.Turn ? V1.JudgeScope.Turn : V1.JudgeScope.Conversation;

    private static JudgeScope ToDomain(V1.JudgeScope scope) => scope is V1.JudgeScope.Turn ? JudgeScope.Turn : JudgeScope.Conversation;

    private static V1.ContainsMode ToProto(ContainsMode mode) => mode is ContainsMode.All ? V1.ContainsMode.All : V1.ContainsMode.Any;

    private static JsonElement Schema(string judge, string schema)
    {
        try
        {
            return JsonElement.Parse(schema);
        }
        catch (JsonException broken)
        {
            throw new EvaluationException([new Mistake($"The schema of judge '{judge}' is not JSON: {broken.Message}") { Field = "schema" }]);
        }
    }
}
