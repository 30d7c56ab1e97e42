using System.Globalization;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;
using Assize.Grains;
using Assize.Grains.Monitors;
using Microsoft.Extensions.Logging;

namespace Assize.Gateway.Traffic;

/// <summary>
/// Offers batches to one monitor, each until it answers: a number that is known there changes nothing. A monitor that goes on failing while everything else works is set
/// apart: what is drawn for it then is lost to it, and counted, so that it holds up neither other monitors nor any sender. It is tried again from time to time, and told what it missed.
/// </summary>
internal sealed partial class Delivery : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a monitor may take to keep a batch, and to judge one, until it is offered again. Where every silo is lost at once nobody says that a call is lost with them; offered twice, a batch is taken and judged once.</summary>
    private static readonly TimeSpan WhileKept = TimeSpan.FromSeconds(15), WhileJudged = TimeSpan.FromSeconds(20);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim one = new(1, 1);
    private readonly CancellationTokenSource ending;
    private readonly CancellationToken stopping;
    private readonly Forbearance forbearance;
    private readonly MonitorName monitor;
    private readonly string source;
    private readonly Func<TrafficBatch, Task<Taken>> take;
    private readonly TrafficTelemetry telemetry;
    private readonly GatewayOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private Task returning = Task.CompletedTask;
    private SetApart? apart;
    private long number;

    /// <summary>Was offered last before the monitor was set apart: it may have been taken, though nobody heard it, so it keeps its number.</summary>
    private TrafficBatch? unheard;

    /// <summary>What came since, without its samples.</summary>
    private TrafficBatch? missed;

    /// <param name="monitor">Whose traffic it is.</param>
    /// <param name="source">The name under which batches are numbered.</param>
    /// <param name="take">Has the monitor take a batch.</param>
    /// <param name="works">Whether a silo and the store do what they are asked.</param>
    /// <param name="options">When the monitor is set apart, and tried again.</param>
    /// <param name="telemetry">Counts what is lost.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Hears of a monitor that does not answer.</param>
    /// <param name="stopping">Ends everything; nobody is told then that anything is safe.</param>
    public Delivery(
        MonitorName monitor, string source, Func<TrafficBatch, Task<Taken>> take, Func<Task<bool>> works, GatewayOptions options, TrafficTelemetry telemetry, TimeProvider time, ILogger log, CancellationToken stopping)
    {
        (this.monitor, this.source, this.take, this.options, this.telemetry, this.time, this.log, this.stopping) = (monitor, source, take, options, telemetry, time, log, stopping);
        ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        forbearance = new Forbearance(works, options.SetApartAfter, time);
    }

    /// <summary>Since when and why nothing is offered; null while the monitor takes its traffic.</summary>
    public SetApart? Apart
    {
        get
        {
            lock (gate)
            {
                return apart;
            }
        }
    }

    /// <summary>Offers all that was seen, until the monitor keeps it. One that is behind gets the counts alone, which the answer says; null where the monitor is set apart and the samples are lost.</summary>
    public async Task<Taken?> Keep(FillingBatch filling)
    {
        if (Apart is not null && IsLost(filling.Closed(source, 0)))
        {
            return null;
        }

        await one.WaitAsync(stopping);
        try
        {
            var at = ++number;
            var taken = await Offer(filling.Closed(source, at), WhileKept, counting: true);
            if (taken is not { As: TakenAs.Full })
            {
                return taken;
            }

            filling.Empty();
            return await Offer(filling.Closed(source, at), WhileKept, counting: true) is { } counted ? counted with { As = TakenAs.Full } : null;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Offers samples until the monitor has judged them, or is set apart.</summary>
    public Task Judge(TrafficBatch samples) => Offer(samples, WhileJudged, counting: false);

    /// <summary>Whether an interaction that was drawn has nowhere to go, and so is lost.</summary>
    public bool Loses()
    {
        lock (gate)
        {
            if (apart is null)
            {
                return false;
            }

            apart = apart with { Lost = apart.Lost + 1 };
            telemetry.Lost(monitor, 1);
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await returning;
        ending.Dispose();
    }

    private async Task<Taken?> Offer(TrafficBatch batch, TimeSpan within, bool counting)
    {
        while (!IsLost(batch, offered: counting))
        {
            try
            {
                var taken = await take(batch).WaitAsync(within, time, stopping);
                forbearance.Renew();
                return taken;
            }
            catch (Exception failed) when (!stopping.IsCancellationRequested)
            {
                NotYet(log, monitor.Value, failed.GetBaseException().Message);
                // A judge that takes its time is no fault of the monitor's.
                if ((counting || failed is not TimeoutException) && forbearance.IsOver(failed))
                {
                    Part(failed);
                    continue;
                }
            }

            await Task.Delay(Pause, time, stopping);
        }

        return null;
    }

    private void Part(Exception failed)
    {
        lock (gate)
        {
            if (apart is not null || stopping.IsCancellationRequested)
            {
                return;
            }

            var unreadable = UnreadableStateException.In(failed);
            apart = new SetApart(time.GetUtcNow(), unreadable?.Message ?? failed.GetBaseException().Message, unreadable is not null);
            WasSetApart(log, monitor.Value, apart.Why, options.TryAgainEvery);
            returning = Task.Run(Return);
        }
    }

    /// <summary>Whether the monitor is set apart; then the batch's samples are lost, and its counts are told later.</summary>
    private bool IsLost(TrafficBatch batch, bool offered = false)
    {
        lock (gate)
        {
            if (apart is null)
            {
                return false;
            }

            apart = apart with { Lost = apart.Lost + batch.Drawn.Length };
            telemetry.Lost(monitor, batch.Drawn.Length);
            var counts = batch.WithoutSamples();
            (unheard, missed) = offered ? (counts, missed) : (unheard, missed?.Followed(counts) ?? counts);
            return true;
        }
    }

    /// <summary>Tries again until the monitor has taken all counts that it missed; from then on it takes its traffic as others do.</summary>
    private async Task Return()
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.TryAgainEvery, time, ending.Token);
                await one.WaitAsync(ending.Token);
                try
                {
                    if (await IsBack())
                    {
                        return;
                    }
                }
                catch (Exception failed) when (!ending.IsCancellationRequested)
                {
                    NotYet(log, monitor.Value, failed.GetBaseException().Message);
                }
                finally
                {
                    one.Release();
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The gateway ends, or the monitor wants no more traffic.
        }
    }

    private async Task<bool> IsBack()
    {
        for (var answered = false; ; answered = true)
        {
            TrafficBatch next;
            lock (gate)
            {
                if (answered && missed is null)
                {
                    WasBack(log, monitor.Value, apart!.Lost);
                    apart = null;
                    forbearance.Renew();
                    return true;
                }

                if (unheard is null)
                {
                    (unheard, missed) = ((missed ?? new TrafficBatch(source, 0)) with { Source = source, Number = ++number }, null);
                }

                next = unheard;
            }

            await take(next).WaitAsync(WhileKept, time, ending.Token);
            lock (gate)
            {
                unheard = null;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Traffic of monitor {Monitor} waits and is offered again: {Why}")]
    private static partial void NotYet(ILogger log, string monitor, string why);

    [LoggerMessage(2, LogLevel.Error, "Monitor {Monitor} is set apart, since it takes no traffic while everything else works: {Why}. What is drawn for it is lost to it and counted; other monitors go on. It is tried again every {Every}")]
    private static partial void WasSetApart(ILogger log, string monitor, string why, TimeSpan every);

    [LoggerMessage(3, LogLevel.Warning, "Monitor {Monitor} takes its traffic again; {Lost} drawn interactions were lost to it meanwhile")]
    private static partial void WasBack(ILogger log, string monitor, long lost);
}

/// <summary>A monitor that takes no traffic, and holds nobody up.</summary>
/// <param name="Since">When it was set apart.</param>
/// <param name="Why">What it failed with last.</param>
/// <param name="Unreadable">Whether its stored state cannot be read.</param>
internal sealed record SetApart(DateTimeOffset Since, string Why, bool Unreadable)
{
    /// <summary>Drawn interactions that are lost to it.</summary>
    public long Lost { get; init; }

    /// <summary>The same for a person.</summary>
    public string Sentence(TimeSpan every) => string.Create(
        CultureInfo.InvariantCulture,
        $"It has taken no traffic of this gateway since {Since:yyyy-MM-dd HH:mm:ss'Z'}: {Why}. {Lost} drawn interactions were acknowledged and are lost to it; other monitors go on. It is tried again every {every.TotalSeconds:0.#} s and then goes on by itself.");
}
