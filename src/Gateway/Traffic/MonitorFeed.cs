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
/// again until each is taken. While a batch is under way the next one fills; when that is full, senders wait. They wait for storage and not for a judge: a monitor that is
/// behind is drawn less for. Samples whose texts may not be kept go beside the batches, since only their senders wait for their scores.
/// </summary>
internal sealed class MonitorFeed : IAsyncDisposable
{
    private const int MostSeen = 10_000;

    /// <summary>The share of its own rate that a monitor keeps however far it is behind: where nothing is tried, nothing is learned.</summary>
    private const double LeastShare = 1 / 65_536.0;

    /// <summary>By how much the share rises with a batch that is taken while judging keeps up.</summary>
    private const double Recovery = 1.1;

    /// <summary>By how much it rises before a batch where the judge has nothing to do.</summary>
    private const double Idle = 2;

    private static readonly TimeSpan Answering = TimeSpan.FromSeconds(10);

    private readonly Channel<Offer> offers = Channel.CreateBounded<Offer>(32);
    private readonly CancellationTokenSource stop = new();

    /// <summary>Outlives its source: a feed that is retired may still be offered to by who found it a moment before.</summary>
    private readonly CancellationToken stopping;
    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly Task running;
    private readonly Delivery delivery;
    private readonly Outgoing outgoing;
    private readonly UnkeptSamples unkept;
    private MonitorEntry entry;
    private TrafficSampler sampler;

    /// <summary>The definition that is decided by.</summary>
    private MonitorEntry followed;
    private int sources = 1;

    /// <summary>The share of the monitor's rate that its judging keeps up with, as far as this gateway knows.</summary>
    private double share = 1;

    public MonitorFeed(MonitorEntry entry, string source, Outgoing outgoing, IGrainFactory grains, GatewayOptions options, TrafficTelemetry telemetry, TimeProvider time, ILogger log)
    {
        stopping = stop.Token;
        (this.entry, this.outgoing, this.grains, this.time) = (entry, outgoing, grains, time);
        (sampler, followed) = (TrafficSampler.Of(entry.Definition), entry);
        delivery = new Delivery(entry.Name, source, batch => grains.Monitor(TenantName.Default, entry.Name).Take(batch), Works, options, telemetry, time, log, stopping);
        unkept = new UnkeptSamples(delivery.Judge, $"{source}{TrafficBatch.Apart}", time, stopping);
        running = Task.Run(Run);
    }

    /// <summary>The share of the monitor's own rate that is drawn at the moment.</summary>
    public double Share => Volatile.Read(ref share);

    /// <summary>Since when and why the monitor gets nothing; null while it takes its traffic.</summary>
    public SetApart? Apart => delivery.Apart;

    /// <summary>The definition to decide by from now on.</summary>
    public void Follow(MonitorEntry newest) => Volatile.Write(ref entry, newest);

    /// <summary>Returns once it is decided about the interactions, so that they need not be held any longer; the task it returns ends when what matters of them rests safely.</summary>
    public async Task<Task> Accept(ImmutableArray<Interaction> interactions)
    {
        var filter = Volatile.Read(ref entry).Definition.From;
        ImmutableArray<Interaction> matching = [.. interactions.Where(filter.Matches)];
        if (matching.IsEmpty)
        {
            return Task.CompletedTask;
        }

        var offer = new Offer(matching);
        try
        {
            await offers.Writer.WriteAsync(offer, stopping);
        }
        catch (ChannelClosedException)
        {
            // The monitor is paused or gone, and wants no traffic.
            return Task.CompletedTask;
        }

        await offer.Decided.Task;
        return offer.Safe.Task;
    }

    /// <summary>Ends the feed of a monitor that wants no more traffic, after what was offered.</summary>
    public async Task Retire()
    {
        offers.Writer.TryComplete();
        await running;
        await unkept.Rest();
        await delivery.DisposeAsync();
        stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        offers.Writer.TryComplete();
        await stop.CancelAsync();
        await running;
        await unkept.Rest();
        await delivery.DisposeAsync();
        stop.Dispose();
    }

