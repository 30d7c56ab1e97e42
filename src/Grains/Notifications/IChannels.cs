using System.Collections.Immutable;
using Assize.Evaluation.Notifications;

namespace Assize.Grains.Notifications;

/// <summary>The channels of notifications that an operator declared for this process: the boundary behind which somebody outside is told.</summary>
public interface IChannels
{
    ImmutableArray<NotificationChannel> Declared { get; }

    RetryTimes Retry { get; }

    /// <summary>Tells once, without retrying; never throws for what happens outside.</summary>
    /// <returns>Null when it was taken; otherwise why not, without anything secret.</returns>
    Task<string?> Send(Notice notice, CancellationToken cancellation);
}

/// <summary>No channels at all.</summary>
internal sealed class NoChannels : IChannels
{
    public ImmutableArray<NotificationChannel> Declared => [];

    public RetryTimes Retry { get; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10), TimeSpan.FromHours(24));

    public Task<string?> Send(Notice notice, CancellationToken cancellation) => Task.FromResult<string?>("No channel is declared.");
}
