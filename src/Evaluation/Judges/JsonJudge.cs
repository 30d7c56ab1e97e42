using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Assize.Evaluation.Judges;

/// <summary>
/// Passes an answer that is JSON (one code fence around it is allowed), meets the schema if one is given, and equals an expected value: the order of an object's fields does not count,
/// numbers are compared by value (1 equals 1.0). Text that is not JSON, has a field twice, or is nested more than 64 deep fails.
/// </summary>
public sealed record JsonJudge : ComparingJudge
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private static readonly ConditionalWeakTable<JsonJudge, JsonShape> Shapes = [];

    /// <summary>A JSON schema of the keywords that <see cref="JsonShape"/> knows.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>Whether the answer must equal an expected value; otherwise only the schema counts.</summary>
    [JsonPropertyName("compare")]
    public bool Compares { get; init; } = true;

    [JsonIgnore]
    protected override bool Expects => Compares;

    public override ImmutableArray<Mistake> Check()
    {
        var mistakes = base.Check().ToBuilder();
        if (Schema is { } schema)
        {
            mistakes.AddRange(JsonShapeReader.Read(schema, "schema").Mistakes);
        }
        else if (!Compares)
        {
            mistakes.Add(new Mistake("The judge compares nothing and has no schema.", "Give `schema`, or leave out `compare: false`.") { Field = "compare" });
        }

        return mistakes.ToImmutable();
    }

    protected override Mistake? CheckExpected(string expected)
    {
        using var document = Parse(expected.AsMemory());
        return document is null ? new Mistake($"'{Material.Line(expected, 60)}' is not JSON, which judge '{Name}' needs.", "Write it as JSON, or use another judge.") : null;
    }

    protected override Verdict Compare(string answer, ImmutableArray<string> expected)
    {
        using var document = Parse(CodeFence.Strip(answer.AsMemory()));
        if (document is null)
        {
            return Passes(false, "the answer is not JSON");
        }

        try
        {
            return Compare(document.RootElement, expected);
        }
        catch (RegexMatchTimeoutException)
        {
            return Unscored(Reason.Timeout, "matching a pattern of the schema took more than a second");
        }
        catch (InvalidOperationException)
        {
            // A text inside has half a surrogate pair as an escape, which is JSON's grammar but no text.
            return Passes(false, "the answer is not JSON");
        }
    }

    private static JsonShape Shape(JsonJudge judge)
    {
        var (shape, mistakes) = JsonShapeReader.Read(judge.Schema!.Value, "schema");
        return mistakes.IsEmpty ? shape : throw new EvaluationException(mistakes);
    }

    private Verdict Compare(JsonElement answer, ImmutableArray<string> expected)
    {
        if (Schema is not null && Shapes.GetValue(this, Shape).Fault(answer, "$") is { } fault)
        {
            return Passes(false, Material.Line(fault, 200));
        }

        if (!Compares)
        {
            return Passes(true);
        }

        foreach (var value in expected)
        {
            using var wanted = Parse(value.AsMemory());
            if (wanted is not null && JsonElement.DeepEquals(answer, wanted.RootElement))
            {
                return Passes(true);
            }
        }

        return Passes(false, "the answer is JSON, but not what was expected");
    }

    private static JsonDocument? Parse(ReadOnlyMemory<char> text)
    {
        try
        {
            return JsonDocument.Parse(text, Strict);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            // The last two are how the library says that a text has half a surrogate pair.
            return null;
        }
    }
}
