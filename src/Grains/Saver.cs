namespace Assize.Grains;

/// <summary>
/// Saves when a write is free and something is new: what comes in during a write goes into the next one, and writes keep a distance.
/// Runs on the grain's own scheduler, so that it needs no locks.
/// </summary>
/// <param name="fresh">Whether something is new already, as where an earlier write failed for good.</param>
internal sealed class Saver(Func<Task> write, TimeSpan distance, TimeProvider time, bool fresh = false)
{
    private TaskCompletionSource resting = new();
    private int waiting;
    private Task running = Task.CompletedTask;

    /// <summary>Says that something is new.</summary>
    public void Note()
    {
        fresh = true;
        if (running.IsCompleted)
        {
            running = Save();
        }
    }

    /// <summary>Throws what a write failed with, if one did.</summary>
    public void ThrowIfFailed()
    {
        if (running.IsFaulted)
        {
            running.GetAwaiter().GetResult();
        }
    }

    /// <summary>What the last write failed with, in words; null when it did not.</summary>
    public string? Trouble => running.Exception?.GetBaseException().Message;

    /// <summary>Returns once no write is under way; its failure is not this caller's.</summary>
    public async Task Rest()
    {
        Hurry();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        waiting--;
    }

    /// <summary>Returns once everything noted is saved, or throws why it is not.</summary>
    public async Task Flush()
    {
        Hurry();
        try
        {
            await running;
        }
        finally
        {
            waiting--;
        }

        if (fresh)
        {
            fresh = false;
            await write();
        }
    }

    /// <summary>While somebody waits for the end of the writes, they keep no distance.</summary>
    private void Hurry()
    {
        waiting++;
        resting.TrySetResult();
    }

    private async Task Save()
    {
        while (fresh)
        {
            fresh = false;
            var started = time.GetTimestamp();
            try
            {
                await write();
            }
            catch
            {
                fresh = true;
                throw;
            }

            var rest = distance - time.GetElapsedTime(started);
            if (rest > TimeSpan.Zero && waiting == 0)
            {
                resting = new TaskCompletionSource();
                await Task.WhenAny(Task.Delay(rest, time), resting.Task);
            }
        }
    }
}
