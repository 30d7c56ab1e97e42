using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Models;

/// <summary>Silos that want as much as they can get from one endpoint, and a provider with limits of its own; in steps of ten milliseconds of a clock that is only a number.</summary>
internal sealed class SimulatedTraffic
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<Silo> silos = [];
    private readonly List<double> accepted = [];
    private Endpoint endpoint;
    private double bucket;
    private double clock;

    public SimulatedTraffic(ModelLimits limits, int silos)
    {
        endpoint = Endpoint.Of(limits, Start);
        this.silos.AddRange(Enumerable.Range(0, silos).Select(i => new Silo($"silo-{i}", NextRenewal: i * 0.03)));
    }

    /// <summary>What the provider takes a minute, in a bucket of one second's worth; null for anything.</summary>
    public double? ProviderPerMinute { get; init; }

    /// <summary>Seconds from a request to its reply.</summary>
    public double Latency { get; init; } = 0.2;

    /// <summary>Tokens of each call.</summary>
    public int TokensEach { get; init; } = 500;

    /// <summary>Whether the provider answers at all.</summary>
    public Func<double, bool> Works { get; init; } = _ => true;

    /// <summary>Requests that wait on each silo, always.</summary>
    public Func<int, int> Waiting { get; init; } = _ => 500;

    public int Asked { get; private set; }

    public int Limited { get; private set; }

    public int Failed { get; private set; }

    public int Served { get; private set; }

    public Endpoint Endpoint => endpoint;

    public DateTimeOffset Now => Start.AddSeconds(clock);

    /// <summary>The most requests that reached the provider within any minute, a half-open one.</summary>
    public int MostInAMinute
    {
        get
        {
            var (most, from) = (0, 0);
            for (var to = 0; to < accepted.Count; to++)
            {
                while (accepted[to] - accepted[from] >= 60)
                {
                    from++;
                }

                most = Math.Max(most, to - from + 1);
            }

            return most;
        }
    }

    public void Run(double seconds)
    {
        for (var end = clock + seconds; clock < end; clock += 0.01)
        {
            foreach (var (silo, index) in silos.Select((silo, i) => (silo, i)))
            {
                silo.Finish(clock, this);
                if (clock >= silo.NextRenewal || silo.Troubled)
                {
                    silo.Renew(this, Waiting(index));
                }

                silo.StartCalls(this, Waiting(index));
            }
        }
    }

    private bool Accepts(out double retryAfter)
    {
        Asked++;
        accepted.Add(clock);
        retryAfter = 0;
        if (ProviderPerMinute is not { } perMinute)
        {
            return true;
        }

        if (bucket >= 1)
        {
            bucket--;
            return true;
        }

        retryAfter = (1 - bucket) / (perMinute / 60);
        return false;
    }

    private sealed record Silo(string Name, double NextRenewal)
    {
        private readonly PriorityQueue<(double Ends, string Outcome, double RetryAfter, int Set), double> inFlight = new();
        private Lease? lease;
        private int? requests;
        private int served;
        private int limited;
        private int failed;
        private long tokens;
        private double? retryAfter;

        public double NextRenewal { get; private set; } = NextRenewal;

        public bool Troubled => limited > 0 || failed >= Breaker.Limit;

        public void Finish(double now, SimulatedTraffic traffic)
        {
            if (traffic.ProviderPerMinute is { } perMinute)
            {
                traffic.bucket = Math.Min(perMinute / 60, traffic.bucket + 0.01 / traffic.silos.Count * perMinute / 60);
            }

            while (inFlight.TryPeek(out var call, out var ends) && ends <= now)
            {
                inFlight.Dequeue();
                switch (call.Outcome)
                {
                    case "served":
                        served++;
                        traffic.Served++;
                        tokens += traffic.TokensEach - call.Set;
                        break;
                    case "limited":
                        limited++;
                        traffic.Limited++;
                        tokens -= call.Set;
                        retryAfter = Math.Max(retryAfter ?? 0, call.RetryAfter);
                        break;
                    default:
                        failed++;
                        traffic.Failed++;
                        tokens -= call.Set;
                        break;
                }
            }
        }

        public void Renew(SimulatedTraffic traffic, int waiting)
        {
            (traffic.endpoint, lease) = traffic.endpoint.Renew(
                new LeaseRequest
                {
                    Holder = Name, InFlight = inFlight.Count, Waiting = waiting, Unused = requests ?? 0, Served = served, Limited = limited, Failed = failed, Tokens = tokens,
                    TokensEach = traffic.TokensEach, RetryAfter = retryAfter is { } wait ? TimeSpan.FromSeconds(wait) : null,
                },
                traffic.Now);
            (served, limited, failed, tokens, retryAfter) = (0, 0, 0, 0, null);
            requests = lease.Requests;
            NextRenewal = traffic.clock + lease.Renew.TotalSeconds;
        }

        public void StartCalls(SimulatedTraffic traffic, int waiting)
        {
            for (var i = 0; i < waiting && lease is not null && inFlight.Count < lease.Concurrency && requests != 0; i++)
            {
                requests--;
                var works = traffic.Works(traffic.clock);
                var wait = 0.0;
                var outcome = !works ? "failed" : traffic.Accepts(out wait) ? "served" : "limited";
                var ends = traffic.clock + (outcome == "served" ? traffic.Latency : 0.005);
                inFlight.Enqueue((ends, outcome, wait, lease.TokensEach), ends);
            }
        }
    }
}
