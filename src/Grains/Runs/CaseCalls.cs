using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Runs;

/// <summary>The calls of one case. Who waits for them may stop waiting; they are paid for all the same, and what they cost is known when they are answered.</summary>
internal sealed class CaseCalls(IAsker asker, CancellationToken abandon) : IAsker
{
    private readonly List<BegunCall> begun = [];

    public IReadOnlyList<BegunCall> Begun => begun;

    public Task<(Completion Completion, Call Call)> Ask(Prompt prompt, string payer)
    {
        var call = asker.Ask(prompt, payer);
        begun.Add(new BegunCall(prompt, payer, call));
        return call.WaitAsync(abandon);
    }
}

/// <summary>A call that was begun, and what finds it again.</summary>
internal readonly record struct BegunCall(Prompt Prompt, string Payer, Task<(Completion Completion, Call Call)> Reply);
