using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Suites;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>Suites and cases between the API's messages and the domain.</summary>
public static class SuiteTranslation
{
    public static V1.Suite ToProto(this SuiteContents contents) => new()
    {
        Definition = contents.Definition.ToProto(),
        Version = contents.Version.Value,
        Cases = contents.Cases,
        CreateTime = Timestamp.FromDateTimeOffset(contents.Created),
    };

    public static V1.SuiteDefinition ToProto(this SuiteDefinition definition) => new()
    {
        Name = definition.Name.Value,
        Description = definition.Description ?? "",
        Seed = definition.Seed,
        Candidates = { definition.Candidates.Select(ToProto) },
        Judges = { definition.Judges.Select(JudgeTranslation.ToProto) },
        Slices = { definition.Slices.Select(slice => slice.Value) },
    };

    public static SuiteDefinition ToDomain(this V1.SuiteDefinition definition) => new()
    {
        Name = new(definition.Name),
        Description = definition.Description.Length == 0 ? null : definition.Description,
        Seed = definition.Seed,
        Candidates = [.. definition.Candidates.Select(ToDomain)],
        Judges = [.. definition.Judges.Select(JudgeTranslation.ToDomain)],
        Slices = [.. definition.Slices.Select(SliceKey.Of)],
    };

    public static V1.Candidate ToProto(this Candidate candidate) => candidate switch
    {
        RecordedCandidate => new V1.Candidate { Name = candidate.Name.Value, Recorded = new() },
        ModelCandidate model => new V1.Candidate { Name = candidate.Name.Value, Model = ToProto(model) },
        _ => throw new NotSupportedException($"candidates of type {candidate.GetType().Name} have no message yet"),
    };

    public static Candidate ToDomain(this V1.Candidate candidate) => candidate.KindCase switch
    {
        V1.Candidate.KindOneofCase.Recorded => new RecordedCandidate { Name = new(candidate.Name) },
        V1.Candidate.KindOneofCase.Model => new ModelCandidate
        {
            Name = new(candidate.Name),
            Model = new(candidate.Model.Model),
            System = candidate.Model.HasSystem ? candidate.Model.System : null,
            Template = candidate.Model.HasTemplate ? candidate.Model.Template : null,
            Temperature = candidate.Model.HasTemperature ? candidate.Model.Temperature : null,
            MaxTokens = candidate.Model.HasMaxTokens ? candidate.Model.MaxTokens : null,
        },
        _ => throw new EvaluationException($"Candidate '{candidate.Name}' says neither 'recorded' nor 'model'."),
    };

    public static V1.Exhibit ToProto(this Exhibit exhibit)
    {
        var message = new V1.Exhibit { Case = exhibit.Case.ToProto() };
        foreach (var (candidate, turns) in exhibit.Recorded)
        {
            message.Responses.Add(new V1.RecordedResponse { Candidate = candidate.Value, Turns = { turns } });
        }

        return message;
    }

    public static Exhibit ToDomain(this V1.Exhibit exhibit)
    {
        var recorded = ImmutableSortedDictionary.CreateBuilder<CandidateName, ImmutableArray<string>>(NameOrder<CandidateName>.Ordinal);
        foreach (var response in exhibit.Responses)
        {
            if (!recorded.TryAdd(new(response.Candidate), [.. response.Turns]))
            {
                throw new EvaluationException([new Mistake($"There are two responses of candidate '{response.Candidate}'.", "Send one.") { Case = new(exhibit.Case?.Id ?? "") }]);
            }
        }

        return new Exhibit
        {
            Case = (exhibit.Case ?? throw new EvaluationException("An exhibit has no case.")).ToDomain(),
            Recorded = recorded.ToImmutable(),
        };
    }

    public static V1.Case ToProto(this Case @case)
    {
        var message = new V1.Case
        {
            Id = @case.Id.Value,
            Turns = { @case.Turns.Select(ToProto) },
            Tags = { @case.Tags },
            Metadata = { @case.Metadata },
        };
        if (@case.Category is not null)
        {
            message.Category = @case.Category;
        }

        if (@case.Cluster is not null)
        {
            message.Cluster = @case.Cluster;
        }

        return message;
    }

    public static Case ToDomain(this V1.Case @case) => new()
    {
        Id = new(@case.Id),
        Turns = [.. @case.Turns.Select(ToDomain)],
        Category = @case.HasCategory ? @case.Category : null,
        Tags = [.. @case.Tags],
        Cluster = @case.HasCluster ? @case.Cluster : null,
        Metadata = @case.Metadata.Count == 0
            ? ImmutableSortedDictionary<string, string>.Empty
            : @case.Metadata.ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    public static V1.Message ToProto(this Message message) => new() { Role = ToProto(message.Role), Content = message.Content };

    public static Message ToDomain(this V1.Message message) => new(ToDomain(message.Role), message.Content);

    private static V1.Turn ToProto(Turn turn) => new() { Messages = { turn.Messages.Select(ToProto) }, References = { turn.References } };

    private static Turn ToDomain(V1.Turn turn) => new()
    {
        Messages = [.. turn.Messages.Select(ToDomain)],
        References = [.. turn.References],
    };

    private static V1.ModelCandidate ToProto(ModelCandidate model)
    {
        var message = new V1.ModelCandidate { Model = model.Model.Value };
        if (model.System is not null)
        {
            message.System = model.System;
        }

        if (model.Template is not null)
        {
            message.Template = model.Template;
        }

        if (model.Temperature is { } temperature)
        {
            message.Temperature = temperature;
        }

        if (model.MaxTokens is { } tokens)
        {
            message.MaxTokens = tokens;
        }

        return message;
    }

    private static V1.Role ToProto(Role role) => role switch
    {
        Role.System => V1.Role.System,
        Role.User => V1.Role.User,
        _ => V1.Role.Assistant,
    };

    private static Role ToDomain(V1.Role role) => role switch
    {
        V1.Role.System => Role.System,
        V1.Role.User => Role.User,
        V1.Role.Assistant => Role.Assistant,
        _ => throw new EvaluationException("A message says no role."),
    };
}
