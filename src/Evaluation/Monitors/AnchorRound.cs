using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>What anchors are judged for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AnchorPurpose>))]
public enum AnchorPurpose
{
    /// <summary>To know what they should have.</summary>
    Baseline,

    /// <summary>To see whether they still have it.</summary>
    Round,

    /// <summary>To compare a new judge with the present one.</summary>
    Bridge,
}

/// <summary>
/// One time that all anchors are judged. It is noted before the first call, and its number and its time are a part of every completion's identity: the judge is asked anew, and
/// a round that was broken off and begun again reads what was paid for.
/// </summary>
/// <param name="Repeats">Judgements of each item, by each judge.</param>
public sealed record AnchorRound(long Number, DateTimeOffset Begun, AnchorPurpose Purpose, int Repeats)
{
    /// <summary>The number by which a repeat's completions differ from those of any other round or repeat; never 0, which is everybody else's.</summary>
    public int Draw(MonitorSpec spec, int repeat)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{spec.Tenant}|{spec.Definition.Name}|{Number}|{Begun.UtcTicks}|{repeat}");
        return Math.Max(1, BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) & int.MaxValue);
    }
}

/// <summary>Rounds that somebody asks for.</summary>
public static class AskedRounds
{
    /// <summary>Clocks of two machines differ by no more.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>Notes that somebody wants the anchors judged beside their schedule.</summary>
    /// <param name="asOf">What the round counts as; null for now.</param>
    /// <exception cref="EvaluationException">There are no anchors, the monitor is paused, or the round would lie in the future.</exception>
    public static MonitorLedger AskRound(this MonitorLedger ledger, DateTimeOffset? asOf, DateTimeOffset now) => ledger.RoundMistake(asOf, now) is { } mistake
        ? throw new EvaluationException([mistake])
        : ledger with { Anchors = ledger.Anchors!.Ask(asOf ?? now) };

    /// <summary>Why a monitor's anchors cannot be judged beside their schedule; null where they can.</summary>
    public static Mistake? RoundMistake(this MonitorLedger ledger, DateTimeOffset? asOf, DateTimeOffset now) =>
        ledger.Anchors is null ? new Mistake($"Monitor '{ledger.Spec.Definition.Name}' has no anchors.", "Name a suite with recorded responses under anchors in its definition, and apply it.") { Field = "monitor" }
        : ledger.Paused ? new Mistake($"Monitor '{ledger.Spec.Definition.Name}' is paused.", $"Resume it first: assize monitor resume {ledger.Spec.Definition.Name}.") { Field = "monitor" }
        : FutureMistake(asOf, now, "as_of");

    /// <summary>Why a round cannot count as of a time; null where it can.</summary>
    /// <param name="field">Where the time stands.</param>
    public static Mistake? FutureMistake(DateTimeOffset? asOf, DateTimeOffset now, string field) => asOf > now + Skew
        ? new Mistake(string.Create(CultureInfo.InvariantCulture, $"{asOf:yyyy-MM-dd HH:mm:ss}Z is in the future."), "Leave it out to judge the anchors as of now.") { Field = field }
        : null;
}

/// <summary>A judgement of an anchor.</summary>
/// <param name="New">Whether the judge is the one that a bridge leads to.</param>
public sealed record JudgedAnchor(CaseId Item, int Repeat, bool New)
{
    public double? Score { get; init; }

    public Reason? Unscored { get; init; }

    /// <param name="outcomes">One, or one a turn: then the mean is the item's score, and one turn without a score leaves the item without.</param>
    public static JudgedAnchor Of(CaseId item, int repeat, bool isNew, ImmutableArray<Outcome> outcomes, CriterionName watched)
    {
        var judged = new JudgedAnchor(item, repeat, isNew);
        return outcomes.OfType<Outcome.Unscored>().FirstOrDefault() is { } unscored
            ? judged with { Unscored = unscored.Reason }
            : judged with { Score = outcomes.Cast<Outcome.Scored>().Average(scored => scored.Scores.First(score => score.Criterion == watched).Value) };
    }
}
