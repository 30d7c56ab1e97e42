using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>The only place that calls a model: one per endpoint and silo, working on permits leased from the endpoint.</summary>
[Alias("assize.judge-worker")]
public interface IJudgeWorkerGrain : IGrainWithStringKey
{
    /// <summary>Asks until there is a reply or asking again is pointless; a call in flight is never abandoned, because it is paid for.</summary>
    [Alias("Ask")]
    [ResponseTimeout("00:30:00")]
    Task<Completion> Ask(CompletionRequest request, CancellationToken cancellation);
}
