namespace Assize.Silo.Notifications;

/// <summary>How notifications are sent; section <c>Notifications</c> of the configuration.</summary>
public sealed record NotificationOptions
{
    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait before the second attempt; it doubles with every further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait between two attempts, at most.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a channel is offered a notification until it is given up.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>A channel as the operator declares it: section <c>Notifications:Channels:NAME</c>.</summary>
public sealed record ChannelOptions
{
    /// <summary>Where notifications are posted: an http or https address.</summary>
    public string? Url { get; init; }

    /// <summary>Never used: a secret in configuration ends up in logs and backups.</summary>
    public string? Secret { get; init; }

    /// <summary>The environment variable that holds the secret by which notifications are signed.</summary>
    public string? SecretEnvironment { get; init; }

    /// <summary>The file that holds it.</summary>
    public string? SecretFile { get; init; }
}
