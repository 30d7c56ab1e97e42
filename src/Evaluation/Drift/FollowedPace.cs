namespace Assize.Evaluation.Drift;

/// <summary>
/// Keeps a promise in days while the scores a day that it reckons with go down and up. Each score spends a part of a day, 1/P of the pace P that it is reckoned with, and no score is reckoned with a pace below the
/// one at which the promise was made unless that part has passed by the clock and was not spent yet:
/// <code>
/// S = R/P     S_t − Σ 1/P_s is a martingale in control, for P_t is fixed before the score     Σ 1/P_s ≤ days passed     ⇒ E[days to S ≥ days promised] ≥ days promised
/// </code>
/// So a pace that was too low for what comes is left before the scores that it has no room for, and nobody needs to know how many will come.
/// Source: statistics.md 1.6 (e-SR), with the sum counted in days in the place of scores.
/// </summary>
/// <param name="Made">Scores a day when the promise was made: it stands at that pace, whatever has come.</param>
/// <param name="Unspent">Days that have passed and were not spent, one at most: so much may come at once.</param>
/// <param name="At">Up to when.</param>
public sealed record FollowedPace(double Made, double Unspent, DateTimeOffset At)
{
    private const double Most = 1;

    /// <summary>With the scores that come next, and the pace that they are reckoned with: the wanted one where there is room for them, else the one at which the promise was made.</summary>
    public (FollowedPace Next, double PerDay) Spend(int scores, double wanted, DateTimeOffset now)
    {
        var unspent = Math.Min(Most, Unspent + Math.Max(0, (now - At).TotalDays));
        var perDay = scores <= unspent * wanted ? Math.Min(wanted, Made) : Made;
        return (new FollowedPace(Made, unspent - scores / perDay, now > At ? now : At), perDay);
    }
}
