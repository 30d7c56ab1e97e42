using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Runs;

/// <summary>Answers from what is kept, without asking anybody, and notes what was asked and answered.</summary>
internal sealed class RereadingAsker(TenantName tenant, ModelCards models, IGrainFactory grains) : IAsker
{
    private readonly List<(Prompt Prompt, string Reply)> read = [];

    public IReadOnlyList<(Prompt Prompt, string Reply)> Read => read;

    /// <summary>The completions that were found.</summary>
    public HashSet<CompletionKey> Found { get; } = [];

    /// <summary>Completions that are not looked for, and not waited for.</summary>
    public IReadOnlySet<CompletionKey> Without { get; init; } = new HashSet<CompletionKey>();

    /// <summary>Whether something was asked for that is not kept.</summary>
    public bool Missed { get; private set; }

    public async Task<(Completion Completion, Call Call)> Ask(Prompt prompt, string payer)
    {
        var place = read.Count;
        read.Add((prompt, ""));
        var key = models.Find(prompt.Model) is { } card ? CompletionRequest.KeyOf(tenant, card, prompt) : new("none");
        var kept = models.Find(prompt.Model) is null || Without.Contains(key) ? null : await grains.Completion(key).Find();
        var call = new Call { Key = key, Model = prompt.Model, Paid = false };
        if (kept is null)
        {
            Missed = true;
            return (new Completion.Failed(Reason.ProviderError, "no reply is kept for this prompt"), call with { Failed = Reason.ProviderError });
        }

        Found.Add(key);
        read[place] = (prompt, kept.Reply.Text);
        return (kept.Reply, call with { Reported = kept.Reply.ReportedModel, LatencyMs = kept.Reply.LatencyMs });
    }
}
