namespace Assize.Evaluation.Drift;

/// <summary>What a detector's own settings say of its false alarms while nothing changes.</summary>
/// <param name="Scores">Judged scores to a false alarm, on average.</param>
/// <param name="Guaranteed">At least so many, for any law of bounded scores; otherwise about so many, for independent normal scores with the baseline's mean and deviation.</param>
public sealed record Promise(double Scores, bool Guaranteed)
{
    /// <summary>What several keep together: rates of alarms add up, 1/Σ(1/scores).</summary>
    public static Promise Shared(IEnumerable<Promise> all)
    {
        var each = all.ToArray();
        return new Promise(1 / each.Sum(one => 1 / one.Scores), each.All(one => one.Guaranteed));
    }
}
