using System.Text.Json.Serialization;

namespace Assize.Evaluation.Notifications;

/// <summary>What the operator calls a place where notifications go; its address and its secret are known to the silos alone.</summary>
[JsonConverter(typeof(NameConverter<NotificationChannel>))]
public readonly record struct NotificationChannel(string Value) : IName<NotificationChannel>, IComparable<NotificationChannel>
{
    public static NotificationChannel Of(string value) => new(value);

    public int CompareTo(NotificationChannel other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>The channels that the operator declared.</summary>
public sealed record NotificationChannels(System.Collections.Immutable.ImmutableArray<NotificationChannel> Names);
