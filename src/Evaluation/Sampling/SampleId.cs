using System.Text.Json.Serialization;

namespace Assize.Evaluation.Sampling;

/// <summary>What makes a judged sample the same one when it is delivered again: a trace or conversation id with whatever tells its parts apart.</summary>
[JsonConverter(typeof(NameConverter<SampleId>))]
public readonly record struct SampleId(string Value) : IName<SampleId>, IComparable<SampleId>
{
    public static SampleId Of(string value) => new(value);

    public int CompareTo(SampleId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>What makes one sampler's draws independent of another's; contains no <c>|</c>, which separates it from the key.</summary>
[JsonConverter(typeof(NameConverter<Salt>))]
public readonly record struct Salt : IName<Salt>
{
    public Salt(string value) => Value = value.Contains('|', StringComparison.Ordinal)
        ? throw new EvaluationException([new Mistake($"The salt '{value}' contains '|', which separates a salt from a key.", "Choose another character.")])
        : value;

    public string Value { get; }

    public static Salt Of(string value) => new(value);

    public override string ToString() => Value;
}
