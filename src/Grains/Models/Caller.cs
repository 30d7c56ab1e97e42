using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>Calls a model until it replies, its attempts are used up or nobody waits any more: one permit for each attempt.</summary>
internal sealed class Caller(IModel model, Permits permits, TimeProvider time)
{
    /// <summary>How long 429s are waited out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public async Task<Completion> Ask(CompletionRequest request, CancellationToken cancellation)
    {
        var failed = ImmutableArray<FailedAttempt>.Empty;
        var began = time.GetTimestamp();
        for (var attempt = 1; ;)
        {
            var permit = await permits.Enter(request, cancellation);
            if (permit.Entry is not Entry.Granted)
            {
                var why = permit.Entry is Entry.Closed ? "the silo stopped before it was asked" : "cancelled before it was asked";
                return new Completion.Failed(Reason.Cancelled, why) { FailedAttempts = failed };
            }

            var (tried, latency) = await Call(request, permit);
            if (tried.Completion is Completion.Replied reply)
            {
                return reply with { FailedAttempts = failed, LatencyMs = latency };
            }

            var failure = (Completion.Failed)tried.Completion;
            failed = failed.Add(new FailedAttempt(failure.Reason, failure.Detail) { LatencyMs = latency });
            var waitedOut = failure.Reason is Reason.RateLimited && time.GetElapsedTime(began) < Patience;
            if (!tried.Transient || (attempt >= model.Limits.MaxAttempts && !waitedOut && !permit.Probe))
            {
                return failure with { FailedAttempts = failed };
            }

            attempt += waitedOut || permit.Probe ? 0 : 1;
            try
            {
                await Task.Delay(Backoff.Before(Math.Max(2, attempt), tried.RetryAfter, request.Payer), time, cancellation);
            }
            catch (OperationCanceledException)
            {
                return new Completion.Failed(Reason.Cancelled, $"cancelled between attempts; the last one failed: {failure.Detail}") { FailedAttempts = failed };
            }
        }
    }

    private async Task<(Attempt Tried, double LatencyMs)> Call(CompletionRequest request, Permit permit)
    {
        var started = time.GetTimestamp();
        try
        {
            var tried = await model.Ask(request.Prompt, CancellationToken.None);
            permits.Learn(tried, permit);
            return (tried, Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1));
        }
        finally
        {
            permits.Leave();
        }
    }
}
