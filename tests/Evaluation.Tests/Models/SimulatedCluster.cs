using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Models;

/// <summary>An endpoint and its silos in simulated time, in steps of 10 ms: silos hold calls back as their leases say, and a provider answers after a latency, or says 429 or fails at once.</summary>
internal sealed class SimulatedCluster(ModelLimits limits, int silos, Func<DateTimeOffset, Response>? provider = null)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly List<SimulatedSilo> all = [.. Enumerable.Range(0, silos).Select(i => new SimulatedSilo($"silo-{i}", TimeSpan.FromMilliseconds(23 * i)))];

    public Endpoint Endpoint { get; private set; } = Endpoint.Of(limits, Start, silos);

    public DateTimeOffset Now { get; private set; } = Start;

    public IReadOnlyList<SimulatedSilo> Silos => all;

    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Tokens that a call reserves, and that it takes in the end.</summary>
    public (double Reserved, Func<int, double> Taken) Tokens { get; init; } = (0, _ => 0);

    public List<Call> Calls { get; } = [];

    public int MostInFlight { get; private set; }

    public int Served => Calls.Count(call => call.Response.Ok && call.End <= Now);

    public static Flow Run(string name, string tenant = "default") => new(Lane.Run, new(tenant), new(name));

    public static Flow Monitor(string name) => new(Lane.Monitor, TenantName.Default, new(name));

    public void Wait(int silo, Flow flow, int calls, double weight = 1, double tenantWeight = 1) => all[silo].Wait(flow, calls, weight, tenantWeight);

    public void Kill(int silo) => all[silo].Dead = true;

    /// <summary>The endpoint is lost with its silo and activated elsewhere, knowing nothing.</summary>
    public void Move() => Endpoint = Endpoint.Of(limits, Now, silos);

    public void Run(TimeSpan time)
    {
        for (var end = Now + time; Now < end; Now += Step)
        {
            foreach (var silo in all.Where(silo => !silo.Dead))
            {
                silo.End(Now);
                if (Now >= silo.Renew)
                {
                    (Endpoint, var lease) = Endpoint.Renew(silo.Report(Now, Tokens.Reserved), Now);
                    silo.Take(lease, Now);
                }

                while (silo.Next(Tokens.Reserved) is { } flow)
                {
                    var response = provider?.Invoke(Now) ?? Response.Answered;
                    var call = new Call(Now, Now + (response.Ok ? Latency : TimeSpan.FromMilliseconds(10)), flow, silo.Name, Tokens.Taken(Calls.Count), response);
                    Calls.Add(call);
                    silo.Begin(call, Tokens.Reserved);
                }
            }

            MostInFlight = Math.Max(MostInFlight, all.Sum(silo => silo.InFlight));
        }
    }

    /// <summary>The most of something that lies in any 60 seconds.</summary>
    public double MostInAMinute(Func<Call, double> amount)
    {
        var (most, sum, first) = (0.0, 0.0, 0);
        foreach (var call in Calls)
        {
            sum += amount(call);
            while (call.Start - Calls[first].Start >= TimeSpan.FromMinutes(1))
            {
                sum -= amount(Calls[first++]);
            }

            most = Math.Max(most, sum);
        }

        return most;
    }

    public int Started(Flow flow, TimeSpan since) => Calls.Count(call => call.Flow == flow && call.Start >= Start + since);
}

internal sealed record Call(DateTimeOffset Start, DateTimeOffset End, Flow Flow, string Silo, double Tokens, Response Response);

internal sealed record Response(bool Ok, TimeSpan? RetryAfter = null)
{
    public static readonly Response Answered = new(true);

    public static readonly Response Broken = new(false);
}

/// <summary>One silo's calls; a flow's next call starts where it has had least for its weight.</summary>
internal sealed class SimulatedSilo(string name, TimeSpan offset)
{
    private readonly Dictionary<Flow, (int Waiting, double Weight, double TenantWeight, double Local, double Had)> flows = [];
    private readonly List<(Call Call, double Reserved)> inFlight = [];
    private Lease? lease;
    private int? requests;
    private double? tokens;
    private int served;
    private int limited;
    private int failed;
    private int failedSince;
    private TimeSpan? retryAfter;
    private bool blocked;
    private bool probeDue;
    private Call? probing;
    private bool? probe;

    public string Name => name;

    public bool Dead { get; set; }

    public DateTimeOffset Renew { get; private set; } = SimulatedCluster.Start + offset;

