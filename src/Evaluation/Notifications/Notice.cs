using System.Text.Json.Serialization;

namespace Assize.Evaluation.Notifications;

/// <summary>One notification on its way to one channel. Its id and its text are fixed when its alarm changes, so that whoever gets it twice knows it again.</summary>
/// <param name="Id">Of the alarm and what happened to it, the same for all channels and attempts.</param>
/// <param name="Channel">Where it goes.</param>
/// <param name="Alarm">The alarm's number in its monitor.</param>
/// <param name="Event">What happened: opened, verdict, acknowledged, resolved.</param>
/// <param name="Body">The JSON text that is sent.</param>
/// <param name="Since">When it happened.</param>
public sealed record Notice(string Id, NotificationChannel Channel, long Alarm, string Event, string Body, DateTimeOffset Since)
{
    /// <summary>Attempts that failed.</summary>
    public int Failures { get; init; }

    /// <summary>Before this it is not tried again; null before the first attempt.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Why the last attempt failed; null before any failed.</summary>
    public string? Why { get; init; }

    /// <summary>Whether both are the same notification to the same channel.</summary>
    public bool Same(Notice other) => Id == other.Id && Channel == other.Channel;

    [JsonIgnore]
    public bool Failing => Failures > 0;
}
