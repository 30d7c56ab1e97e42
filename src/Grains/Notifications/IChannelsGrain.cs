using Assize.Evaluation.Notifications;
using Orleans.Concurrency;

namespace Assize.Grains.Notifications;

/// <summary>The channels that the operator declared, for a gateway to check definitions by.</summary>
[Alias("assize.channels")]
public interface IChannelsGrain : IGrainWithStringKey
{
    [Alias("Names")]
    Task<NotificationChannels> Names();
}

[StatelessWorker]
[GrainType("channels")]
internal sealed class ChannelsGrain(IChannels channels) : Grain, IChannelsGrain
{
    public Task<NotificationChannels> Names() => Task.FromResult(new NotificationChannels(channels.Declared));
}
