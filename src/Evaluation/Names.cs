using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assize.Evaluation;

/// <summary>An id that is a type of its own: a suite's name can never be passed where a case's id is wanted.</summary>
public interface IName<TSelf>
    where TSelf : struct, IName<TSelf>
{
    string Value { get; }

    static abstract TSelf Of(string value);
}

[JsonConverter(typeof(NameConverter<TenantName>))]
public readonly record struct TenantName(string Value) : IName<TenantName>, IComparable<TenantName>
{
    /// <summary>The tenant of an installation that declares no others.</summary>
    public static TenantName Default { get; } = new("default");

    public static TenantName Of(string value) => new(value);

    public int CompareTo(TenantName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(NameConverter<SuiteName>))]
public readonly record struct SuiteName(string Value) : IName<SuiteName>, IComparable<SuiteName>
{
    public static SuiteName Of(string value) => new(value);

    public int CompareTo(SuiteName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>The hash of a suite's content, 64 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(NameConverter<SuiteVersion>))]
public readonly record struct SuiteVersion(string Value) : IName<SuiteVersion>, IComparable<SuiteVersion>
{
    /// <summary>The first twelve digits, for people.</summary>
    public string Short => Value.Length > 12 ? Value[..12] : Value;

    public static SuiteVersion Of(string value) => new(value);

    public int CompareTo(SuiteVersion other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(NameConverter<CaseId>))]
public readonly record struct CaseId(string Value) : IName<CaseId>, IComparable<CaseId>
{
    public static CaseId Of(string value) => new(value);

    public int CompareTo(CaseId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(NameConverter<CandidateName>))]
public readonly record struct CandidateName(string Value) : IName<CandidateName>, IComparable<CandidateName>
{
    public static CandidateName Of(string value) => new(value);

    public int CompareTo(CandidateName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(NameConverter<JudgeName>))]
public readonly record struct JudgeName(string Value) : IName<JudgeName>, IComparable<JudgeName>
{
    public static JudgeName Of(string value) => new(value);

    public int CompareTo(JudgeName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(NameConverter<CriterionName>))]
public readonly record struct CriterionName(string Value) : IName<CriterionName>, IComparable<CriterionName>
{
    public static CriterionName Of(string value) => new(value);

    public int CompareTo(CriterionName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>The name under which the operator declared a model.</summary>
[JsonConverter(typeof(NameConverter<ModelName>))]
public readonly record struct ModelName(string Value) : IName<ModelName>, IComparable<ModelName>
{
    public static ModelName Of(string value) => new(value);

    public int CompareTo(ModelName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

[JsonConverter(typeof(NameConverter<RunId>))]
public readonly record struct RunId(string Value) : IName<RunId>, IComparable<RunId>
{
    public static RunId Of(string value) => new(value);

    public int CompareTo(RunId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>The hash of everything that determines a completion: 43 characters of base64url.</summary>
[JsonConverter(typeof(NameConverter<CompletionKey>))]
public readonly record struct CompletionKey(string Value) : IName<CompletionKey>, IComparable<CompletionKey>
{
    public static CompletionKey Of(string value) => new(value);

    public int CompareTo(CompletionKey other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>Writes a name as the plain string it is, also where it is the key of a map.</summary>
public sealed class NameConverter<T> : JsonConverter<T>
    where T : struct, IName<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.Of(reader.GetString() ?? throw new JsonException($"a {typeof(T).Name} cannot be null"));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.Of(reader.GetString() ?? throw new JsonException($"a {typeof(T).Name} cannot be null"));

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);
}