    public int InFlight => inFlight.Count;

    public int Waiting => flows.Values.Sum(flow => flow.Waiting);

    public void Wait(Flow flow, int calls, double weight, double tenantWeight)
    {
        var before = flows.GetValueOrDefault(flow, (0, weight, tenantWeight, 1, flows.Count == 0 ? 0 : flows.Values.Min(one => one.Had)));
        flows[flow] = before with { Waiting = before.Waiting + calls };
    }

    public LeaseRequest Report(DateTimeOffset now, double next)
    {
        var report = new LeaseRequest
        {
            Holder = name,
            Demands = [.. flows.Select(one => new Demand(one.Key, one.Value.TenantWeight, one.Value.Weight, one.Value.Waiting, inFlight.Count(call => call.Call.Flow == one.Key)))
                .Where(one => one.Waiting + one.InFlight > 0)],
            Leased = lease?.Concurrency ?? 0,
            UnusedRequests = requests ?? 0,
            UnusedTokens = tokens ?? 0,
            NextTokens = Waiting > 0 ? next : 0,
            WaitingTokens = Waiting * next,
            Served = served,
            Limited = limited,
            Failed = failed,
            FailedSince = failedSince,
            Failure = failed > 0 ? "status 500" : null,
            RetryAfter = retryAfter,
            Probing = probeDue || probing is not null,
            Probe = probe,
        };
        (served, limited, failed, failedSince, retryAfter, probe) = (0, 0, 0, 0, null, null);
        return report;
    }

    public void Take(Lease next, DateTimeOffset now)
    {
        (lease, requests, blocked) = (next, next.Requests, false);
        tokens = next.Tokens;
        probeDue |= next.Probe;
        Renew = now + next.Renew;
        foreach (var weight in next.Weights)
        {
            flows[weight.Flow] = flows[weight.Flow] with { Local = weight.Value };
        }
    }

    public Flow? Next(double reserve)
    {
        if (Waiting == 0 || lease is null || !(probeDue || (!blocked && inFlight.Count < lease.Concurrency && requests != 0 && !(tokens < reserve))))
        {
            return null;
        }

        return flows.Where(one => one.Value.Waiting > 0).MinBy(one => one.Value.Had).Key;
    }

    public void Begin(Call call, double reserved)
    {
        var flow = flows[call.Flow];
        flows[call.Flow] = flow with { Waiting = flow.Waiting - 1, Had = flow.Had + 1 / flow.Local };
        if (probeDue)
        {
            (probeDue, probing) = (false, call);
        }
        else
        {
            requests--;
            tokens -= reserved;
        }

        inFlight.Add((call, reserved));
    }

    public void End(DateTimeOffset now)
    {
        for (var i = inFlight.Count - 1; i >= 0; i--)
        {
            var (call, reserved) = inFlight[i];
            if (call.End > now)
            {
                continue;
            }

            inFlight.RemoveAt(i);
            if (call.Response.Ok)
            {
                served++;
                tokens += reserved - call.Tokens;
            }
            else
            {
                var flow = flows[call.Flow];
                flows[call.Flow] = flow with { Waiting = flow.Waiting + 1 };
                tokens += reserved;
                if (call.Response.RetryAfter is { } wait)
                {
                    (limited, blocked, retryAfter) = (limited + 1, true, wait > (retryAfter ?? TimeSpan.Zero) ? wait : retryAfter);
                    Renew = now;
                }
                else
                {
                    failed++;
                }
            }

            var works = call.Response.Ok || call.Response.RetryAfter is not null;
            failedSince = works ? 0 : failedSince + 1;
            if (failedSince >= Breaker.Alarm)
            {
                (blocked, Renew) = (true, now);
            }

            if (call == probing)
            {
                (probing, probe, Renew) = (null, works, now);
            }
        }
    }
}

/// <summary>A provider's limit: a bucket of one second's worth, and Retry-After until there is room for one.</summary>
internal sealed class ProviderBucket(double perMinute)
{
    private double level = Math.Max(1, perMinute / 60);
    private DateTimeOffset filled = SimulatedCluster.Start;

    public Response Ask(DateTimeOffset now)
    {
        level = Math.Min(Math.Max(1, perMinute / 60), level + (now - filled).TotalSeconds * perMinute / 60);
        filled = now;
        if (level < 1)
        {
            return new Response(false, TimeSpan.FromSeconds((1 - level) * 60 / perMinute));
        }

        level--;
        return Response.Answered;
    }
}
