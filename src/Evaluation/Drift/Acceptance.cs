namespace Assize.Evaluation.Drift;

/// <summary>Somebody's word that what comes is the new normal, of which a baseline was made.</summary>
/// <param name="By">Who; null where nobody was named.</param>
/// <param name="Note">What for; empty where nothing was said.</param>
public sealed record Acceptance(DateTimeOffset At, string? By, string Note);
