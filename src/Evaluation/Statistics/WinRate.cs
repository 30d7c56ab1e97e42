namespace Assize.Evaluation.Statistics;

/// <summary>How often B beats A over independent items, a tie counting half.</summary>
public static class WinRate
{
    /// <summary>The results of B, 1 for a win, 0 for a loss and ½ for a tie: its mean is the win rate, its standard error that over items. Source: statistics.md 1.2.</summary>
    public static Sample Of(long wins, long ties, long losses)
    {
        var n = wins + ties + losses;
        if (n == 0)
        {
            return new Sample(0, 0, 0);
        }

        var rate = (wins + 0.5 * ties) / n;
        return new Sample(n, rate, wins * (1 - rate) * (1 - rate) + ties * (0.5 - rate) * (0.5 - rate) + losses * rate * rate);
    }
}
