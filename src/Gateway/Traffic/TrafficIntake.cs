using System.Collections.Immutable;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;
using Assize.Grains;
using Microsoft.Extensions.Logging;

namespace Assize.Gateway.Traffic;

/// <summary>Takes interactions to every monitor that looks at them.</summary>
internal sealed class TrafficIntake : IAsyncDisposable
{
    private const int Known = 100_000;

    private readonly Lock gate = new();
    private readonly MonitorSnapshot snapshot;
    private readonly TrafficPolicy policy;
    private readonly PseudonymKey key;
    private readonly IGrainFactory grains;
    private readonly GatewayOptions options;
    private readonly TrafficTelemetry telemetry;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly string source;
    private readonly RecentInteractions recent = new(Known);
    private readonly Dictionary<MonitorName, MonitorFeed> feeds = [];
    private MonitorSet followed = MonitorSet.Empty;
    private int made;
    private long waiting;

    public TrafficIntake(MonitorSnapshot snapshot, TrafficPolicy policy, PseudonymKey key, IGrainFactory grains, GatewayOptions options, TrafficTelemetry telemetry, TimeProvider time, ILogger<TrafficIntake> log)
    {
        (this.snapshot, this.policy, this.key, this.grains, this.options, this.telemetry, this.time, this.log) = (snapshot, policy, key, grains, options, telemetry, time, log);
        source = Ids.New(time.GetUtcNow());
        telemetry.Show(Now);
    }

    /// <summary>Interactions that do not rest safely yet.</summary>
    public long Waiting => Interlocked.Read(ref waiting);

    /// <summary>Since when and why a monitor gets nothing from this gateway; null while it takes its traffic.</summary>
    public SetApart? Apart(MonitorName monitor)
    {
        lock (gate)
        {
            return feeds.GetValueOrDefault(monitor)?.Apart;
        }
    }

    /// <summary>Takes interactions. They are not given up when a sender goes: what was begun is finished.</summary>
    public Accepted Accept(ImmutableArray<Interaction> interactions, TrafficWay way)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var others = new HashSet<Task>();
        var fresh = ImmutableArray.CreateBuilder<Interaction>(interactions.Length);
        foreach (var interaction in interactions)
        {
            if (recent.IsNew(interaction.Id, done.Task, out var before))
            {
                fresh.Add(interaction);
                telemetry.Said(interaction);
            }
            else if (before != done.Task)
            {
                others.Add(before);
            }
        }

        telemetry.Taken(way, fresh.Count, interactions.Length - fresh.Count);
        Interlocked.Add(ref waiting, fresh.Count);
        var count = fresh.Count;
        var decided = Decide(fresh.ToImmutable());
        return new Accepted(decided, Settle(decided, done, others, count));
    }

    /// <summary>Hands interactions to every feed; it returns when they need not be held any longer, with what becomes of them.</summary>
    private async Task<Task[]> Decide(ImmutableArray<Interaction> fed)
    {
        var pseudonyms = await key.Get();
        return await Task.WhenAll(Feeds(await snapshot.Current(), pseudonyms).Select(feed => feed.Accept(fed)));
    }

    // Apart from what decides, and without the interactions: an acknowledgement may take as long as a judge.
    private async Task Settle(Task<Task[]> decided, TaskCompletionSource done, HashSet<Task> others, int count)
    {
        try
        {
            await Task.WhenAll(await decided);
            done.SetResult();
        }
        catch (Exception failed)
        {
            done.SetException(failed);
            // Looked at here: nobody else may be waiting for it.
            _ = done.Task.Exception;
            throw;
        }
        finally
        {
            Interlocked.Add(ref waiting, -count);
        }

        await Task.WhenAll(others);
    }

    public async ValueTask DisposeAsync()
    {
        MonitorFeed[] ended;
        lock (gate)
        {
            ended = [.. feeds.Values];
        }

        foreach (var feed in ended)
        {
            await feed.DisposeAsync();
        }
    }

    private TrafficSight Now()
    {
        lock (gate)
        {
            return new TrafficSight(Waiting, [.. feeds.Select(feed => (feed.Key, feed.Value.Share, feed.Value.Apart is not null))]);
        }
    }

    /// <summary>The feeds of the monitors that want traffic; those of others end.</summary>
    private MonitorFeed[] Feeds(MonitorSet set, Pseudonyms pseudonyms)
    {
        lock (gate)
        {
            if (!ReferenceEquals(set, followed))
            {
                followed = set;
                var wanted = set.Monitors.Where(entry => !entry.Paused).ToDictionary(entry => entry.Name);
                foreach (var gone in feeds.Keys.Except(wanted.Keys).ToArray())
                {
                    feeds.Remove(gone, out var feed);
                    _ = feed!.Retire();
                }

                foreach (var (name, entry) in wanted)
                {
                    if (feeds.TryGetValue(name, out var feed))
                    {
                        feed.Follow(entry);
                    }
                    else
                    {
                        feeds[name] = new MonitorFeed(entry, $"{source}.{++made}", new Outgoing(policy, pseudonyms, telemetry), grains, options, telemetry, time, log);
                    }
                }
            }

            return [.. feeds.Values];
        }
    }
}

/// <summary>Interactions that were taken.</summary>
/// <param name="Decided">Ends when they need not be held any longer.</param>
/// <param name="Safe">Ends when what matters of them rests safely.</param>
internal readonly record struct Accepted(Task Decided, Task Safe);
