using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>A silo's share of an endpoint's permits: first come, first served, renewed from the endpoint while anybody waits or works.</summary>
internal sealed class Permits(IEndpointGrain endpoint, string holder, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource<bool>> waiting = new();
    private readonly CancellationTokenSource closed = new();
    private Task renewal = Task.CompletedTask;
    private bool renewing;
    private Lease? lease;
    private DateTimeOffset leaseEnds;
    private int? requests;
    private int inFlight;
    private int served;
    private int limited;
    private long tokens;
    private TimeSpan? retryAfter;

    /// <summary>Waits for a permit; false when the waiting was given up.</summary>
    public async ValueTask<bool> Enter(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return false;
        }

        LinkedListNode<TaskCompletionSource<bool>> place;
        lock (gate)
        {
            StartRenewing();
            if (waiting.Count == 0 && TryTake())
            {
                return true;
            }

            place = waiting.AddLast(new TaskCompletionSource<bool>());
        }

        await using var registration = cancellation.UnsafeRegister(static (self, _) => ((Action)self!)(), () => GiveUp(place));
        return await place.Value.Task;
    }

    /// <summary>Gives a permit back. Who gets it goes on at once, on this thread: an endpoint is kept busy before its answers are worked on.</summary>
    public void Leave()
    {
        TaskCompletionSource<bool>? next;
        lock (gate)
        {
            inFlight--;
            next = Next();
        }

        next?.SetResult(true);
    }

    /// <summary>Notes what a call brought, for the next renewal.</summary>
    public void Learn(Attempt attempt)
    {
        lock (gate)
        {
            switch (attempt.Completion)
            {
                case Completion.Replied reply:
                    served++;
                    tokens += reply.Usage.InputTokens + reply.Usage.OutputTokens;
                    break;
                case Completion.Failed { Reason: Reason.RateLimited }:
                    limited++;
                    retryAfter = attempt.RetryAfter > (retryAfter ?? TimeSpan.Zero) ? attempt.RetryAfter : retryAfter;
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await renewal;
        closed.Dispose();
    }

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
            lock (gate)
            {
                if (closed.IsCancellationRequested || (inFlight == 0 && waiting.Count == 0 && served == 0 && lease is not null && time.GetUtcNow() > leaseEnds))
                {
                    renewing = false;
                    return;
                }

                report = new LeaseRequest
                {
                    Holder = holder, InFlight = inFlight, Waiting = waiting.Count, Served = served, Limited = limited, Tokens = tokens, RetryAfter = retryAfter,
                };
                (served, limited, tokens, retryAfter) = (0, 0, 0, null);
            }

            var pause = TimeSpan.FromMilliseconds(500);
            try
            {
                var next = await endpoint.Renew(report);
                lock (gate)
                {
                    lease = next;
                    leaseEnds = time.GetUtcNow() + TimeSpan.FromSeconds(10);
                    requests = next.Requests;
                    HandOut();
                }

                pause = next.Renew;
            }
            catch (Exception lost) when (lost is TimeoutException or OrleansException)
            {
                // The endpoint is being moved; the lease runs on to its end and is renewed when the endpoint answers again.
            }

            try
            {
                await Task.Delay(pause, time, closed.Token);
            }
            catch (OperationCanceledException)
            {
                continue;
            }
        }
    }

    private bool TryTake()
    {
        if (lease is null || inFlight >= lease.Concurrency || requests == 0)
        {
            return false;
        }

        inFlight++;
        requests--;
        return true;
    }

    private TaskCompletionSource<bool>? Next()
    {
        if (waiting.First is not { } first || !TryTake())
        {
            return null;
        }

        waiting.RemoveFirst();
        return first.Value;
    }

    private void HandOut()
    {
        while (Next() is { } next)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static granted => granted.SetResult(true), next, preferLocal: false);
        }
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource<bool>> place)
    {
        lock (gate)
        {
            if (place.List is null)
            {
                return;
            }

            waiting.Remove(place);
        }

        place.Value.SetResult(false);
    }
}
