using Assize.Evaluation.Models;

namespace Assize.Evaluation.Runs;

/// <summary>Completions of which the provider did not say what they took, and what is estimated for them.</summary>
public sealed record Uncounted(long Completions, Usage Usage)
{
    public static Uncounted? Of(Uncounted? a, Uncounted? b) =>
        a is null || b is null ? a ?? b : new(a.Completions + b.Completions, a.Usage + b.Usage);
}
