using System.Collections.Immutable;

namespace Assize.Evaluation.Models;

public enum BreakerState
{
    /// <summary>Calls pass.</summary>
    Closed,

    /// <summary>No call passes before the pause is over.</summary>
    Open,

    /// <summary>One call at a time passes, to see whether the provider works again.</summary>
    HalfOpen,
}

/// <summary>
/// Stops calls to a provider that does not work, for the whole cluster: opens after 20 passing failures in a row, then lets single calls probe after pauses of 1, 2, 4, … 30 s,
/// and closes after 3 that come through (Nygard, Release It!, 2007). A 429 shows a provider at work.
/// </summary>
public sealed record Breaker
{
    /// <summary>Failures in a row at which a silo starts nothing more before the endpoint has heard of them.</summary>
    public const int Alarm = 10;

    private const int Threshold = 20;

    private const int Enough = 3;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public BreakerState State { get; init; }

    /// <summary>When it opened; meaningless when it is closed.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When the next probe may pass.</summary>
    public DateTimeOffset Until { get; init; }

    /// <summary>The failure that opened it or that the last probe met.</summary>
    public string? Failure { get; init; }

    private int Streak { get; init; }

    private int Pauses { get; init; }

    private int Passed { get; init; }

    private string? Prober { get; init; }

    public Breaker Learn(LeaseRequest report, DateTimeOffset now)
    {
        if (State is BreakerState.Closed)
        {
            var streak = report.Served + report.Limited > 0 ? report.FailedSince : Streak + report.Failed;
            return streak < Threshold
                ? this with { Streak = streak }
                : new Breaker { State = BreakerState.Open, Since = now, Until = now + First, Pauses = 1, Failure = report.Failure };
        }

        return report.Holder != Prober ? this : report.Probe switch
        {
            true when Passed + 1 >= Enough => new Breaker(),
            true => this with { Prober = null, Passed = Passed + 1 },
            false => this with { State = BreakerState.Open, Until = now + Pause(), Pauses = Pauses + 1, Passed = 0, Prober = null, Failure = report.Failure ?? Failure },
            null => report.Probing ? this : this with { Prober = null },
        };
    }

    /// <summary>Takes a probe back from a silo that is gone.</summary>
    public Breaker Without(IEnumerable<string> gone) => Prober is not null && gone.Contains(Prober) ? this with { Prober = null } : this;

    /// <summary>Whether a silo with work may send a probe now.</summary>
    public (Breaker Next, bool Probe) Ask(LeaseRequest request, DateTimeOffset now) =>
        State is not BreakerState.Closed && Prober is null && now >= Until && request.Waiting > 0
            ? (this with { State = BreakerState.HalfOpen, Prober = request.Holder }, true)
            : (this, false);

    private TimeSpan Pause() => TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(Pauses, 10))));
}
