using System.Text.Json.Serialization;

namespace Assize.Evaluation.Monitors;

/// <summary>What a tenant calls a monitor.</summary>
[JsonConverter(typeof(NameConverter<MonitorName>))]
public readonly record struct MonitorName(string Value) : IName<MonitorName>, IComparable<MonitorName>
{
    public static MonitorName Of(string value) => new(value);

    public int CompareTo(MonitorName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
