namespace Assize.Gateway.Tests.Shipped;

/// <summary>A calendar that stands still until it is turned. Timers and stopwatches run as ever, so that a cluster on it works.</summary>
internal sealed class SimulatedCalendar(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);

    public void Turn(DateTimeOffset to) => Volatile.Write(ref ticks, to.UtcTicks);
}
