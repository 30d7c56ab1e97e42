using Microsoft.Extensions.Logging;

namespace Assize.Grains.Runs;

/// <summary>What runs and shards say in the log; never a text of a case.</summary>
internal static partial class RunLog
{
    [LoggerMessage(1, LogLevel.Warning, "Run {Run}, shard {Shard} was interrupted and will be started again: {Why}")]
    public static partial void Interrupted(ILogger log, Exception exception, string run, int shard, string why);

    [LoggerMessage(2, LogLevel.Information, "Run {Run} of suite {Suite} started: {Cases} cases in {Shards} shards")]
    public static partial void Started(ILogger log, string run, string suite, long cases, int shards);

    [LoggerMessage(5, LogLevel.Information, "Run {Run} is looked after here")]
    public static partial void Tended(ILogger log, string run);

    [LoggerMessage(3, LogLevel.Information, "Run {Run} ended: {Status}, {Done} of {Cases} cases")]
    public static partial void Ended(ILogger log, string run, string status, long done, long cases);

    [LoggerMessage(4, LogLevel.Warning, "Run {Run}: shard {Shard} does not answer and will be started again: {Why}")]
    public static partial void Unreachable(ILogger log, string run, int shard, string why);

    [LoggerMessage(7, LogLevel.Information, "Run {Run} is removed; its replies are kept: {Kept}")]
    public static partial void Removed(ILogger log, string run, bool kept);

    [LoggerMessage(8, LogLevel.Warning, "Run {Run} is not removed yet, trying again: {Why}")]
    public static partial void NotRemoved(ILogger log, string run, string why);

    [LoggerMessage(9, LogLevel.Warning, "Suite {Suite} is not removed yet, trying again: {Why}")]
    public static partial void CasesNotRemoved(ILogger log, string suite, string why);

    [LoggerMessage(6, LogLevel.Debug, "The endpoint of model {Model} does not answer: {Why}")]
    public static partial void Silent(ILogger log, string model, string why);

    [LoggerMessage(7, LogLevel.Debug, "The money of run {Run} does not answer: {Why}")]
    public static partial void MoneySilent(ILogger log, string run, string why);
}
