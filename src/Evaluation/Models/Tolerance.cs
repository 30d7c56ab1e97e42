namespace Assize.Evaluation.Models;

/// <summary>
/// What a provider seems to bear, learned from its complaints. A 429 cuts concurrency to 80 % and, after 20 replies or as the second within a minute, the rate of requests to 80 % of what was
/// served in the last seconds before it, once per second; every clean round adds 5 % (additive increase, multiplicative decrease in its multiplicative form, as Inspect's adaptive connections have
/// it). A rate is cut again before it is won back only where a twentieth of the requests since was turned away, and where the fourth cut in a row helped no more than the first, it is no limit of
/// rates: some are turned away at any rate, and cutting for each of them would end at no rate at all. Then the rate is what it was after the first, and is left alone for a minute.
/// A round of concurrency is as many replies as calls may be in flight, with demand for at least four fifths of them; a round of the rate is that or 20 replies, and two seconds.
/// </summary>
public sealed record Tolerance
{
    /// <summary>Where an endpoint begins of which nothing is declared.</summary>
    public const int Start = 20;

    private const int Remembered = 10;

    /// <summary>The share of requests that is turned away where a rate is too high.</summary>
    private const double TooMany = 0.05;

    /// <summary>With fewer requests in the last seconds their whole minute is looked at.</summary>
    private const int Telling = 100;

    /// <summary>Cuts in a row after which it is something else.</summary>
    private const int MostCuts = 4;

    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    /// <summary>A second complaint after the first in so long is one about a rate, however few replies there were.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Calls in flight at once, from 1 to the ceiling.</summary>
    public required double Concurrency { get; init; }

    public required int Ceiling { get; init; }

    /// <summary>Requests a minute; null as long as the provider has not complained, or when it did long ago.</summary>
    public double? Rate { get; init; }

    /// <summary>No call starts before: the provider asked to wait.</summary>
    public DateTimeOffset PausedUntil { get; init; }

    /// <summary>Since when it has given no other answer than complaints; null where its last one was another.</summary>
    public DateTimeOffset? LimitedSince { get; init; }

    /// <summary>How often it has complained again since then when the pause was over that it had asked for.</summary>
    public int Vain { get; init; }

    /// <summary>Replies in the last minute.</summary>
    public required Seconds Served { get; init; }

    private Seconds Complaints { get; init; } = null!;

    private bool RateDeclared { get; init; }

    private double RateAfterCut { get; init; }

    private DateTimeOffset Cut { get; init; }

    /// <summary>What the first of the cuts in a row made of the rate; they end with a clean minute, or when what it was before is won back.</summary>
    private double RateAfterFirst { get; init; }

    private int Cuts { get; init; }

    private DateTimeOffset RateCut { get; init; }

    private DateTimeOffset LastComplaint { get; init; }

    private DateTimeOffset LeftAloneUntil { get; init; }

    private DateTimeOffset RateGrown { get; init; }

    private DateTimeOffset BusySince { get; init; }

    private DateTimeOffset LastServed { get; init; }

    private double Round { get; init; }

    private double RateRound { get; init; }

    private int Rejections { get; init; }

    public static Tolerance Of(ModelLimits limits, DateTimeOffset now) => new()
    {
        Ceiling = limits.Concurrency ?? limits.MaxConcurrency,
        Concurrency = limits.Concurrency ?? Math.Min(Start, limits.MaxConcurrency),
        RateDeclared = limits.RequestsPerMinute is not null,
        Served = Seconds.Of(62, now),
        Complaints = Seconds.Of(62, now),
    };

    /// <param name="demand">Calls in flight and waiting, over all silos.</param>
    public Tolerance Learn(LeaseRequest report, long demand, DateTimeOffset now)
    {
        var counted = Count(report.Served, now);
        return report.Limited > 0 ? counted.Cutting(report, now) : counted.Growing(report.Served, demand, now);
    }

    /// <summary>Whether waiting is pointless: a whole pause was waited out in vain, nothing but complaints came for longer than that, and the next pause has begun.</summary>
    public bool IsHopeless(TimeSpan patience, DateTimeOffset now) => Vain > 0 && now < PausedUntil && now - LimitedSince > patience;

    /// <summary>Begins again carefully after the provider did not work.</summary>
    public Tolerance Halved() => this with { Concurrency = Math.Max(1, Concurrency / 2) };

