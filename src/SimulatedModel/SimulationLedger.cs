using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Assize.SimulatedModel;

/// <summary>Counts what is asked and answered, and knows which bodies were seen.</summary>
internal sealed class SimulationLedger(SimulationOptions options, TimeProvider time)
{
    /// <summary>An hour.</summary>
    private const int LongestLog = 36_000;

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<UInt128, int> attempts = new();
    private readonly ConcurrentDictionary<UInt128, DateTimeOffset> answeredBodies = new();
    private long requests;
    private long answered;
    private long limited;
    private long failed;
    private long repeated;
    private DateTimeOffset? repeatedFrom;
    private int inFlight;
    private int maxInFlight;
    private double bucket = options.RequestsPerMinute / 60.0 is { } burst ? Math.Max(1, burst) : 0;
    private long filled = time.GetTimestamp();
    private readonly List<SimulationTenth> log = [];
    private readonly long began = time.GetTimestamp();

    /// <summary>What came in, by tenths of a second in which something did.</summary>
    public ImmutableArray<SimulationTenth> Log
    {
        get
        {
            lock (gate)
            {
                return [.. log];
            }
        }
    }

    public SimulationStats Stats => new(
        Interlocked.Read(ref requests), Interlocked.Read(ref answered), Interlocked.Read(ref limited), Interlocked.Read(ref failed),
        attempts.Count, Interlocked.Read(ref repeated), Volatile.Read(ref inFlight), Volatile.Read(ref maxInFlight))
    {
        RepeatedFrom = repeatedFrom,
    };

    /// <summary>Takes a request in: how often its body was asked before, or null with the wait when there is no room.</summary>
    public int? Enter(UInt128 body, out TimeSpan wait)
    {
        Interlocked.Increment(ref requests);
        wait = TimeSpan.FromSeconds(1);
        if (!HasRoom(ref wait))
        {
            Interlocked.Increment(ref limited);
            Note(limited: 1);
            return null;
        }

        Note(accepted: 1);
        if (!options.TrackBodies)
        {
            return 0;
        }

        if (answeredBodies.TryGetValue(body, out var at))
        {
            Interlocked.Increment(ref repeated);
            lock (gate)
            {
                repeatedFrom = repeatedFrom < at ? repeatedFrom : at;
            }
        }

        return attempts.AddOrUpdate(body, 0, static (_, before) => before + 1);
    }

    public void Leave() => Interlocked.Decrement(ref inFlight);

    public void Answered(UInt128 body, long tokens)
    {
        Interlocked.Increment(ref answered);
        Note(tokens: tokens);
        if (options.TrackBodies)
        {
            answeredBodies.TryAdd(body, time.GetUtcNow());
        }
    }

    public void Limited() => Interlocked.Increment(ref limited);

    public void Failed() => Interlocked.Increment(ref failed);

    public void Reset()
    {
        lock (gate)
        {
            attempts.Clear();
            answeredBodies.Clear();
            log.Clear();
            (requests, answered, limited, failed, repeated) = (0, 0, 0, 0, 0);
            repeatedFrom = null;
            maxInFlight = inFlight;
        }
    }

    private void Note(int accepted = 0, int limited = 0, long tokens = 0)
    {
        lock (gate)
        {
            var tenth = Math.Floor(time.GetElapsedTime(began).TotalSeconds * 10) / 10;
            if (log.Count == 0 || log[^1].At < tenth)
            {
                log.RemoveRange(0, log.Count >= LongestLog ? LongestLog / 10 : 0);
                log.Add(new SimulationTenth(tenth, 0, 0, 0));
            }

            log[^1] = log[^1] with { Accepted = log[^1].Accepted + accepted, Limited = log[^1].Limited + limited, Tokens = log[^1].Tokens + tokens };
        }
    }

    private bool HasRoom(ref TimeSpan wait)
    {
        var now = Interlocked.Increment(ref inFlight);
        if (now > options.Concurrency)
        {
            Interlocked.Decrement(ref inFlight);
            return false;
        }

        for (var most = maxInFlight; now > most; most = maxInFlight)
        {
            Interlocked.CompareExchange(ref maxInFlight, now, most);
        }

        if (options.RequestsPerMinute is not { } perMinute)
        {
            return true;
        }

        lock (gate)
        {
            var perSecond = perMinute / 60.0;
            bucket = Math.Min(Math.Max(1, perSecond), bucket + time.GetElapsedTime(filled).TotalSeconds * perSecond);
            filled = time.GetTimestamp();
            if (bucket >= 1)
            {
                bucket--;
                return true;
            }

            wait = TimeSpan.FromSeconds((1 - bucket) / perSecond);
        }

        Interlocked.Decrement(ref inFlight);
        return false;
    }
}
