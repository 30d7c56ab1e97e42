using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>A silo's share of an endpoint's permits, handed out in fair order, and renewed from the endpoint while anybody waits or works.</summary>
internal sealed class Permits : IAsyncDisposable
{
    /// <summary>A call that waited so long is let go and asked for again, so that no grain call runs into its timeout.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private readonly IEndpointGrain endpoint;
    private readonly Pulse pulse;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly FairQueue queue = new();
    private readonly TokenEstimate? estimate;
    private readonly Findings findings;
    private Task renewal = Task.CompletedTask;
    private bool renewing;
    private bool scheduled;
    private bool soon;
    private bool closed;
    private bool blocked;
    private bool probeDue;
    private Lease? lease;
    private long leaseStarted;
    private long renewed;
    private long worked;
    private long looked;
    private int? requests;
    private double? tokens;
    private int inFlight;

    public Permits(IEndpointGrain endpoint, string holder, ModelLimits limits, Pulse pulse, TimeProvider time)
    {
        (this.endpoint, this.pulse, this.time) = (endpoint, pulse, time);
        findings = new Findings(holder);
        estimate = limits.TokensPerMinute is { } most ? new TokenEstimate(most) : null;
        timer = time.CreateTimer(_ => Due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        looked = time.GetTimestamp();
    }

    /// <summary>Waits for a permit.</summary>
    public async ValueTask<Permit> Enter(CompletionRequest request, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return new Permit(Entry.GivenUp);
        }

        Waiter waiter;
        lock (gate)
        {
            if (closed)
            {
                return new Permit(Entry.LetGo);
            }

            var (line, isNew) = queue.Of(new Flow(request.Standing.Lane, request.Tenant, request.Run), request.Standing);
            var reserve = estimate?.Of(request.Prompt) ?? 0;
            if (queue.Count == 0 && TryTake(reserve, out var entry))
            {
                line.InFlight++;
                return new Permit(entry, line, reserve);
            }

            waiter = new Waiter(line, reserve, time.GetTimestamp());
            queue.Add(waiter);
            if (isNew || Lacking(reserve))
            {
                Wake();
            }
        }

        using var registration = cancellation.UnsafeRegister(static (state, _) =>
        {
            var (permits, given) = ((Permits, Waiter))state!;
            permits.GiveUp(given);
        }, (this, waiter));
        return await waiter.Task;
    }

    /// <summary>Gives a permit back with what the call brought; null when it broke. Who gets it goes on at once, on this thread: an endpoint is kept busy before its answers are worked on.</summary>
    public void Leave(in Permit permit, CompletionRequest request, Attempt? attempt)
    {
        Waiter? next;
        Permit granted;
        lock (gate)
        {
            inFlight--;
            permit.Line!.InFlight--;
            if (attempt is not null)
            {
                Learn(permit, request, attempt);
            }
            else
            {
                Lose(permit);
            }

            next = Next(out granted);
        }

        next?.SetResult(granted);
    }

    /// <summary>Who waits and who works.</summary>
    public ImmutableArray<Demand> Demands()
    {
        lock (gate)
        {
            return queue.Demands();
        }
    }

    /// <summary>Lets everybody go who waits, and takes nobody any more; calls in flight go on to their end.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Release(queue.All(), new Permit(Entry.LetGo));
            Wake();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await timer.DisposeAsync();
        Task running;
        lock (gate)
        {
            running = renewal;
        }

