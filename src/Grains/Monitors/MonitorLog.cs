using Microsoft.Extensions.Logging;

namespace Assize.Grains.Monitors;

/// <summary>What monitors say in the log; never a text of an interaction.</summary>
internal static partial class MonitorLog
{
    [LoggerMessage(1, LogLevel.Warning, "Monitor {Monitor} was interrupted while judging and tries again: {Why}")]
    public static partial void Interrupted(ILogger log, Exception exception, string monitor, string why);

    [LoggerMessage(2, LogLevel.Warning, "Monitors could not be put back to work; the next reminder tries again: {Why}")]
    public static partial void NotYet(ILogger log, string why);
}
