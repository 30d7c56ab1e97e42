using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Runs;

/// <summary>Asks the completion grains. A silo lost on the way is asked again: what it had paid for is kept.</summary>
internal sealed class PayingAsker(RunSpec spec, IGrainFactory grains, TimeProvider time, CancellationToken stop) : IAsker
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public async Task<(Completion Completion, Call Call)> Ask(Prompt prompt, string payer)
    {
        if (spec.Models.Find(prompt.Model) is not { } card)
        {
            var missing = new Completion.Failed(Reason.NoModel, $"model '{prompt.Model}' was not declared when the run started");
            return (missing, new Call { Key = new("none"), Model = prompt.Model, Failed = Reason.NoModel, Paid = false });
        }

        var key = CompletionRequest.KeyOf(spec.Tenant, card, prompt);
        var request = new CompletionRequest { Tenant = spec.Tenant, Run = spec.Run, Prompt = prompt, Payer = payer };
        var started = time.GetTimestamp();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                var answer = await grains.Completion(key).Ask(request, stop).WaitAsync(stop);
                return answer.Completion is Completion.Failed { Reason: Reason.Cancelled }
                    ? throw new OperationCanceledException(stop)
                    : (answer.Completion, CallOf(key, prompt, answer));
            }
            catch (Exception lost) when (lost is TimeoutException or OrleansException && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, stop);
            }
        }
    }

    private static Call CallOf(Evaluation.CompletionKey key, Prompt prompt, Models.Answer answer)
    {
        var failed = answer.Completion.FailedAttempts.Aggregate(Usage.None, (sum, attempt) => sum + attempt.Usage);
        var call = new Call
        {
            Key = key,
            Model = prompt.Model,
            Paid = answer.Paid,
            FailedAttempts = answer.Paid ? answer.Completion.FailedAttempts.Length : 0,
            FailedUsage = answer.Paid ? failed : Usage.None,
        };
        return answer.Completion switch
        {
            Completion.Replied reply => call with
            {
                Reported = reply.ReportedModel,
                LatencyMs = reply.LatencyMs,
                Usage = answer.Paid ? reply.Usage : Usage.None,
            },
            Completion.Failed failure => call with { Failed = failure.Reason, Paid = false },
            _ => throw new InvalidOperationException($"unknown completion {answer.Completion.GetType()}"),
        };
    }
}
