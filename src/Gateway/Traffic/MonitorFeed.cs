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
/// What this gateway sees of one monitor's traffic, on its way to the monitor: decided about here, redacted, sent in numbered batches one after the other, and offered
/// again until each is taken. While a batch is under way the next one fills; when that is full, senders wait. They do not wait for a judge where texts may be kept:
/// a monitor that is behind is drawn less for.
/// </summary>
internal sealed partial class MonitorFeed : IAsyncDisposable
{
    private const int MostDrawn = 64;

    private const int MostSeen = 10_000;

    /// <summary>Halvings after which a batch that a monitor is too full for is sent without samples.</summary>
    private const int MostRefusals = 4;

    /// <summary>The share of its own rate that a monitor keeps however far it is behind: where nothing is tried, nothing is learned.</summary>
    private const double LeastShare = 1 / 1024.0;

    /// <summary>By how much the share rises with each batch that is taken at once.</summary>
    private const double Recovery = 1.1;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Channel<Offer> offers = Channel.CreateBounded<Offer>(32);
    private readonly CancellationTokenSource stop = new();
    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly string source;
    private readonly Task running;
    private readonly Outgoing outgoing;
    private MonitorEntry entry;
    private TrafficSampler sampler;
    private int revision;
    private long number;

    /// <summary>The share of the monitor's rate that its judging keeps up with, as far as this gateway knows.</summary>
    private double share = 1;

    public MonitorFeed(MonitorEntry entry, string source, Outgoing outgoing, IGrainFactory grains, TimeProvider time, ILogger log)
    {
        (this.entry, this.source, this.outgoing, this.grains, this.time, this.log) = (entry, source, outgoing, grains, time, log);
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
                while (batch.Seen < MostSeen && offers.Reader.TryRead(out var offer))
                {
                    waiting.Add(offer.Safe);
                    foreach (var interaction in offer.Interactions)
                    {
                        Add(batch, interaction);
                        if (batch.Drawn == MostDrawn)
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

    private FillingBatch Next()
    {
        var newest = Volatile.Read(ref entry);
        if (newest.Revision != revision)
        {
            (sampler, revision) = (TrafficSampler.Of(newest.Definition), newest.Revision);
        }

        return new FillingBatch(source, ++number);
    }

    private void Add(FillingBatch batch, Interaction interaction)
    {
        var turn = sampler.Definition.Conversations is not null && interaction.Conversation is not null;
        var kept = turn ? 1 : share;
        (sampler, var draw, var slice) = sampler.Decide(interaction, time.GetUtcNow(), kept);
        batch.See(outgoing.Of(interaction.Application, slice), draw.Inclusion, turn);
        if (draw.Kept)
        {
            batch.Draw(outgoing.Of(new Drawn(interaction, slice, draw.Inclusion)), draw.Hash, turn, outgoing.MayKeep(interaction.Application));
        }
        else if (kept < 1 && draw.Hash.Below(draw.Inclusion / kept))
        {
            batch.LeaveOut();
        }
    }

    /// <summary>Offers a batch until the monitor has it, or wants none: a number that is known there changes nothing. A monitor that is behind is offered less, and nobody waits for its judge.</summary>
    private async Task Send(FillingBatch batch)
    {
        if (batch.Seen == 0)
        {
            return;
        }

        for (var refused = 0; ;)
        {
            try
            {
                var taken = await grains.Monitor(TenantName.Default, entry.Name).Take(batch.Closed()).WaitAsync(stop.Token);
                if (taken.As is not TakenAs.Full)
                {
                    sampler = sampler.Sharing(taken.Sources);
                    share = refused > 0 ? share : Math.Min(1, share * Recovery);
                    return;
                }

                share = Math.Max(LeastShare, share / 2);
                batch.Thin(++refused < MostRefusals ? 0.5 : 0);
            }
            catch (Exception lost) when (!stop.IsCancellationRequested)
            {
                NotYet(log, entry.Name.Value, lost.GetBaseException().Message);
                await Task.Delay(Pause, time, stop.Token);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Traffic of monitor {Monitor} waits and is offered again: {Why}")]
    private static partial void NotYet(ILogger log, string monitor, string why);

    private sealed record Offer(ImmutableArray<Interaction> Interactions, TaskCompletionSource Safe);
}
