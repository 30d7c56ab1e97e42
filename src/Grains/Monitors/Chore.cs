using Microsoft.Extensions.Logging;

namespace Assize.Grains.Monitors;

/// <summary>Work that a monitor does beside its calls, one time after another; what stops it is told and the work is begun again later.</summary>
internal sealed class Chore(Func<bool> isDue, Func<Task> work, Action begin, ILogger log, string monitor, CancellationToken stopped)
{
    /// <summary>Done, or not begun.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>What stopped it last, in words for a person; null when nothing did.</summary>
    public string? Trouble { get; private set; }

    public void Begin()
    {
        if (Ended.IsCompleted && !stopped.IsCancellationRequested && isDue())
        {
            begin();
            Ended = Do();
        }
    }

    private async Task Do()
    {
        try
        {
            await work();
            Trouble = null;
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // What is not done yet is noted, wherever the monitor is next.
        }
        catch (Exception broken)
        {
            Trouble = broken.GetBaseException().Message;
            MonitorLog.Interrupted(log, broken, monitor, Trouble);
        }
    }
}
