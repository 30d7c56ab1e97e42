using System.Collections.Immutable;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Monitors;

/// <summary>A day of UTC by the time of arrival: how much traffic came, and what it said of itself.</summary>
/// <param name="Seen">Interactions that matched the monitor's filter.</param>
public sealed record TrafficDay(DateOnly Day, long Seen, TrafficFigures Figures);

/// <summary>The latest days that had traffic, the oldest first.</summary>
public sealed record TrafficDays
{
    /// <summary>So many are kept: today beside the same day a week ago.</summary>
    public const int Most = 8;

    public ImmutableArray<TrafficDay> All { get; init; } = [];

    public TrafficDays Add(long seen, TrafficFigures figures, DateTimeOffset now)
    {
        if (seen == 0 && figures.IsEmpty)
        {
            return this;
        }

        // A clock that goes back adds to the latest day.
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return All is [.., var last] && last.Day >= today
            ? this with { All = All.SetItem(All.Length - 1, last with { Seen = last.Seen + seen, Figures = last.Figures.Merge(figures) }) }
            : this with { All = [.. All.Skip(All.Length - Most + 1), new TrafficDay(today, seen, figures)] };
    }
}
