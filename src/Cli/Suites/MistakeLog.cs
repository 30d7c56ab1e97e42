using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;

namespace Assize.Cli.Suites;

/// <summary>All mistakes of a suite's files; the first ones found are kept, and told file by file in the order of their lines; the others are counted.</summary>
internal sealed class MistakeLog
{
    public const int Kept = 200;

    private readonly ImmutableArray<Mistake>.Builder kept = ImmutableArray.CreateBuilder<Mistake>();

    public long Count { get; private set; }

    /// <summary>Whether another mistake would only be counted.</summary>
    public bool Full => Count >= Kept;

    public void Add(Mistake mistake)
    {
        if (!Full)
        {
            kept.Add(mistake);
        }

        Count++;
    }

    /// <summary>Counts mistakes that nobody wrote down.</summary>
    public void AddMore(long count) => Count += count;

    public void ThrowIfAny()
    {
        if (Count == 0)
        {
            return;
        }

        var files = kept.Select(mistake => mistake.File).Distinct().ToList();
        var told = kept.OrderBy(mistake => files.IndexOf(mistake.File)).ThenBy(mistake => mistake.Line ?? int.MaxValue).ToList();
        if (Count > kept.Count)
        {
            told.Add(new Mistake(string.Create(CultureInfo.InvariantCulture, $"and {Count - kept.Count:N0} more.")));
        }

        throw new EvaluationException([.. told]);
    }
}

/// <summary>The reading of one file: where its mistakes go, and what they say of their place.</summary>
internal sealed class Reading(string file, MistakeLog log)
{
    private readonly HashSet<string> fields = new(StringComparer.Ordinal);

    public string File => file;

    /// <summary>Whether the file follows somebody else's form: fields not known here are left alone, and a number may stand for a text.</summary>
    public bool Foreign { get; set; }

    /// <summary>The case that is being read, once its id is known.</summary>
    public CaseId? Case { get; set; }

    /// <summary>Mistakes in this file so far.</summary>
    public long Count { get; private set; }

    public void Note(int? line, string? field, string what, string? suggestion = null) =>
        Note(new Mistake(what, suggestion) { Line = line, Field = string.IsNullOrEmpty(field) ? null : field });

    /// <summary>A mistake that knows its line, if any, but neither the file nor, perhaps, the case.</summary>
    public void Note(Mistake mistake)
    {
        Count++;
        if (!log.Full && mistake.Field is { } field)
        {
            fields.Add(field);
        }

        log.Add(mistake with { File = file, Case = mistake.Case ?? Case });
    }

    /// <summary>A part that is wrong and about which a mistake was noted when it was read.</summary>
    public void Skip(string field)
    {
        Count++;
        fields.Add(field);
    }

    /// <summary>Whether something is wrong with the field or inside it.</summary>
    public bool Wrong(string field) => fields.Any(wrong =>
        wrong.StartsWith(field, StringComparison.Ordinal) && (wrong.Length == field.Length || wrong[field.Length] is '.' or '['));
}
