using System.Collections.Immutable;

namespace Assize.Evaluation.Monitors;

/// <summary>A definition by which others were judged before: replies to what it asked may be kept until their texts are gone.</summary>
/// <param name="Spec">As it was.</param>
/// <param name="Segment">The last segment that it may have been asked about.</param>
public sealed record FormerDefinition(MonitorSpec Spec, long Segment);

/// <summary>Which former definitions still matter.</summary>
public static class FormerDefinitions
{
    /// <summary>With more changes than this while texts wait, the oldest is forgotten.</summary>
    private const int Most = 8;

    /// <summary>The ledger after a transition, with the definition before it where another judge takes over while texts wait.</summary>
    public static MonitorLedger Remembering(this MonitorLedger next, MonitorLedger before) =>
        next.Spec.Judge == before.Spec.Judge || (before.Intake.Pending.IsEmpty && before.Intake.Leaving.IsEmpty)
            ? next
            : next with { Former = [.. next.Former.TakeLast(Most - 1), new FormerDefinition(before.Spec, before.Intake.Segments)] };

    /// <summary>Without those about whose segments nothing is stored any more.</summary>
    public static ImmutableArray<FormerDefinition> Needed(this MonitorLedger ledger)
    {
        var oldest = ledger.Intake.Pending.Select(pending => pending.Number).Concat(ledger.Intake.Leaving).DefaultIfEmpty(long.MaxValue).Min();
        return ledger.Former.RemoveAll(former => former.Segment < oldest);
    }

    /// <summary>The definitions by which a segment may have been judged, the present one first.</summary>
    public static IEnumerable<MonitorSpec> Judges(this MonitorLedger ledger, long segment) =>
        ledger.Former.Where(former => former.Segment >= segment).Select(former => former.Spec).Prepend(ledger.Spec);
}
