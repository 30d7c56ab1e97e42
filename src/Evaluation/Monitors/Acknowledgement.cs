using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>What somebody does about an alarm.</summary>
/// <param name="To">Acknowledged or resolved.</param>
/// <param name="By">Who.</param>
/// <param name="Note">What for.</param>
/// <param name="Rebaseline">Whether what is now becomes the new normal.</param>
public sealed record Acknowledgement(AlarmState To, string By, string Note, bool Rebaseline)
{
    /// <summary>Whether a baseline is, or is being, made of this very word.</summary>
    public bool Gave(Acceptance? word) => word is not null && (word.By ?? "", word.Note) == (By, Note);
}
