using System.Collections.Immutable;

namespace Assize.Evaluation.Monitors;

/// <summary>Numbers up to which a ledger knew all texts when somebody else might have been writing: what was stored under the next ones is known to nobody.</summary>
/// <param name="Segments">The last segment that was known.</param>
/// <param name="Conversations">The last conversation that was known.</param>
public readonly record struct Fence(long Segments, long Conversations)
{
    /// <summary>Numbers that are left out behind a fence: more than anybody can have used without having been told.</summary>
    public const long Width = 1000;

    /// <summary>The fence at the end of what a ledger knows now.</summary>
    public static Fence Behind(MonitorLedger ledger) => new(ledger.Intake.Segments, ledger.Conversations.Opened);

    /// <summary>
    /// The ledger as it has to be saved before anything is stored under its next numbers, where it is not certain that nobody else stores under them: another activation, or this one in a write that
    /// succeeded without an answer. Once it is saved whoever counted from the ledger before can save nothing more, and its texts lie under numbers that are used no more.
    /// </summary>
    public static MonitorLedger Set(MonitorLedger ledger) => ledger with
    {
        Intake = ledger.Intake with { Segments = ledger.Intake.Segments + Width },
        Conversations = ledger.Conversations with { Opened = ledger.Conversations.Opened + Width },
        Fences = [.. ledger.Fences, Behind(ledger)],
    };
}
