using System.Collections.Immutable;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>Calls a model until it replies, its attempts are used up or nobody waits any more: one permit for each call. A 429 and a failed probe use up no attempt.</summary>
internal sealed class Caller(IModel model, Permits permits, TimeProvider time, Telemetry telemetry)
{
    /// <summary>Whoever asks hears nothing any more after half an hour, by which time a pause of two minutes, the wait for a permit and the last attempt have to be over: a reply that comes later is paid for and lost.</summary>
    private static readonly TimeSpan Heard = TimeSpan.FromMinutes(27);

    public async Task<Completion> Ask(CompletionRequest request, CancellationToken cancellation)
    {
        var failed = ImmutableArray<FailedAttempt>.Empty;
        var begun = time.GetTimestamp();
        var attempts = 0;
        long? firstLimited = null;
        var limited = 0;
        while (true)
        {
            var entered = time.GetTimestamp();
            var permit = await permits.Enter(request, cancellation);
            switch (permit.Entry)
            {
                case Entry.GivenUp: return new Completion.Failed(Reason.Cancelled, "cancelled before it was asked") { FailedAttempts = failed };
                // What failed on the way is paid for, and an exception could not say so: whoever asked hears of it and asks again.
                case Entry.LetGo: return failed.IsEmpty ? throw new LetGoException() : new Completion.Failed(Reason.Cancelled, "let go between attempts") { FailedAttempts = failed };
                case Entry.Hopeless: return new Completion.Failed(permit.Reason, permit.Why!) { FailedAttempts = failed };
            }

            var started = time.GetTimestamp();
            telemetry.Waited(model.Card.Name, request.Standing.Lane, time.GetElapsedTime(entered, started));
            Attempt? tried = null;
            try
            {
                tried = await model.Ask(request.Prompt, CancellationToken.None);
            }
            finally
            {
                permits.Leave(permit, request, tried);
            }

            var took = time.GetElapsedTime(started);
            if (tried.Completion is Completion.Replied said && Price.Counted(said, request.Prompt, model.Card) is { Estimated: not null } counted)
            {
                tried = tried with { Completion = counted };
            }

            telemetry.Called(model.Card, tried, took, failed);
            var latency = Math.Round(took.TotalMilliseconds, 1);
            if (tried.Completion is Completion.Replied reply)
            {
                return reply with { FailedAttempts = failed, LatencyMs = latency };
            }

            var failure = (Completion.Failed)tried.Completion;
            failed = failed.Add(new FailedAttempt(failure.Reason, failure.Detail) { LatencyMs = latency, Usage = tried.FailedUsage });
            if (!tried.Transient)
            {
                return failure with { FailedAttempts = failed };
            }

            if (failure.Reason is Reason.RateLimited)
            {
                // The endpoint makes everybody wait as long as the provider asks.
                limited++;
                firstLimited ??= time.GetTimestamp();
                if (limited >= model.Limits.MaxAttempts && time.GetElapsedTime(firstLimited.Value) > model.Limits.Patience)
                {
                    return failure with { FailedAttempts = failed };
                }
            }

            var late = time.GetElapsedTime(begun) + Permits.Longest + model.Timeout > Heard;
            if (failure.Reason is Reason.RateLimited || permit.Entry is Entry.Probe)
            {
                if (late)
                {
                    // It used up no attempt: whoever asked hears what it took, and asks again.
                    return new Completion.Failed(Reason.Cancelled, "let go between attempts") { FailedAttempts = failed };
                }

                continue;
            }

            if (++attempts >= model.Limits.MaxAttempts || late)
            {
                return failure with { FailedAttempts = failed };
            }

            try
            {
                await Task.Delay(Backoff.Before(attempts + 1, tried.RetryAfter, request.Payer), time, cancellation);
            }
            catch (OperationCanceledException)
            {
                return new Completion.Failed(Reason.Cancelled, $"cancelled between attempts; the last one failed: {failure.Detail}") { FailedAttempts = failed };
            }
        }
    }
}
