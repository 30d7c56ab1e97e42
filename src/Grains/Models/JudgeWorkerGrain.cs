using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Orleans.Concurrency;

namespace Assize.Grains.Models;

[StatelessWorker(1)]
[Reentrant]
[GrainType("judge-worker")]
internal sealed class JudgeWorkerGrain(IModels models, TimeProvider time) : Grain, IJudgeWorkerGrain, IAsyncDisposable
{
    private Permits? permits;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var endpoint = GrainFactory.Endpoint(Addresses.ModelOf(this.GetPrimaryKeyString()));
        permits = new Permits(endpoint, RuntimeIdentity, time);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (permits is not null)
        {
            await permits.DisposeAsync();
        }
    }

    public async Task<Completion> Ask(CompletionRequest request, CancellationToken cancellation)
    {
        if (models.Find(request.Prompt.Model) is not { } model)
        {
            return new Completion.Failed(Reason.NoModel, $"model '{request.Prompt.Model}' is not declared on this silo");
        }

        var failed = ImmutableArray<FailedAttempt>.Empty;
        for (var attempt = 1; ; attempt++)
        {
            if (!await permits!.Enter(cancellation))
            {
                return new Completion.Failed(Reason.Cancelled, "cancelled before it was asked") { FailedAttempts = failed };
            }

            var started = time.GetTimestamp();
            Attempt tried;
            try
            {
                // Off the grain's scheduler: building requests for one model may use all cores.
                tried = await Task.Run(() => model.Ask(request.Prompt, CancellationToken.None), CancellationToken.None);
                permits.Learn(tried);
            }
            finally
            {
                permits.Leave();
            }

            if (tried.Completion is Completion.Replied reply)
            {
                return reply with { FailedAttempts = failed, LatencyMs = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1) };
            }

            var failure = (Completion.Failed)tried.Completion;
            failed = failed.Add(new FailedAttempt(failure.Reason, failure.Detail)
            {
                LatencyMs = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1),
            });
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
