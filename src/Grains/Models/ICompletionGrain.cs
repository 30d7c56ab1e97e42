using Assize.Evaluation;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>One completion, by the hash of everything that determines it: asked once, paid once, kept.</summary>
[Alias("assize.completion")]
public interface ICompletionGrain : IGrainWithStringKey
{
    /// <summary>The kept reply, or a new one; a failure is told and forgotten. Whoever waits may stop waiting: what is already paid for is still kept.</summary>
    [Alias("Ask")]
    [ResponseTimeout("00:30:00")]
    Task<Answer> Ask(CompletionRequest request, CancellationToken cancellation);

    /// <summary>The kept reply, if there is one; asks nobody, and waits where it is being asked for.</summary>
    [Alias("Find")]
    Task<PaidCompletion?> Find();

    /// <summary>Says that a run needs the reply no more; the reply goes with the last run that used it. Where it is still being asked for, this waits for it.</summary>
    [Alias("Release")]
    [ResponseTimeout("00:30:00")]
    Task Release(RunId run);
}

/// <summary>A completion, and whether the one who asked is the one who paid.</summary>
/// <param name="Kept">Whether it was kept before it was asked for: whoever paid did so then.</param>
/// <param name="Wasted">A reply that was paid for by the one who asked and is not the answer: another activation's was kept before it.</param>
[GenerateSerializer, Immutable, Alias("assize.answer")]
public sealed record Answer([property: Id(0)] Completion Completion, [property: Id(1)] bool Paid, [property: Id(2)] bool Kept = false, [property: Id(3)] Completion? Wasted = null);
