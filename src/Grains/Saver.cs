namespace Assize.Grains;

/// <summary>
/// Saves when a write is free and something is new: what comes in during a write goes into the next one, and writes keep a distance.
/// Runs on the grain's own scheduler, so that it needs no locks.
/// </summary>
internal sealed class Saver(Func<Task> write, TimeSpan distance, TimeProvider time)
{
    private TaskCompletionSource hurry = new();
    private bool fresh;
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
        hurry.TrySetResult();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <summary>Returns once everything noted is saved, or throws why it is not.</summary>
    public async Task Flush()
    {
        hurry.TrySetResult();
        await running;
        if (fresh)
        {
            fresh = false;
            await write();
        }
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
            if (rest > TimeSpan.Zero)
            {
                hurry = new TaskCompletionSource();
                await Task.WhenAny(Task.Delay(rest, time), hurry.Task);
            }
        }
    }
}
