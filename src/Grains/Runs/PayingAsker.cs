using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Grains.Models;

namespace Assize.Grains.Runs;

/// <summary>Asks the completion grains. Where a silo or a store is lost on the way, the same is asked again: what was paid for is kept.</summary>
/// <param name="stop">Starts no new calls; those in flight are waited for.</param>
/// <param name="abandon">Waits for nothing any more.</param>
/// <param name="tell">Hears what is in the way, in words for a person; null when nothing is.</param>
internal sealed class PayingAsker(Principal principal, IGrainFactory grains, TimeProvider time, Action<string?> tell, CancellationToken stop, CancellationToken abandon) : IAsker
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Hears of each completion before it is asked for.</summary>
    public Action<Evaluation.CompletionKey>? Asks { get; init; }

    /// <summary>Hears what the failed attempts of a call took that was given up before it was answered.</summary>
    public Action<Call>? GivenUp { get; init; }

    public async Task<(Completion Completion, Call Call)> Ask(Prompt prompt, string payer)
    {
        if (principal.Models.Find(prompt.Model) is not { } card)
        {
            var missing = new Completion.Failed(Reason.NoModel, $"model '{prompt.Model}' was not declared when the run started");
            return (missing, new Call { Key = new("none"), Model = prompt.Model, Failed = Reason.NoModel, Paid = false });
        }

        var key = CompletionRequest.KeyOf(principal.Tenant, card, prompt);
        var request = new CompletionRequest { Tenant = principal.Tenant, Run = principal.Run, Standing = principal.Standing, Keep = principal.Keep, Prompt = prompt, Payer = payer };
        Asks?.Invoke(key);
        // Since when nothing but failing came of it; to wait in a queue, however long, is not to fail.
        long? failing = null;
        var lostAny = false;
        for (var wait = TimeSpan.FromMilliseconds(250); ; wait = wait < LongestWait ? wait * 2 : wait)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                var answer = await grains.Completion(key).Ask(request, stop).WaitAsync(abandon);
                failing = null;
                if (answer.Completion is not Completion.Failed { Reason: Reason.Cancelled })
                {
                    tell(null);
                    // After an answer that was lost, what is kept may be what it was about.
                    return (answer.Completion, CallOf(key, prompt.Model, answer) with { Kept = answer.Kept && !lostAny });
                }

                if (!answer.Completion.FailedAttempts.IsEmpty)
                {
                    GivenUp?.Invoke(CallOf(key, prompt.Model, answer));
                }
            }
            catch (Exception lost) when (!abandon.IsCancellationRequested && (lost is LetGoException || failing is not { } since || time.GetElapsedTime(since) < Patience))
            {
                // Whatever it is, it was no answer of the model: a silo that died or stops, a store that is away.
                lostAny = true;
                failing = lost is LetGoException ? null : failing ?? time.GetTimestamp();
                tell(lost is LetGoException ? null : lost.GetBaseException().Message);
            }

            // Cancelled, and not by this run: the silo that was asked is stopping, and another one will have the completion.
            await Task.Delay(wait, time, stop);
        }
    }

    internal static Call CallOf(Evaluation.CompletionKey key, Evaluation.ModelName model, Answer answer)
    {
        // Every attempt is billed to whoever paid for it, also that of a reply which came second.
        Usage[] failed = [.. answer.Paid ? Failed(answer.Completion) : [], .. answer.Wasted is { } wasted ? Failed(wasted).Append(((Completion.Replied)wasted).Usage) : []];
        var call = new Call
        {
            Key = key,
            Model = model,
            Paid = answer.Paid,
            FailedAttempts = failed.Length,
            FailedUsage = failed.Aggregate(Usage.None, Usage.Add),
        };
        return answer.Completion switch
        {
            Completion.Replied reply => call with
            {
                Reported = reply.ReportedModel,
                LatencyMs = reply.LatencyMs,
                Usage = answer.Paid ? reply.Usage : Usage.None,
                Estimated = Sum(answer.Paid ? reply.Estimated : null, (answer.Wasted as Completion.Replied)?.Estimated),
            },
            Completion.Failed failure => call with { Failed = failure.Reason, Paid = false },
            _ => throw new InvalidOperationException($"unknown completion {answer.Completion.GetType()}"),
        };

        static Usage? Sum(Usage? a, Usage? b) => a is null || b is null ? a ?? b : a + b;

        static IEnumerable<Usage> Failed(Completion completion) => completion.FailedAttempts.Select(attempt => attempt.Usage);
    }
}
