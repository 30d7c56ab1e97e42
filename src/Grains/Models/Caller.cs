using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>Calls a model until it replies, its attempts are used up or nobody waits any more: one permit for each attempt.</summary>
internal sealed class Caller(IModel model, Permits permits, TimeProvider time)
{
    public async Task<Completion> Ask(CompletionRequest request, CancellationToken cancellation)
    {
        var failed = ImmutableArray<FailedAttempt>.Empty;
        for (var attempt = 1; ; attempt++)
        {
            if (!await permits.Enter(cancellation))
            {
                return new Completion.Failed(Reason.Cancelled, "cancelled before it was asked") { FailedAttempts = failed };
            }

            var started = time.GetTimestamp();
            Attempt tried;
            double latency;
            try
            {
                tried = await model.Ask(request.Prompt, CancellationToken.None);
                latency = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1);
                permits.Learn(tried);
            }
            finally
            {
                permits.Leave();
            }

            if (tried.Completion is Completion.Replied reply)
            {
                return reply with { FailedAttempts = failed, LatencyMs = latency };
            }

            var failure = (Completion.Failed)tried.Completion;
            failed = failed.Add(new FailedAttempt(failure.Reason, failure.Detail) { LatencyMs = latency });
            if (!tried.Transient || attempt >= model.Limits.MaxAttempts)
            {
                return failure with { FailedAttempts = failed };
            }

            try
            {
                await Task.Delay(Backoff.Before(attempt + 1, tried.RetryAfter, request.Payer), time, cancellation);
            }
            catch (OperationCanceledException)
            {
                return new Completion.Failed(Reason.Cancelled, $"cancelled between attempts; the last one failed: {failure.Detail}") { FailedAttempts = failed };
            }
        }
    }
}
