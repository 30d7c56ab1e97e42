using System.Collections.Immutable;
using System.Threading.Channels;
using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Grains;
using Assize.Grains.Monitors;
using Microsoft.Extensions.Logging;

namespace Assize.Gateway.Traffic;

/// <summary>
/// What this gateway sees of one monitor's traffic, on its way to the monitor: decided about here, sent in numbered batches one after the other, and offered again
/// until each is taken. While a batch is under way the next one fills; when that is full, senders wait.
/// </summary>
internal sealed partial class MonitorFeed : IAsyncDisposable
{
    private const int MostDrawn = 64;

    private const int MostSeen = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Channel<Offer> offers = Channel.CreateBounded<Offer>(32);
    private readonly CancellationTokenSource stop = new();
    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly string source;
    private readonly Task running;
    private MonitorEntry entry;
    private TrafficSampler sampler;
    private int revision;
    private long number;

    public MonitorFeed(MonitorEntry entry, string source, IGrainFactory grains, TimeProvider time, ILogger log)
    {
        (this.entry, this.source, this.grains, this.time, this.log) = (entry, source, grains, time, log);
        (sampler, revision) = (TrafficSampler.Of(entry.Definition), entry.Revision);
        running = Task.Run(Run);
    }

    /// <summary>The definition to decide by from now on.</summary>
    public void Follow(MonitorEntry newest) => Volatile.Write(ref entry, newest);

    /// <summary>Returns once what matters of the interactions rests safely with the monitor.</summary>
    public async Task Accept(ImmutableArray<Interaction> interactions)
    {
        var filter = Volatile.Read(ref entry).Definition.From;
        ImmutableArray<Interaction> matching = [.. interactions.Where(filter.Matches)];
        if (!matching.IsEmpty)
        {
            var offer = new Offer(matching, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            try
            {
                await offers.Writer.WriteAsync(offer, stop.Token);
            }
            catch (ChannelClosedException)
            {
                // The monitor is paused or gone, and wants no traffic.
                return;
            }

            await offer.Safe.Task;
        }
    }

    /// <summary>Ends the feed of a monitor that wants no more traffic, after what was offered.</summary>
    public async Task Retire()
    {
        offers.Writer.TryComplete();
        await running;
        stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        offers.Writer.TryComplete();
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    private async Task Run()
    {
        var waiting = new List<TaskCompletionSource>();
        try
        {
            while (await offers.Reader.WaitToReadAsync(stop.Token))
            {
                var batch = Next();
                while (batch.Seen.Values.Sum() < MostSeen && offers.Reader.TryRead(out var offer))
                {
                    waiting.Add(offer.Safe);
                    foreach (var interaction in offer.Interactions)
                    {
                        batch = Add(batch, interaction);
                        if (batch.Drawn.Length == MostDrawn)
                        {
                            await Send(batch);
                            batch = Next();
                        }
                    }
                }

                await Send(batch);
                waiting.ForEach(safe => safe.TrySetResult());
                waiting.Clear();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            while (offers.Reader.TryRead(out var offer))
            {
                waiting.Add(offer.Safe);
            }

            waiting.ForEach(safe => safe.TrySetCanceled());
        }
    }

    private TrafficBatch Next()
    {
        var newest = Volatile.Read(ref entry);
        if (newest.Revision != revision)
        {
            (sampler, revision) = (TrafficSampler.Of(newest.Definition), newest.Revision);
        }

        return new TrafficBatch(source, ++number);
    }

    private TrafficBatch Add(TrafficBatch batch, Interaction interaction)
    {
        (sampler, var draw, var slice) = sampler.Decide(interaction, time.GetUtcNow());
        return batch with
        {
            Seen = batch.Seen.SetItem(slice, batch.Seen.GetValueOrDefault(slice) + 1),
            Expected = batch.Expected + draw.Inclusion,
            Drawn = draw.Kept ? batch.Drawn.Add(new Drawn(interaction, slice, draw.Inclusion)) : batch.Drawn,
        };
    }

    /// <summary>Offers a batch until the monitor has it, or wants none: a number that is known there changes nothing.</summary>
    private async Task Send(TrafficBatch batch)
    {
        if (batch.Seen.IsEmpty)
        {
            return;
        }

        while (true)
        {
            try
            {
                var taken = await grains.Monitor(TenantName.Default, entry.Name).Take(batch).WaitAsync(stop.Token);
                if (taken.As is not TakenAs.Full)
                {
                    sampler = sampler.Sharing(taken.Sources);
                    return;
                }
            }
            catch (Exception lost) when (!stop.IsCancellationRequested)
            {
                NotYet(log, entry.Name.Value, lost.GetBaseException().Message);
            }

            await Task.Delay(Pause, time, stop.Token);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Traffic of monitor {Monitor} waits and is offered again: {Why}")]
    private static partial void NotYet(ILogger log, string monitor, string why);

    private sealed record Offer(ImmutableArray<Interaction> Interactions, TaskCompletionSource Safe);
}
