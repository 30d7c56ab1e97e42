using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Judges;

/// <summary>One value of a verdict: a number on a scale, or one of some words, which then counts by its position.</summary>
internal sealed record VerdictField(string Name, Scale? Scale, ImmutableArray<string> Words);

/// <summary>What was found in a model's reply.</summary>
internal abstract record VerdictReading
{
    /// <summary>One value per field, all on their scales.</summary>
    public sealed record Given(ImmutableArray<double> Values, string? Explanation) : VerdictReading;

    /// <summary>A reply without a valid verdict; asking again may help.</summary>
    public sealed record Unreadable(Reason Reason, string Detail) : VerdictReading;

    /// <summary>No reply to read; asking again would not help.</summary>
    public sealed record Absent(Reason Reason, string Detail) : VerdictReading;
}

/// <summary>
/// The form a model's verdict must have to count. Both forms ask for the explanation first, and for a word that no author of a judged text can know, so that nothing
/// a judge quotes is ever taken for its verdict: the sealed form (<see cref="SealedReply"/>) where the provider enforces a schema, else the marked line (<see cref="MarkedLine"/>).
/// </summary>
internal sealed class VerdictForm
{
    public const string Explanation = "explanation";
    public const string Seal = "seal";

    public const int LongestDetail = 200;
    private const int MostListed = 101;

    private static readonly ImmutableArray<string> Sides = ["A", "B", "tie"];

    private readonly Lazy<ReplySchema> schema;

    private VerdictForm(ImmutableArray<VerdictField> fields)
    {
        Fields = fields;
        Blank = string.Join("; ", fields.Select(field => $"{field.Name}=<value>"));
        schema = new(() => new ReplySchema("verdict", WriteSchema(fields)));
    }

    public ImmutableArray<VerdictField> Fields { get; }

    /// <summary>The values of a marked line before they are filled in; the angle brackets keep it from ever being a verdict.</summary>
    public string Blank { get; }

    /// <summary>One text for all trials of a judge: providers compile schemas, and keep the compiled ones by their text.</summary>
    public ReplySchema Schema => schema.Value;

    public static VerdictForm Scores(ImmutableArray<Criterion> criteria) => new([.. criteria.Select(each => new VerdictField(each.Name.Value, each.Scale, []))]);

    /// <summary>One field, <c>better</c>, whose value is a <see cref="Preference"/> of A, B or Tie by its number.</summary>
    public static VerdictForm Better() => new([new VerdictField("better", null, Sides)]);

    public VerdictReading Read(Completion completion, Nonce nonce, bool isSealed)
    {
        switch (completion)
        {
            case Completion.Failed failed:
                return new VerdictReading.Absent(failed.Reason, Material.Line($"the judge's model did not answer: {failed.Detail}", LongestDetail));
            case Completion.Replied { FinishReason: "content_filter" }:
                return new VerdictReading.Absent(Reason.ContentFilter, "the judge's reply was stopped by the provider's content filter");
            case Completion.Replied { FinishReason: "refusal" } refusal:
                return new VerdictReading.Absent(Reason.Refused, Material.Line($"the judge's model declined: {refusal.Text}", LongestDetail));
            case Completion.Replied replied:
                return Read(replied, nonce, isSealed);
            default:
                throw new ArgumentOutOfRangeException(nameof(completion));
        }
    }

    private VerdictReading Read(Completion.Replied reply, Nonce nonce, bool isSealed)
    {
        var reading = isSealed ? SealedReply.Read(this, reply.Text, nonce) : MarkedLine.Read(this, reply.Text, nonce);
        if (reply.FinishReason == "length")
        {
            // A line that was cut off may read as a valid one: "score=10" as "score=1". An object that was cut off never does.
            reading = reading switch
            {
                VerdictReading.Unreadable cut => cut with { Detail = $"the reply was cut off at the model's length limit: {cut.Detail}" },
                VerdictReading.Given when !isSealed => new VerdictReading.Unreadable(Reason.Unparsed, "the reply was cut off at the model's length limit, in its last line"),
                _ => reading,
            };
        }

        return reading is VerdictReading.Unreadable unreadable ? unreadable with { Detail = Material.Line(unreadable.Detail, LongestDetail) } : reading;
    }

    /// <summary>The values as a reading, or the first that is off its scale.</summary>
    public VerdictReading OnScale(ImmutableArray<double> values, string? explanation)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (Fields[i].Scale is { } scale && !scale.Contains(values[i]))
            {
                return new VerdictReading.Unreadable(Reason.OutOfRange, FormattableString.Invariant($"{Fields[i].Name} is {values[i]}, and its scale is {scale.Words()}"));
            }
        }

        return new VerdictReading.Given(values, string.IsNullOrWhiteSpace(explanation) ? null : explanation);
    }

    private static string WriteSchema(ImmutableArray<VerdictField> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "object");
            json.WriteStartObject("properties");
            WriteText(json, Explanation);
            foreach (var field in fields)
            {
                json.WriteStartObject(field.Name);
                WriteValues(json, field);
                json.WriteEndObject();
            }

            WriteText(json, Seal);
            json.WriteEndObject();
            json.WriteStartArray("required");
            json.WriteStringValue(Explanation);
            foreach (var field in fields)
            {
                json.WriteStringValue(field.Name);
            }

            json.WriteStringValue(Seal);
            json.WriteEndArray();
            json.WriteBoolean("additionalProperties", false);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteText(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "string");
        json.WriteEndObject();
    }

    // A list where it is short: every provider enforces lists, not every one enforces ends.
    private static void WriteValues(Utf8JsonWriter json, VerdictField field)
    {
        if (field.Scale is not { } scale)
        {
            json.WriteString("type", "string");
            json.WriteStartArray("enum");
            foreach (var word in field.Words)
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
            return;
        }

        var whole = scale.Step > 0 && double.IsInteger(scale.Step) && double.IsInteger(scale.Min);
        json.WriteString("type", whole ? "integer" : "number");
        var levels = scale.Step > 0 ? Math.Round((scale.Max - scale.Min) / scale.Step) + 1 : double.PositiveInfinity;
        if (levels > MostListed)
        {
            json.WriteNumber("minimum", scale.Min);
            json.WriteNumber("maximum", scale.Max);
            return;
        }

        json.WriteStartArray("enum");
        for (var level = 0; level < levels; level++)
        {
            json.WriteNumberValue(Math.Round(scale.Min + level * scale.Step, 9));
        }

        json.WriteEndArray();
    }
}
