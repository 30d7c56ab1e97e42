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
internal sealed partial class MonitorFeed : IAsyncDisposable
{
    private const int MostDrawn = 64;

    private const int MostSeen = 10_000;

    /// <summary>The share of its own rate that a monitor keeps however far it is behind: where nothing is tried, nothing is learned.</summary>
    private const double LeastShare = 1 / 65_536.0;

    /// <summary>By how much the share rises with a batch that is taken while judging keeps up.</summary>
    private const double Recovery = 1.1;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a monitor may take to keep a batch, and to judge one. Where every silo is lost at once nobody says that a call is lost with them; offered twice, a batch is taken once.</summary>
    private static readonly TimeSpan WhileKept = TimeSpan.FromSeconds(15), WhileJudged = TimeSpan.FromMinutes(1);

    private readonly Channel<Offer> offers = Channel.CreateBounded<Offer>(32);
    private readonly CancellationTokenSource stop = new();

    /// <summary>Outlives its source: a feed that is retired may still be offered to by who found it a moment before.</summary>
    private readonly CancellationToken stopping;
    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly string source;
    private readonly Task running;
    private readonly Outgoing outgoing;
    private readonly UnkeptSamples unkept;
    private MonitorEntry entry;
    private TrafficSampler sampler;
    private int revision;
    private int sources = 1;
    private long number;

    /// <summary>The share of the monitor's rate that its judging keeps up with, as far as this gateway knows.</summary>
    private double share = 1;

    public MonitorFeed(MonitorEntry entry, string source, Outgoing outgoing, IGrainFactory grains, TimeProvider time, ILogger log)
    {
        stopping = stop.Token;
        (this.entry, this.source, this.outgoing, this.grains, this.time, this.log) = (entry, source, outgoing, grains, time, log);
        (sampler, revision) = (TrafficSampler.Of(entry.Definition), entry.Revision);
        unkept = new UnkeptSamples(batch => Take(batch, WhileJudged), $"{source}{TrafficBatch.Apart}", time, stopping);
        running = Task.Run(Run);
    }

    /// <summary>The share of the monitor's own rate that is drawn at the moment.</summary>
    public double Share => Volatile.Read(ref share);

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
        stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        offers.Writer.TryComplete();
        await stop.CancelAsync();
        await running;
        await unkept.Rest();
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

                        if (batch.Drawn == MostDrawn)
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
        if (newest.Revision != revision)
        {
            (sampler, revision) = (sampler.Under(newest.Definition, sources), newest.Revision);
        }

        return new FillingBatch(source, ++number, sampler.Rates.Made);
    }

    /// <summary>Decides about an interaction; what it returns ends when the interaction is judged, where that has to be waited for.</summary>
    private Task? Add(FillingBatch batch, Interaction interaction)
    {
        var definition = sampler.Definition;
        var turn = definition.Conversations is not null && interaction.Conversation is not null;
        var kept = turn ? 1 : share;
        var slice = TrafficSampler.SliceOf(definition, interaction);
        var told = outgoing.Of(interaction.Application, slice);
        (sampler, var draw) = sampler.Decide(interaction, slice, told, time.GetUtcNow(), kept);
        batch.See(told, draw.Inclusion, turn);
        if (!draw.Kept)
        {
            if (kept < 1 && draw.Hash.Below(draw.Inclusion / kept))
            {
                batch.LeaveOut();
            }

            return null;
        }

        var drawn = outgoing.Of(new Drawn(interaction, slice, draw.Inclusion));
        if (definition.KeepText || turn)
        {
            batch.Draw(drawn, turn, outgoing.MayKeep(interaction.Application));
            return null;
        }

        if (unkept.Add(drawn) is { } judging)
        {
            return judging;
        }

        share = Math.Max(LeastShare, share / 2);
        batch.Drop();
        return null;
    }

    /// <summary>Offers a batch until the monitor has it. One that is behind gets its counts alone and is drawn less for, and nobody waits for its judge.</summary>
    private async Task Send(FillingBatch batch)
    {
        if (batch.Seen == 0)
        {
            return;
        }

        var taken = await Take(batch.Closed(), WhileKept);
        if (taken.As is TakenAs.Full)
        {
            share = Math.Max(LeastShare, share / 2);
            batch.Empty();
            taken = await Take(batch.Closed(), WhileKept);
        }
        else if (sampler.Definition.KeepText || unkept.HasAdvanced())
        {
            share = Math.Min(1, share * Recovery);
        }

        sources = taken.Sources;
        sampler = sampler.Sharing(sources, taken.Minute, taken.Day);
        sampler = taken.Rates is { } rates ? sampler.Allotted(rates) : sampler;
    }

    /// <summary>Offers a batch until the monitor answers: a number that is known there changes nothing.</summary>
    private async Task<Taken> Take(TrafficBatch batch, TimeSpan patience)
    {
        while (true)
        {
            try
            {
                return await grains.Monitor(TenantName.Default, entry.Name).Take(batch).WaitAsync(patience, time, stopping);
            }
            catch (Exception lost) when (!stopping.IsCancellationRequested)
            {
                NotYet(log, entry.Name.Value, lost.GetBaseException().Message);
            }

            await Task.Delay(Pause, time, stopping);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Traffic of monitor {Monitor} waits and is offered again: {Why}")]
    private static partial void NotYet(ILogger log, string monitor, string why);

    /// <summary>Interactions on their way to be decided about.</summary>
    private sealed record Offer(ImmutableArray<Interaction> Interactions)
    {
        public TaskCompletionSource Decided { get; init; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Safe { get; init; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What is left of it once it is decided about: whoever waits.</summary>
        public Offer Emptied() => this with { Interactions = [] };
    }
}
