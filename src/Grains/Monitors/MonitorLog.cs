using Microsoft.Extensions.Logging;

namespace Assize.Grains.Monitors;

/// <summary>What monitors say in the log; never a text of an interaction.</summary>
internal static partial class MonitorLog
{
    [LoggerMessage(1, LogLevel.Warning, "Monitor {Monitor} was interrupted while judging and tries again: {Why}")]
    public static partial void Interrupted(ILogger log, Exception exception, string monitor, string why);

    [LoggerMessage(3, LogLevel.Warning, "Monitor {Monitor} could not be looked after and tries again: {Why}")]
    public static partial void Untended(ILogger log, string monitor, string why);

    [LoggerMessage(4, LogLevel.Warning, "Channel {Channel} did not take notification {Notice}, attempt {Attempt}: {Why}")]
    public static partial void NotTold(ILogger log, string channel, string notice, int attempt, string why);

    [LoggerMessage(2, LogLevel.Warning, "Monitors could not be put back to work; the next reminder tries again: {Why}")]
    public static partial void NotYet(ILogger log, string why);
}
