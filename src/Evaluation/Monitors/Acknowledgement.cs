namespace Assize.Evaluation.Monitors;

/// <summary>What somebody does about an alarm.</summary>
/// <param name="To">Acknowledged or resolved.</param>
/// <param name="By">Who.</param>
/// <param name="Note">What for.</param>
/// <param name="Rebaseline">Whether what is now becomes the new normal.</param>
public sealed record Acknowledgement(AlarmState To, string By, string Note, bool Rebaseline);
