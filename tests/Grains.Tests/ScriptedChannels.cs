using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assize.Evaluation.Notifications;
using Assize.Grains.Notifications;

namespace Assize.Grains.Tests;

/// <summary>Channels that take or refuse what a test wants them to, by the channel's name; they note everything that they are told.</summary>
internal sealed class ScriptedChannels : IChannels
{
    private readonly ConcurrentDictionary<string, ImmutableList<Notice>> told = new();
    private readonly ConcurrentDictionary<string, Func<int, Task<string?>>> answers = new();

    public ImmutableArray<NotificationChannel> Declared => [new("pager"), new("chat")];

    public RetryTimes Retry { get; } = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));

    /// <summary>What a channel says to an attempt, by how many there were before: null takes it.</summary>
    public void Answer(string channel, Func<int, Task<string?>> answer) => answers[channel] = answer;

    /// <summary>Every attempt at a channel, in order.</summary>
    public ImmutableList<Notice> Told(string channel) => told.GetValueOrDefault(channel, []);

    public async Task<string?> Send(Notice notice, CancellationToken cancellation)
    {
        var before = told.AddOrUpdate(notice.Channel.Value, [notice], (_, all) => all.Add(notice)).Count - 1;
        return answers.TryGetValue(notice.Channel.Value, out var answer) ? await answer(before).WaitAsync(cancellation) : null;
    }
}
