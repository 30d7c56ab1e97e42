using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>What somebody has said to another judge, and who.</summary>
/// <param name="What">What became of it.</param>
/// <param name="Judge">The judge that was bridged to.</param>
/// <param name="At">When.</param>
/// <param name="By">Null where nobody was named.</param>
public sealed record BridgeWord(BridgeDecision What, JudgeVersion Judge, DateTimeOffset At, string? By)
{
    /// <summary>Of a baseline that is made because of it; null where nobody was named.</summary>
    public Acceptance? Acceptance() => By is null ? null : new Acceptance(At, By, "");
}