        await running;
    }

    /// <summary>A call that broke: what it holds at the endpoint is given back all the same, or no other probe would ever be sent.</summary>
    private void Lose(in Permit permit)
    {
        findings.Lose(permit.Entry is Entry.Probe);
        if (permit.Entry is Entry.Probe)
        {
            Wake();
        }
    }

    private void Learn(in Permit permit, CompletionRequest request, Attempt attempt)
    {
        switch (attempt.Completion)
        {
            case Completion.Replied { Usage: { InputTokens: 0, OutputTokens: 0 } }:
                // The provider does not say: what was reserved is the best that is known of it.
                break;
            case Completion.Replied reply:
                tokens += permit.Tokens - (reply.Usage.InputTokens + reply.Usage.OutputTokens);
                estimate?.Learn(request.Prompt, reply.Usage);
                break;
            case Completion.Failed { Reason: Reason.RateLimited } when attempt.Transient:
                tokens += permit.Tokens;
                // Nothing more starts here before the endpoint has heard of it.
                blocked = true;
                Wake();
                break;
        }

        findings.Learn(attempt, permit.Entry is Entry.Probe);
        if (findings.FailedSince >= Breaker.Alarm)
        {
            blocked = true;
            Wake();
        }
        else if (permit.Entry is Entry.Probe)
        {
            Wake();
        }
    }

    private bool Lacking(double reserve) =>
        lease is null || requests == 0 || tokens < reserve || (inFlight >= lease.Concurrency && lease.Renew < TimeSpan.FromSeconds(1)) || lease.Concurrency == 0;

    /// <summary>Renews the lease soon, but not in a tight loop.</summary>
    private void Wake()
    {
        if (renewing)
        {
            soon = true;
            return;
        }

        var since = time.GetElapsedTime(renewed);
        timer.Change(lease is null || since > Apart ? TimeSpan.Zero : Apart - since, Timeout.InfiniteTimeSpan);
        scheduled = true;
    }

    private void Due()
    {
        lock (gate)
        {
            if (!renewing && scheduled)
            {
                (renewing, scheduled, soon) = (true, false, false);
                renewal = Renew(Report());
            }
        }
    }

    private LeaseRequest Report()
    {
        var now = time.GetTimestamp();
        renewed = now;
        worked = inFlight > 0 || queue.Count > 0 ? now : worked;
        // What this silo may not start it does not ask for: others could be at work with it, and could see whether the provider works again.
        var steady = pulse.Steady;
        probeDue &= steady && queue.Count > 0;
        var demands = queue.Demands();
        var report = findings.Take() with
        {
            Demands = steady ? demands : [.. demands.Select(demand => demand with { Waiting = 0 })],
            Leased = lease?.Concurrency ?? 0,
            UnusedRequests = requests ?? 0,
            UnusedTokens = tokens ?? 0,
            NextTokens = steady ? queue.Peek()?.Tokens ?? 0 : 0,
            WaitingTokens = steady ? queue.Tokens : 0,
            Leaving = inFlight == 0 && queue.Count == 0 && (closed || time.GetElapsedTime(worked, now) >= Linger),
        };
        report = report with { Probing = report.Probing || probeDue };
        requests = requests is null ? null : 0;
        tokens = tokens is null ? null : 0;
        // What is given back may be somebody else's before the answer comes.
        lease = report.Leaving ? null : lease;
        return report;
    }

    private async Task Renew(LeaseRequest report)
    {
        // Off the caller's thread: it holds the gate, and a grain in this silo would answer on it.
        await Task.Yield();
        var started = time.GetTimestamp();
        Lease? next = null;
        try
        {
            next = await endpoint.Renew(report).WaitAsync(Answer, time);
        }
        catch (Exception)
        {
            // Most often the endpoint is being moved, or this silo stops; the lease runs on to its end and is renewed when the endpoint answers again. Whatever it was: who did not ask again would never start a call here any more.
            lock (gate)
            {
                findings.Restore(report);
                tokens += Math.Min(0, report.UnusedTokens);
            }
        }

        lock (gate)
        {
            renewing = false;
            if (next is not null && !report.Leaving)
            {
                (lease, leaseStarted, blocked) = (next, started, false);
                requests = next.Requests;
                tokens = next.Tokens is { } more ? (tokens ?? 0) + more : null;
                probeDue |= next.Probe;
                queue.Weigh(next.Weights);
            }
            else if (report.Leaving || time.GetElapsedTime(leaseStarted) >= Lease.Life)
            {
                (lease, requests, probeDue) = (null, null, false);
            }

            HandOut();
            LetGo();
            if (queue.Count > 0 || inFlight > 0 || !report.Leaving)
            {
                var pause = next?.Renew ?? TimeSpan.FromMilliseconds(500);
                timer.Change(soon && pause > Apart ? Apart : pause, Timeout.InfiniteTimeSpan);
                scheduled = true;
            }
        }
    }

    private bool TryTake(double reserve, out Entry entry)
    {
        entry = probeDue ? Entry.Probe : Entry.Granted;
        if (!pulse.Steady)
        {
            return false;
        }

        if (probeDue)
        {
            probeDue = false;
            findings.Probing = true;
            inFlight++;
            // Nobody granted them, but the call takes them all the same, and gives back what it did not use.
            tokens -= reserve;
            return true;
        }

        if (lease is null || blocked || inFlight >= lease.Concurrency || requests == 0 || tokens < reserve)
        {
            return false;
        }

        inFlight++;
        requests--;
        tokens -= reserve;
        return true;
    }

    private Waiter? Next(out Permit granted)
    {
        granted = default;
        if (queue.Count == 0 || queue.Peek() is not { } first || !TryTake(first.Tokens, out var entry))
        {
            return null;
        }

        queue.Take(first);
        first.Line.InFlight++;
        granted = new Permit(entry, first.Line, first.Tokens);
        return first;
    }

    private void HandOut()
    {
        while (Next(out var granted) is { } next)
        {
            Complete(next, granted);
        }
    }

    private void LetGo()
    {
        if (lease is { Hopeless: { } why })
        {
            Release(queue.All(), new Permit(Entry.Hopeless, Why: why, Reason: lease.HopelessFor));
        }

        if (time.GetElapsedTime(looked) > TimeSpan.FromSeconds(10))
        {
            looked = time.GetTimestamp();
            Release(queue.All().Where(waiter => time.GetElapsedTime(waiter.Since) > Longest), new Permit(Entry.LetGo));
        }
    }

    private void Release(IEnumerable<Waiter> waiters, Permit ending)
    {
        foreach (var waiter in waiters)
        {
            queue.Remove(waiter);
            Complete(waiter, ending);
        }
    }

    private static void Complete(Waiter waiter, Permit ending) =>
        ThreadPool.UnsafeQueueUserWorkItem(static one => one.waiter.SetResult(one.ending), (waiter, ending), preferLocal: false);

    private void GiveUp(Waiter waiter)
    {
        lock (gate)
        {
            if (!queue.Remove(waiter))
            {
                return;
            }
        }

        waiter.SetResult(new Permit(Entry.GivenUp));
    }
}
