using Assize.Evaluation.Monitors;
using Assize.Evaluation.Notifications;
using Assize.Grains.Notifications;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Monitors;

/// <summary>What a monitor does beside judging: shows itself, lets its watchdog look, and tells its channels. Each of these goes on while nothing comes in.</summary>
internal sealed class MonitorCare(LedgerChanges changes, IChannels channels, MonitorTelemetry telemetry, TimeProvider time, ILogger log, CancellationToken stop)
{
    private MonitorLedger? shown;

    /// <summary>Notifications on their way; it never fails.</summary>
    public Task Telling { get; private set; } = Task.CompletedTask;

    /// <summary>Begins, once the grain's state is known.</summary>
    public void Show(IGrainBase grain)
    {
        if (!changes.IsReadable)
        {
            return;
        }

        Volatile.Write(ref shown, changes.Found);
        changes.Saved = (before, next) =>
        {
            Volatile.Write(ref shown, next);
            if (next is not null)
            {
                telemetry.Changed(before, next);
                Tell();
            }
        };
        if (changes.Found is { } ledger)
        {
            telemetry.Begin(ledger.Spec);
        }

        // Read from outside the grain's turns: the record that was saved last, which never changes.
        telemetry.Monitors.Show(grain, () => Volatile.Read(ref shown) is { } ledger ? new MonitorSight(ledger, time.GetUtcNow()) : null);
    }

    /// <summary>Lets the watchdog look, and offers again what did not get through.</summary>
    /// <param name="expire">Gives up what may wait no longer.</param>
    public async Task Tend(Func<Task> expire)
    {
        if (changes.Found is not { } found)
        {
            return;
        }

        try
        {
            await expire();
            await changes.Change(ledger => ledger.Tend(time.GetUtcNow()));
            Tell();
        }
        catch (Exception lost) when (lost is not OperationCanceledException)
        {
            MonitorLog.Untended(log, found.Spec.Definition.Name.Value, lost.GetBaseException().Message);
        }
    }

    private void Tell()
    {
        if (Telling.IsCompleted && changes.Found is { Outbox.Waiting.IsEmpty: false } && !stop.IsCancellationRequested)
        {
            Telling = TellAll();
        }
    }

    private async Task TellAll()
    {
        // Off the turn that saved, which still holds the ledger.
        await Task.Yield();
        try
        {
            while (!stop.IsCancellationRequested && changes.Found?.Outbox.Due(time.GetUtcNow()) is { IsEmpty: false } due)
            {
                await Task.WhenAll(due.Select(Tell));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is not told yet waits in the ledger, wherever the monitor is next.
        }
        catch (Exception lost)
        {
            MonitorLog.Untended(log, changes.Found?.Spec.Definition.Name.Value ?? "(deleted)", lost.GetBaseException().Message);
        }
    }

    private async Task Tell(Notice notice)
    {
        var why = await channels.Send(notice, stop);
        if (why is null)
        {
            await changes.Change(ledger => ledger.Delivered(notice));
            telemetry.Told(notice.Channel, "delivered");
            return;
        }

        stop.ThrowIfCancellationRequested();
        MonitorLog.NotTold(log, notice.Channel.Value, notice.Id, notice.Failures + 1, why);
        var next = await changes.Change(ledger => ledger.NotDelivered(notice, why, channels.Retry, time.GetUtcNow()));
        telemetry.Told(notice.Channel, next.Outbox.Waiting.Any(notice.Same) ? "failed" : "given_up");
    }
}
