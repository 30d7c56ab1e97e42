using Assize.Evaluation;
using Assize.Evaluation.Models;
using Orleans.Storage;

namespace Assize.Grains.Models;

/// <summary>Keeps a completion's reply and who uses it. One writes at a time, and nobody is answered from what is not written yet.</summary>
internal sealed class ReplyKeeper(IGrainBase grain, IPersistentState<Kept<PaidCompletion>> state, TimeProvider time) : IDisposable
{
    /// <summary>How long a paid reply waits for a store that fails before it is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim writing = new(1);

    public void Dispose() => writing.Dispose();

    /// <summary>The kept reply; null when there is none.</summary>
    public Task<Answer?> Kept(CompletionRequest request) => Kept(request, null);

    /// <summary>Answers a completion, a reply once it is kept, where it may be; what was kept before is answered instead.</summary>
    public async Task<Answer> Keep(Completion completion, string payer, CompletionRequest request) =>
        completion is Completion.Replied reply && request.Keep && await Kept(request, new PaidCompletion(reply, payer) { Users = [request.Run] }) is { } kept
            ? payer == request.Payer && !IsOf(kept.Completion, reply) ? kept with { Wasted = reply } : kept
            : new Answer(completion, payer == request.Payer);

    /// <summary>Says that a run needs the reply no more; it goes with the last run that used it.</summary>
    public Task Release(RunId run) => Writing(async () =>
    {
        if (state.State.Value is { } kept)
        {
            await (kept.Without(run) is { } rest ? grain.Save(state, rest) : grain.Clear(state));
        }

        return true;
    });

    /// <summary>Whether a reply that is kept is that of the same call; what was read again is another object.</summary>
    private static bool IsOf(Completion kept, Completion.Replied reply) =>
        kept is Completion.Replied one && (one.Text, one.LatencyMs, one.Usage, one.FailedAttempts.Length) == (reply.Text, reply.LatencyMs, reply.Usage, reply.FailedAttempts.Length);

    /// <summary>Who uses a reply is noted before it is answered: otherwise it could go with the run that paid for it.</summary>
    private Task<Answer?> Kept(CompletionRequest request, PaidCompletion? paid) => Writing(async () =>
    {
        if (state.State.Value is null && paid is not null)
        {
            await Write(paid);
        }

        if (state.State.Value is not { } kept)
        {
            return null;
        }

        await grain.Save(state, kept.UsedBy(request.Run));
        return new Answer(kept.Reply, kept.Payer == request.Payer);
    });

    /// <summary>Writes a reply whoever stopped waiting, and however long the store is away: it is paid for. What another activation wrote before it stays.</summary>
    private async Task Write(PaidCompletion paid)
    {
        var started = time.GetTimestamp();
        for (var wait = TimeSpan.FromMilliseconds(100); ; wait = wait * 2 < TimeSpan.FromSeconds(2) ? wait * 2 : wait)
        {
            state.State.Value = paid;
            try
            {
                await state.WriteStateAsync(CancellationToken.None);
                return;
            }
            catch (Exception broken)
            {
                state.State.Value = null;
                if (time.GetElapsedTime(started) >= Patience)
                {
                    throw;
                }

                // A write whose answer was lost may have succeeded, so that the next one meets it.
                if (broken is InconsistentStateException && await Reread())
                {
                    return;
                }
            }

            await Task.Delay(wait, time, CancellationToken.None);
        }
    }

    private async Task<bool> Reread()
    {
        try
        {
            await state.ReadStateAsync(CancellationToken.None);
            return state.State.Value is not null;
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<T> Writing<T>(Func<Task<T>> work)
    {
        await writing.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            writing.Release();
        }
    }
}
