namespace Assize.Evaluation.Models;

/// <summary>
/// What an endpoint has shown to bear. Calls in flight shrink by a fifth when the provider says 429, and grow by a twentieth with every clean round (as Inspect's adaptive connections do).
/// The rate is learnt beside it: on a 429 it becomes 95 % of what was served over the last two seconds, and it grows by 2 % with every clean second; without that, a provider that limits
/// requests a minute is run into again at any number of calls in flight. Where too little was served to tell, it starts at one request in the time the provider wants to be left alone, and
/// grows by half with every clean second until the next 429.
/// </summary>
public sealed record Bearing
{
    /// <summary>Complaints this close together are one.</summary>
    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Half = TimeSpan.FromSeconds(1);

    /// <summary>Replies that a rate can be told from.</summary>
    private const int Enough = 5;

    private const double Cautious = 1.02;

    private const double Bold = 1.5;

    /// <summary>Calls in flight that the provider seems to bear.</summary>
    public required double Concurrency { get; init; }

    /// <summary>Requests a minute that it seems to bear; null while it has not complained.</summary>
    public double? PerMinute { get; init; }

    /// <summary>Whether the rate is a guess that has not met a 429 yet.</summary>
    public bool Guessed { get; init; }

    public DateTimeOffset Complained { get; init; }

    public DateTimeOffset Grown { get; init; }

    /// <summary>Nobody asks before then.</summary>
    public DateTimeOffset PausedUntil { get; init; }

    /// <summary>Replies in the second that runs, and in the one before it.</summary>
    public (DateTimeOffset Since, int Now, int Before) Served { get; init; }

    public Bearing Learn(LeaseRequest request, ModelLimits limits, DateTimeOffset now)
    {
        var counted = Count(request.Served, now);
        if (request.Limited > 0)
        {
            var pause = request.RetryAfter is { } wait && now + wait > PausedUntil ? now + wait : PausedUntil;
            if (now - Complained < CoolDown)
            {
                return counted with { PausedUntil = pause };
            }

            var guessed = counted.Served.Now + counted.Served.Before < Enough && (PerMinute is null || Guessed);
            var borne = guessed ? 60 / Math.Max(0.01, request.RetryAfter?.TotalSeconds ?? 1) : counted.Rate(now);
            return counted with
            {
                PausedUntil = pause,
                Concurrency = Math.Max(1, Concurrency * 0.8),
                PerMinute = Math.Max(6, 0.95 * Math.Min(borne, PerMinute ?? double.MaxValue)),
                Guessed = guessed,
                Complained = now,
                Grown = now,
            };
        }

        return request.Served == 0 ? counted : counted.Grow(request, limits, now);
    }

    private Bearing Grow(LeaseRequest request, ModelLimits limits, DateTimeOffset now)
    {
        var clean = now - Grown >= CoolDown;
        return this with
        {
            // What nobody waits for proves nothing.
            Concurrency = request.Waiting == 0 ? Concurrency : Math.Min(limits.Ceiling, Concurrency * Math.Pow(1.05, request.Served / Concurrency)),
            PerMinute = clean ? PerMinute * (Guessed ? Bold : Cautious) : PerMinute,
            Grown = clean ? now : Grown,
        };
    }

    private Bearing Count(int served, DateTimeOffset now)
    {
        var age = now - Served.Since;
        return this with
        {
            Served = age < Half ? (Served.Since, Served.Now + served, Served.Before) : (now, served, age < Half * 2 ? Served.Now : 0),
        };
    }

    /// <summary>Replies a minute, over the second that runs and the one before it.</summary>
    private double Rate(DateTimeOffset now)
    {
        var seconds = Math.Max(1, (now - Served.Since + (Served.Before > 0 ? Half : TimeSpan.Zero)).TotalSeconds);
        return (Served.Now + Served.Before) / seconds * 60;
    }
}