    private async Task Run()
    {
        var waiting = new List<(Offer Offer, Task Judged)>();
        try
        {
            while (await offers.Reader.WaitToReadAsync(stopping))
            {
                var batch = Next();
                while (batch.Seen < MostSeen && offers.Reader.TryRead(out var offer))
                {
                    var judged = new HashSet<Task>();
                    waiting.Add((offer.Emptied(), Task.CompletedTask));
                    foreach (var interaction in offer.Interactions)
                    {
                        if (Add(batch, interaction) is { } judging)
                        {
                            judged.Add(judging);
                        }

                        if (batch.IsFull)
                        {
                            await Send(batch);
                            batch = Next();
                        }
                    }

                    waiting[^1] = waiting[^1] with { Judged = Task.WhenAll(judged) };
                    offer.Decided.TrySetResult();
                }

                await Send(batch);
                waiting.ForEach(one => _ = Settle(one.Offer.Safe, one.Judged));
                waiting.Clear();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            while (offers.Reader.TryRead(out var offer))
            {
                waiting.Add((offer, Task.CompletedTask));
            }

            waiting.ForEach(one => (_, _) = (one.Offer.Decided.TrySetCanceled(), one.Offer.Safe.TrySetCanceled()));
        }
    }

    private static async Task Settle(TaskCompletionSource safe, Task judged)
    {
        try
        {
            await judged;
            safe.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            safe.TrySetCanceled();
        }
    }

    private FillingBatch Next()
    {
        var newest = Volatile.Read(ref entry);
        if (!newest.Repeats(followed))
        {
            (sampler, followed) = (sampler.Under(newest.Definition, sources), newest);
        }

        if (!sampler.Definition.KeepText && unkept.IsIdle)
        {
            share = Math.Min(1, share * Idle);
        }

        return new FillingBatch(sampler.Rates.Made);
    }

    /// <summary>Decides about an interaction; what it returns ends when the interaction is judged, where that has to be waited for.</summary>
    private Task? Add(FillingBatch batch, Interaction interaction)
    {
        var definition = sampler.Definition;
        var turn = definition.Conversations is not null && interaction.Conversation is not null;
        var kept = turn ? 1 : share;
        var slice = TrafficSampler.SliceOf(definition, interaction);
        var told = outgoing.SliceOf(definition, interaction, slice);
        // The monitor decides about a conversation once more, by the name that it knows.
        var key = definition.Conversations is null ? interaction.SamplingKey : outgoing.KeyOf(interaction);
        (sampler, var draw) = sampler.Decide(interaction, key, slice, told, time.GetUtcNow(), kept);
        batch.See(told, draw.Inclusion, turn, interaction);
        if (definition is { Conversations: not null, Sampler.Allocation: not null })
        {
            batch.Count(told, draw.Hash);
        }

        if (!draw.Kept)
        {
            if (kept < 1 && draw.Hash.Below(draw.Inclusion / kept))
            {
                batch.LeaveOut();
            }

            return null;
        }

        if (delivery.Loses())
        {
            batch.Lose(turn);
            return null;
        }

        var drawn = outgoing.Of(interaction, told, draw.Inclusion);
        var keep = definition.KeepText && outgoing.MayKeep(interaction.Application);
        if (keep || turn)
        {
            batch.Draw(drawn, turn, keep, outgoing.KeepTextFor(interaction.Application));
            return null;
        }

        if (unkept.Add(drawn) is { } judging)
        {
            return judging;
        }

        // Once a batch, however many of it find no room: they say one thing, and the share holds for the next ones.
        if (!batch.HasDropped)
        {
            share = Math.Max(LeastShare, share / 2);
        }

        batch.Drop();
        return null;
    }

    /// <summary>Offers a batch until the monitor has it, or is set apart. One that is behind is drawn less for, and nobody waits for its judge.</summary>
    private async Task Send(FillingBatch batch)
    {
        if (batch.Seen == 0)
        {
            return;
        }

        if (await delivery.Keep(batch) is not { } taken)
        {
            return;
        }

        if (taken.As is TakenAs.Full)
        {
            share = Math.Max(LeastShare, share / 2);
        }
        else if (unkept.HasAdvanced())
        {
            share = Math.Min(1, share * Recovery);
        }

        sources = taken.Sources;
        sampler = sampler.Sharing(sources, taken.Minute, taken.Day);
        sampler = taken.Rates is { } rates ? sampler.Allotted(rates) : sampler;
    }

    /// <summary>Whether a silo and the store do for others what the monitor does not.</summary>
    private async Task<bool> Works()
    {
        // Written, read by a new activation and cleared; the monitor's own texts are numbered from 1.
        var untaken = grains.Segment(TenantName.Default, entry.Name, 0);
        try
        {
            await untaken.Put(new SampleSegment([])).WaitAsync(Answering, time, stopping);
            await untaken.Delete().WaitAsync(Answering, time, stopping);
            return true;
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Interactions on their way to be decided about.</summary>
    private sealed record Offer(ImmutableArray<Interaction> Interactions)
    {
        public TaskCompletionSource Decided { get; init; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Safe { get; init; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What is left of it once it is decided about: whoever waits.</summary>
        public Offer Emptied() => this with { Interactions = [] };
    }
}
