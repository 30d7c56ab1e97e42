namespace Assize.Grains.Tests;

/// <summary>A clock that goes on when the test says so.</summary>
internal sealed class Clock : TimeProvider
{
    private long now;

    public void Pass(TimeSpan time) => Interlocked.Add(ref now, time.Ticks * (TimestampFrequency / TimeSpan.TicksPerSecond));

    public override long GetTimestamp() => Interlocked.Read(ref now);
}
