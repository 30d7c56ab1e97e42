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

            place = waiting.AddLast(new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using var registration = cancellation.Register(() =>
        {
            lock (gate)
            {
                if (place.Value.TrySetResult(false) && place.List is not null)
                {
                    waiting.Remove(place);
                }
            }
        });
        return await place.Value.Task;
    }

    public void Leave()
    {
        lock (gate)
        {
            inFlight--;
            HandOut();
        }
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
            renewal = Renew();
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

    private void HandOut()
    {
        while (waiting.First is { } first && TryTake())
        {
            waiting.RemoveFirst();
            if (!first.Value.TrySetResult(true))
            {
                inFlight--;
            }
        }
    }
}
