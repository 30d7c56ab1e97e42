using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Suites;

/// <summary>How a file of cases or responses is written.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileFormat>))]
internal enum FileFormat
{
    Jsonl,
    Csv,
    [JsonStringEnumMemberName("mt-bench")]
    MtBench,
    [JsonStringEnumMemberName("openai-evals")]
    OpenAiEvals,
}

/// <summary>The field <c>cases</c> of a suite document, where it is a group of fields.</summary>
internal sealed record CasesSection
{
    public string? File { get; init; }

    public FileFormat? Format { get; init; }

    /// <summary>Which column holds what.</summary>
    public ImmutableSortedDictionary<string, string>? Columns { get; init; }

    /// <summary>The file of questions, in MT-Bench's form.</summary>
    public string? Questions { get; init; }

    /// <summary>The file of reference answers, in MT-Bench's form.</summary>
    public string? References { get; init; }
}

/// <summary>The field <c>responses</c> of a recorded candidate, where it is a group of fields.</summary>
internal sealed record ResponsesSection
{
    public required string File { get; init; }

    public FileFormat? Format { get; init; }

    public ImmutableSortedDictionary<string, string>? Columns { get; init; }
}

/// <summary>A text, a number, true or false, as it was written: what other programs put into metadata.</summary>
internal readonly record struct Mark(string Text);

/// <summary>A case as one line of a file, or as one entry of a document.</summary>
internal sealed record CaseLine
{
    public required string Id { get; init; }

    public string? Category { get; init; }

    public ImmutableArray<string>? Tags { get; init; }

    public string? Cluster { get; init; }

    /// <summary>What the cases can be split by; a number or a truth is taken as it is written.</summary>
    public ImmutableSortedDictionary<string, Mark>? Metadata { get; init; }

    public ImmutableArray<TurnLine>? Turns { get; init; }

    /// <summary>What the user says, where the case has one turn.</summary>
    public string? Input { get; init; }

    public string? System { get; init; }

    public string? Reference { get; init; }

    public ImmutableArray<string>? References { get; init; }
}

/// <summary>A turn of a case line: a user's message, or messages with roles.</summary>
internal sealed record TurnLine
{
    public string? User { get; init; }

    public string? System { get; init; }

    public ImmutableArray<Message>? Messages { get; init; }

    public string? Reference { get; init; }

    public ImmutableArray<string>? References { get; init; }
}

/// <summary>A response as one line of a file.</summary>
internal sealed record ResponseLine
{
    public required string Id { get; init; }

    public ImmutableArray<string>? Turns { get; init; }

    /// <summary>The response, where the case has one turn.</summary>
    public string? Response { get; init; }
}

/// <summary>A line of MT-Bench's <c>question.jsonl</c>.</summary>
internal sealed record MtBenchQuestion
{
    [JsonPropertyName("question_id")]
    public required string QuestionId { get; init; }

    public string? Category { get; init; }

    public required ImmutableArray<string> Turns { get; init; }

    public ImmutableArray<string>? Reference { get; init; }
}

/// <summary>A line of MT-Bench's <c>model_answer</c> and <c>reference_answer</c> files.</summary>
internal sealed record MtBenchAnswer
{
    [JsonPropertyName("question_id")]
    public required string QuestionId { get; init; }

    public required ImmutableArray<MtBenchChoice> Choices { get; init; }
}

/// <summary>One of the answers that a model gave to the same question.</summary>
internal sealed record MtBenchChoice
{
    public required ImmutableArray<string> Turns { get; init; }
}

/// <summary>What the parts of a suite's files look like; values are taken from their nodes, which know their lines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CasesSection))]
[JsonSerializable(typeof(ResponsesSection))]
[JsonSerializable(typeof(CaseLine))]
[JsonSerializable(typeof(ResponseLine))]
[JsonSerializable(typeof(MtBenchQuestion))]
[JsonSerializable(typeof(MtBenchAnswer))]
internal sealed partial class SectionShapes : JsonSerializerContext
{
    /// <summary>The shape of one of the parts.</summary>
    public static Shape Of<T>() => Shape.Of(typeof(T), Default.Options);
}
