using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Notifications;

/// <summary>What is wrong with the channels that a monitor names.</summary>
internal static class NotifyCheck
{
    private const int Most = 10;

    /// <param name="notify">The channels that are named.</param>
    /// <param name="channels">Those that are declared; null when they are not known here, and then none is called unknown.</param>
    public static IEnumerable<Mistake> Of(ImmutableArray<NotificationChannel> notify, IReadOnlyCollection<NotificationChannel>? channels)
    {
        if (notify.Length > Most)
        {
            yield return new Mistake(string.Create(CultureInfo.InvariantCulture, $"A monitor tells at most {Most} channels.")) { Field = "notify" };
        }

        for (var i = 0; i < notify.Length; i++)
        {
            var (channel, field) = (notify[i], string.Create(CultureInfo.InvariantCulture, $"notify[{i}]"));
            if (notify.IndexOf(channel) < i)
            {
                yield return new Mistake($"The channel {Spelling.Quote(channel.Value)} is named twice.") { Field = field };
            }
            else if (channels is not null && !channels.Contains(channel))
            {
                yield return channels.Count == 0
                    ? new Mistake($"Channel {Spelling.Quote(channel.Value)} is not declared; none is.", "The operator declares channels under Notifications:Channels in the silos' configuration.") { Field = field }
                    : new Mistake($"Channel {Spelling.Quote(channel.Value)} is not declared.", Spelling.Suggest(channel.Value, [.. channels.Select(known => known.Value)], "Declared")) { Field = field };
            }
        }
    }
}
