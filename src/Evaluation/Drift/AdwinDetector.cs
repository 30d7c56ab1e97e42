using System.Text.Json.Serialization;

namespace Assize.Evaluation.Drift;

/// <summary>
/// ADWIN with a scan of every boundary: a window that is cut where its older and newer part differ. It needs no baseline, and takes what it has seen for normal:
/// a slow decay re-baselines it silently. Source: Bifet, Gavaldà 2007; statistics.md 1.7 and 3.2 (the newest bucket of a row is not left out).
/// </summary>
public sealed record AdwinDetector : Detector
{
    /// <summary>δ: 0.05 alarms 0.38 times in 10,000 scores on a scale of 1 to 10.</summary>
    public double Delta { get; init; } = 0.05;

    /// <summary>Every so many scores the window is looked at.</summary>
    public int Clock { get; init; } = 32;

    /// <summary>Buckets of one size at most.</summary>
    public int MostBuckets { get; init; } = 5;

    /// <summary>Scores each part has at least.</summary>
    public int LeastPart { get; init; } = 5;

    /// <summary>A window of so many scores is not looked at yet.</summary>
    public int Grace { get; init; } = 10;

    public long Tick { get; init; }

    public AdwinWindow Window { get; init; } = new();

    /// <summary>Whether the last score raised an alarm; then the next one begins a new window.</summary>
    public bool Alarmed { get; init; }

    [JsonIgnore]
    public override double Level => Alarmed ? 1 : 0;

    public override IEnumerable<Mistake> Check()
    {
        if (Delta is not (> 0 and < 1))
        {
            yield return new Mistake("Delta lies between 0 and 1.") { Field = "delta" };
        }

        if (Clock < 1 || MostBuckets < 2 || LeastPart < 1)
        {
            yield return new Mistake("The clock and the least part are at least 1, the buckets of one size at least 2.") { Field = "clock" };
        }
    }

    /// <summary>None: delta bounds each comparison of two parts of the window, and every look at it makes many.</summary>
    public override Promise? Promise() => null;

    public override Detector Restarted() => this with { Tick = 0, Window = new AdwinWindow(), Alarmed = false };

    protected override (Detector Next, Alarm? Alarm) Learn(Observation observation, double share, SliceBaseline slice, Baseline baseline)
    {
        var (before, tick) = Alarmed ? (new AdwinWindow(), 0) : (Window, Tick);
        var window = before.Add(observation.Score!.Value, MostBuckets);
        tick++;
        AdwinCut? found = null;
        if (tick % Clock == 0)
        {
            while (window.Width > Grace && window.Cut(Delta, LeastPart) is { } cut)
            {
                found ??= cut;
                window = window.Drop();
            }
        }

        var next = this with { Sequence = observation.Sequence, Scored = Scored + 1, Tick = tick, Window = window, Alarmed = found is not null };
        return found is { } first
            ? (next, Raise(observation, Math.Abs(first.Apart), first.Bound, first.Apart < 0 ? Direction.Drop : Direction.Rise) with { ChangedAt = observation.Sequence - window.Width + 1 })
            : (next, null);
    }
}
