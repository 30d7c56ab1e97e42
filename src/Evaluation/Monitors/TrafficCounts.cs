namespace Assize.Evaluation.Monitors;

/// <summary>How much traffic there was, and how much of it was drawn.</summary>
public sealed record TrafficCounts
{
    /// <summary>Interactions that matched the filter.</summary>
    public long Seen { get; init; }

    /// <summary>What the rates say should have been drawn of them.</summary>
    public double Expected { get; init; }

    public long Drawn { get; init; }

    /// <summary>Drawn before, delivered again, and left out.</summary>
    public long Repeated { get; init; }

    /// <summary>Drawn, and older than an hour when they came.</summary>
    public long Late { get; init; }

    /// <summary>Drawn, and not judged because a budget was spent.</summary>
    public long OverBudget { get; init; }

    /// <summary>Left out where it was drawn, because judging was behind: the rate was lowered for all that arrived then.</summary>
    public long Thinned { get; init; }

    /// <summary>Drawn and acknowledged, and lost: a gateway had set the monitor apart, since it could not be reached.</summary>
    public long Lost { get; init; }
}
