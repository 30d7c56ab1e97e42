using System.Runtime.InteropServices;

namespace Assize.Cli.Progress;

/// <summary>The first Ctrl-C or SIGTERM asks for the end, from the first moment on; a Ctrl-C after it leaves at once. Another SIGTERM does not: <c>timeout</c> sends two.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration interrupted;
    private readonly PosixSignalRegistration terminated;
    private int signals;

    public Interruption() =>
        (interrupted, terminated) = (PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear));

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Asked => source.Token;

    public void Dispose()
    {
        interrupted.Dispose();
        terminated.Dispose();
        source.Dispose();
    }

    private void Hear(PosixSignalContext signal)
    {
        var first = Interlocked.Increment(ref signals) == 1;
        signal.Cancel = first || signal.Signal is PosixSignal.SIGTERM;
        if (first)
        {
            // What is told of it may wait for a lock that is held elsewhere, and the second signal must not wait for that.
            _ = source.CancelAsync();
        }
    }
}
