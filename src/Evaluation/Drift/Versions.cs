using System.Text.Json.Serialization;

namespace Assize.Evaluation.Drift;

/// <summary>What a baseline is called.</summary>
[JsonConverter(typeof(NameConverter<BaselineId>))]
public readonly record struct BaselineId(string Value) : IName<BaselineId>
{
    public static BaselineId Of(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>Which judge gave a score: model and settings, by name or by fingerprint. Scores of two versions are comparable only across a bridge.</summary>
[JsonConverter(typeof(NameConverter<JudgeVersion>))]
public readonly record struct JudgeVersion(string Value) : IName<JudgeVersion>
{
    public static JudgeVersion Of(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>The hash of the rubric that was judged by.</summary>
[JsonConverter(typeof(NameConverter<RubricHash>))]
public readonly record struct RubricHash(string Value) : IName<RubricHash>
{
    public static RubricHash Of(string value) => new(value);

    public override string ToString() => Value;
}
