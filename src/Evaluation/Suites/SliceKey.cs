using System.Text.Json.Serialization;

namespace Assize.Evaluation.Suites;

/// <summary>What results are split by: <c>category</c>, <c>tag</c>, or <c>metadata.KEY</c>.</summary>
[JsonConverter(typeof(NameConverter<SliceKey>))]
public readonly record struct SliceKey(string Value) : IName<SliceKey>, IComparable<SliceKey>
{
    private const string MetadataPrefix = "metadata.";

    /// <summary>A key has no <c>=</c>, which separates it from its values: the slices of two keys could have one name.</summary>
    public bool IsValid => Value is "category" or "tag" || (Value.StartsWith(MetadataPrefix, StringComparison.Ordinal) && Value.Length > MetadataPrefix.Length && !Value.Contains('=', StringComparison.Ordinal));

    /// <summary>What the key's slices are called by: a metadata key by itself, unless it would be taken for the category or the tags.</summary>
    public string Label => Value.StartsWith(MetadataPrefix, StringComparison.Ordinal) && Value[MetadataPrefix.Length..] is var key and not ("category" or "tag") ? key : Value;

    public static SliceKey Of(string value) => new(value);

    /// <summary>The slices a case lies in, as in <c>category=refunds</c>; a case with several tags lies in several.</summary>
    public IEnumerable<Slice> Of(Case @case)
    {
        if (Value == "category")
        {
            return @case.Category is null ? [] : [new Slice($"category={@case.Category}")];
        }

        if (Value == "tag")
        {
            return @case.Tags.Select(tag => new Slice($"tag={tag}"));
        }

        return @case.Metadata.TryGetValue(Value[MetadataPrefix.Length..], out var value) ? [new Slice($"{Label}={value}")] : [];
    }

    /// <summary>The keys that a case could be split by.</summary>
    public static IEnumerable<string> Splitting(Case @case) =>
        [.. @case.Category is null ? Array.Empty<string>() : ["category"], .. @case.Tags.IsEmpty ? Array.Empty<string>() : ["tag"], .. @case.Metadata.Keys.Select(key => MetadataPrefix + key)];

    /// <summary>Whether a slice is one of this key's.</summary>
    public bool Makes(Slice slice) => slice.Value.StartsWith(Label + "=", StringComparison.Ordinal);

    public int CompareTo(SliceKey other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>A part of the cases, named by what they share.</summary>
[JsonConverter(typeof(NameConverter<Slice>))]
public readonly record struct Slice(string Value) : IName<Slice>, IComparable<Slice>
{
    /// <summary>All cases.</summary>
    public static Slice All { get; } = new("all");

    public static Slice Of(string value) => new(value);

    public int CompareTo(Slice other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
