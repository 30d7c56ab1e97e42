namespace Assize.Cli.Hosting;

/// <summary>While a process starts, some of what it would log is not true, or is told better elsewhere.</summary>
internal sealed class Beginning(TimeProvider time)
{
    /// <summary>By then Orleans' watchdog has looked twice, and its first look reckons from when the machine was started.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    private readonly long began = time.GetTimestamp();
    private volatile bool over;

    /// <summary>The process serves.</summary>
    public void Over() => over = true;

    public void Quieten(ILoggingBuilder logging)
    {
        // What keeps the process from starting is told once, by whoever starts it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => over && level >= LogLevel.Warning);
        // Which garbage collector is best was measured; Orleans would have another one.
        logging.AddFilter("Orleans.Runtime.Silo", level => level >= (over ? LogLevel.Warning : LogLevel.Error));
        logging.AddFilter("Orleans.Runtime.Watchdog", level => level >= (time.GetElapsedTime(began) > FirstLook ? LogLevel.Warning : LogLevel.Error));
    }
}
