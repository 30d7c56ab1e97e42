using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>A silo's share of an endpoint's permits: served fairly, renewed from the endpoint while anybody waits or works.</summary>
internal sealed class Permits(IEndpointGrain endpoint, string holder, double monitorShare, Pulse pulse, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Lines told to the endpoint: enough for a person to see who waits.</summary>
    private const int MostLines = 12;

    /// <summary>Shorter than the endpoint believes in the lease, and than a frozen silo is waited for.</summary>
    private static readonly TimeSpan LeaseLife = TimeSpan.FromSeconds(4);

    private readonly Lock gate = new();
    private readonly FairQueue<TaskCompletionSource<Permit>> waiting = new(monitorShare);
    private readonly CancellationTokenSource closed = new();
    private TaskCompletionSource hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task renewal = Task.CompletedTask;
    private bool renewing;
    private bool held;
    private Lease? lease;
    private long leased;
    private int? requests;
    private int inFlight;
    private int served;
    private int limited;
    private int failed;
    private long tokens;
    private double tokensEach;
    private TimeSpan? retryAfter;

    /// <summary>Waits for a permit.</summary>
    public async ValueTask<Permit> Enter(CompletionRequest request, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return new Permit(Entry.GivenUp);
        }

        var waiter = new TaskCompletionSource<Permit>();
        FairQueue<TaskCompletionSource<Permit>>.Ticket ticket;
        lock (gate)
        {
            if (closed.IsCancellationRequested)
            {
                return new Permit(Entry.Closed);
            }

            if (tokensEach == 0)
            {
                tokensEach = Expected(request.Prompt);
            }

            StartRenewing();
            if (waiting.Count == 0 && TryTake(out var permit))
            {
                return permit;
            }

            ticket = waiting.Enqueue(request, waiter);
        }

        await using var registration = cancellation.UnsafeRegister(static (giveUp, _) => ((Action)giveUp!)(), () => GiveUp(ticket, waiter));
        return await waiter.Task;
    }

    /// <summary>Gives a permit back. Who gets it goes on at once, on this thread: an endpoint is kept busy before its answers are worked on.</summary>
    public void Leave()
    {
        TaskCompletionSource<Permit>? next;
        Permit permit;
        lock (gate)
        {
            inFlight--;
            next = Next(out permit);
        }

        next?.SetResult(permit);
    }

    /// <summary>Notes what a call brought, for the next renewal.</summary>
    public void Learn(Attempt attempt, Permit permit)
    {
        lock (gate)
        {
            switch (attempt.Completion)
            {
                case Completion.Replied reply:
                    var used = reply.Usage.InputTokens + reply.Usage.OutputTokens;
                    served++;
                    tokens += used - permit.Tokens;
                    tokensEach += (used - tokensEach) * 0.05;
                    break;
                case Completion.Failed { Reason: Reason.RateLimited }:
                    limited++;
                    tokens -= permit.Tokens;
                    retryAfter = attempt.RetryAfter > (retryAfter ?? TimeSpan.Zero) ? attempt.RetryAfter : retryAfter;
                    break;
                default:
                    failed += attempt.Transient ? 1 : 0;
                    tokens -= permit.Tokens;
                    break;
            }

            if (Troubled)
            {
                hurry.TrySetResult();
            }
        }
    }

    /// <summary>Lets everybody go who waits; what is in flight comes to its end.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed.Cancel();
            while (waiting.TryDequeue(out var waiter))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static one => one.SetResult(new Permit(Entry.Closed)), waiter, preferLocal: false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await renewal;
    }

    /// <summary>Tokens of a call nobody has made yet: four characters to the token, and a reply of as many as a verdict takes.</summary>
    private static double Expected(Prompt prompt) => prompt.Messages.Sum(message => message.Content.Length) / 4.0 + Math.Min(prompt.MaxTokens ?? 200, 200);

    private void StartRenewing()
    {
        if (!renewing)
        {
            renewing = true;
            renewal = Task.Run(Renew);
        }
    }

    private async Task Renew()
    {
        while (true)
        {
            LeaseRequest report;
            var asked = time.GetTimestamp();
            lock (gate)
            {
                if (closed.IsCancellationRequested || (inFlight == 0 && waiting.Count == 0 && served == 0 && lease is not null && !Leased))
                {
                    renewing = false;
                    return;
                }

                report = Report();
            }

            var pause = TimeSpan.FromMilliseconds(500);
            try
            {
                var next = await endpoint.Renew(report);
                lock (gate)
                {
                    held = false;
                    lease = next;
                    leased = asked;
                    requests = next.Requests;
                    HandOut();
                }

                pause = next.Renew;
            }
            catch (Exception lost) when (lost is TimeoutException or OrleansException)
            {
                // The endpoint is being moved: it is asked again soon, and what it did not hear is told again.
                lock (gate)
                {
                    (served, limited, failed, tokens) = (served + report.Served, limited + report.Limited, failed + report.Failed, tokens + report.Tokens);
                    held = false;
                }
            }

            using var waited = CancellationTokenSource.CreateLinkedTokenSource(closed.Token);
            await Task.WhenAny(Task.Delay(pause, time, waited.Token), hurry.Task);
            await waited.CancelAsync();
        }
    }

    /// <summary>Whether the lease still runs.</summary>
    private bool Leased => time.GetElapsedTime(leased) < LeaseLife;

    /// <summary>Whether the endpoint has to hear something before another call is made.</summary>
    private bool Troubled => limited > 0 || failed >= Breaker.Limit;

    private LeaseRequest Report()
    {
        var report = new LeaseRequest
        {
            Holder = holder, InFlight = inFlight, Waiting = waiting.Count, Unused = requests ?? 0, Served = served, Limited = limited, Failed = failed,
            Tokens = tokens, TokensEach = (int)Math.Ceiling(tokensEach), RetryAfter = retryAfter, Lines = waiting.Longest(MostLines),
        };
        // What goes back to the endpoint may not be used here any more.
        requests = requests is null ? null : 0;
        (served, limited, failed, tokens, retryAfter) = (0, 0, 0, 0, null);
        hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Until the endpoint has answered to a complaint, nothing is started.
        held = report.Limited > 0 || report.Failed >= Breaker.Limit;
        return report;
    }

    private bool TryTake(out Permit permit)
    {
        if (lease is null || !Leased || !pulse.Steady || inFlight >= lease.Concurrency || requests == 0 || held || Troubled)
        {
            permit = default;
            return false;
        }

        inFlight++;
        requests--;
        permit = new Permit(Entry.Granted, lease.TokensEach, lease.Probe);
        return true;
    }

    private TaskCompletionSource<Permit>? Next(out Permit permit)
    {
        permit = default;
        return waiting.Count > 0 && TryTake(out permit) && waiting.TryDequeue(out var next) ? next : null;
    }

    private void HandOut()
    {
        while (Next(out var permit) is { } next)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static one => one.next.SetResult(one.permit), (next, permit), preferLocal: false);
        }
    }

    private void GiveUp(FairQueue<TaskCompletionSource<Permit>>.Ticket ticket, TaskCompletionSource<Permit> waiter)
    {
        lock (gate)
        {
            if (!waiting.Remove(ticket))
            {
                return;
            }
        }

        waiter.SetResult(new Permit(Entry.GivenUp));
    }
}
