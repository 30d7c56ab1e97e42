namespace Assize.Grains;

/// <summary>Brings a grain's work to rest: by starting nothing new, or by waiting for nothing any more.</summary>
/// <param name="leaving">Stops the work as well: as soon as the silo begins to stop, and not only when the grain's turn comes.</param>
internal sealed class Brakes(CancellationToken leaving = default) : IDisposable
{
    private CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(leaving);
    private CancellationTokenSource abandon = new();

    /// <summary>Starts no new calls; those in flight are waited for.</summary>
    public CancellationToken Stopped => stop.Token;

    /// <summary>Waits for nothing any more.</summary>
    public CancellationToken Abandoned => abandon.Token;

    public void Release()
    {
        Dispose();
        (stop, abandon) = (CancellationTokenSource.CreateLinkedTokenSource(leaving), new CancellationTokenSource());
    }

    public Task Stop() => stop.CancelAsync();

    public async Task Abandon()
    {
        await stop.CancelAsync();
        await abandon.CancelAsync();
    }

    /// <summary>Starts no new calls, waits for those in flight until it is late, and then for nothing any more.</summary>
    public async Task Halt(Task working, Task late)
    {
        await Stop();
        await Task.WhenAny(working, late);
        await Abandon();
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose()
    {
        stop.Dispose();
        abandon.Dispose();
    }
}
