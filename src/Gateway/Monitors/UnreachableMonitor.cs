using Assize.Evaluation.Monitors;
using Assize.Gateway.Traffic;
using Assize.Gateway.Translation;
using Assize.Grains;

namespace Assize.Gateway.Monitors;

/// <summary>A monitor that does not say how it stands: it is shown by its definition, with what is wrong and what can be done.</summary>
internal static class UnreachableMonitor
{
    /// <summary>What to do where stored state cannot be read.</summary>
    public const string Remedy = "Put it back from a backup, start the version that wrote it, or give it up: assize monitor delete NAME.";

    public static V1.Monitor Of(MonitorEntry entry, Exception failed, SetApart? apart, TimeSpan every)
    {
        var unreadable = UnreadableStateException.In(failed);
        var monitor = new V1.Monitor
        {
            Definition = entry.Definition.ToProto(),
            Revision = entry.Revision,
            State = V1.MonitorState.Unreachable,
            Troubles = { $"It does not say how it stands: {(unreadable ?? failed.GetBaseException()).Message}. {(unreadable is null ? "The logs of the silos say more." : Remedy.Replace("NAME", entry.Name.Value, StringComparison.Ordinal))}" },
        };
        if (apart is not null)
        {
            monitor.Troubles.Add(apart.Sentence(every));
        }

        return monitor;
    }
}