    private Tolerance Count(int served, DateTimeOffset now) => served == 0 ? this : this with
    {
        Served = Served.Add(now, served),
        BusySince = now - LastServed > TimeSpan.FromSeconds(2) ? now : BusySince,
        LastServed = now,
        Rejections = 0,
        LimitedSince = null,
        Vain = 0,
    };

    private Tolerance Cutting(LeaseRequest report, DateTimeOffset now)
    {
        var wait = report.RetryAfter ?? TimeSpan.FromSeconds(Math.Min(30, 0.5 * Math.Pow(2, Rejections)));
        // A little longer than asked, so that there is room for more than one call when everybody goes on.
        var until = now + (wait < LongestPause ? wait : LongestPause) + (RateDeclared ? TimeSpan.Zero : Grace);
        var complaints = Complaints.Add(now, report.Limited);
        // Where anybody waited, a call would have followed on the pause at once: a complaint long after it is the first of others.
        var goesOn = LimitedSince is not null && now - PausedUntil < Recent;
        var paused = this with
        {
            PausedUntil = until > PausedUntil ? until : PausedUntil, Round = 0, RateRound = 0, Complaints = complaints, LastComplaint = now,
            LimitedSince = goesOn ? LimitedSince : now, Vain = !goesOn ? 0 : now >= PausedUntil ? Vain + 1 : Vain,
        };
        if (now - Cut < CoolDown || now < PausedUntil)
        {
            return paused;
        }

        var seconds = Math.Clamp((now - BusySince).TotalSeconds, 1, Remembered - 1 + now.Millisecond / 1000.0);
        var served = Served.Total(now, Math.Min(Remembered, (int)Math.Ceiling(seconds) + 1));
        // In a row with the last cut while what the rate was before that is not won back.
        var inARow = !RateDeclared && 0.8 * Rate < RateAfterFirst && now - LastComplaint < Recent;
        var rate = 0.8 * (Rate is { } known && !RateDeclared && !inARow ? known : Math.Min(served / seconds * 60, Rate ?? double.MaxValue));
        // A declared rate is trusted until the provider contradicts it in earnest: a 429 now and then may be a delay on the way. Where none is declared, the first one tells a rate only after
        // enough replies: after three of them it would be a guess that slows everything down for minutes.
        var learns = rate > 0 && now >= LeftAloneUntil && (RateDeclared ? complaints.Total(now, 60) >= 5 + 0.1 * Served.Total(now, 60)
            : Rate is null ? Crowded(complaints, now) && (served >= Start || now - Cut < Recent)
            : !inARow || Crowded(complaints, now));
        var next = paused with
        {
            Concurrency = Math.Max(1, Concurrency * 0.8), RateGrown = now, Cut = now, Rejections = report.Served == 0 ? Math.Min(Rejections + 1, 10) : 0,
        };
        return learns ? next.WithRate(Math.Max(6, rate), inARow, now) : next;
    }

    private Tolerance WithRate(double rate, bool inARow, DateTimeOffset now)
    {
        var futile = inARow && Cuts >= MostCuts;
        var next = futile ? RateAfterFirst : rate;
        return this with
        {
            Rate = next,
            RateAfterCut = next,
            RateCut = now,
            RateAfterFirst = inARow ? RateAfterFirst : next,
            Cuts = futile ? 1 : inARow ? Cuts + 1 : 1,
            LeftAloneUntil = futile ? now + Recent : LeftAloneUntil,
        };
    }

    private bool Crowded(Seconds complaints, DateTimeOffset now)
    {
        var since = (int)Math.Min(60, Math.Ceiling((now - RateCut).TotalSeconds));
        var window = Math.Min(since, Served.Total(now, Remembered) < Telling ? 60 : Remembered);
        var turnedAway = complaints.Total(now, window);
        return turnedAway >= TooMany * (turnedAway + Served.Total(now, window));
    }

    private Tolerance Growing(int served, long demand, DateTimeOffset now)
    {
        var next = this;
        if (served == 0)
        {
            return next;
        }

        var round = demand < 0.8 * Concurrency ? 0 : Round + served;
        next = round < Concurrency
            ? next with { Round = round }
            : next with { Round = 0, Concurrency = Math.Min(Ceiling, Concurrency * 1.05) };
        if (Rate is not { } rate)
        {
            return next;
        }

        var rateRound = RateRound + served;
        return rateRound < Math.Max(Start, Concurrency) || now - RateGrown < TimeSpan.FromSeconds(2)
            ? next with { RateRound = rateRound }
            : next with { RateRound = 0, RateGrown = now, Rate = rate * 1.05 > 4 * RateAfterCut ? null : rate * 1.05 };
    }
}
