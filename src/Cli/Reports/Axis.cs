using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Judges;

namespace Assize.Cli.Reports;

/// <summary>A line of numbers from left to right, with the places that carry one.</summary>
/// <param name="Anchor">The value that means no difference, drawn as a line of its own; null where there is none.</param>
internal sealed record Axis(double Min, double Max, ImmutableArray<double> Ticks, double? Anchor = null)
{
    /// <summary>Win rates, with one half in the middle.</summary>
    public static Axis WinRate { get; } = new(0, 1, [0, 0.25, 0.5, 0.75, 1], 0.5);

    /// <summary>The whole of a criterion's scale.</summary>
    public static Axis Of(Scale scale) => new(scale.Min, scale.Max, Spread(scale.Min, scale.Max, scale.IsPassFail ? 0 : scale.Step));

    /// <summary>As far to the left of zero as to the right, and far enough for the farthest of the ends.</summary>
    /// <param name="ends">The ends that should be seen.</param>
    /// <param name="limit">The most that is possible; the axis goes no farther.</param>
    public static Axis AroundZero(IEnumerable<double> ends, double limit)
    {
        var farthest = ends.Select(Math.Abs).Append(limit / 100).Where(double.IsFinite).Max();
        var reach = Math.Min(farthest * 1.1, limit);
        var step = NiceStep(reach / 2.5);
        var each = (int)Math.Floor((reach / step) + 1e-6);
        return new Axis(-reach, reach, [.. Enumerable.Range(-each, (2 * each) + 1).Select(index => index * step)], 0);
    }

    /// <summary>The decimals that tell neighbouring ticks apart.</summary>
    public int Decimals(double factor)
    {
        for (var decimals = 0; decimals < 4; decimals++)
        {
            if (Ticks.All(tick => Math.Abs((tick * factor) - Math.Round(tick * factor, decimals)) < 1e-9))
            {
                return decimals;
            }
        }

        return 4;
    }

    public bool Beyond(double value) => value < Min || value > Max;

    /// <summary>Where a value lies, in percent of the width; what lies beyond an end is drawn at it.</summary>
    public string Place(double value)
    {
        var share = Max > Min ? Math.Clamp((value - Min) / (Max - Min), 0, 1) : 0.5;
        return (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";
    }

    private static ImmutableArray<double> Spread(double min, double max, double step)
    {
        const int most = 6;
        var nice = NiceStep((max - min) / (most - 1));
        if (step > 0)
        {
            nice = (max - min) / step <= most ? step : Math.Max(step, Math.Round(nice / step) * step);
        }

        var first = step > 0 ? min : Math.Ceiling(min / nice) * nice;
        return [.. Enumerable.Range(0, 50).Select(index => first + (index * nice)).TakeWhile(tick => tick <= max + (nice * 1e-6))];
    }

    // 1, 2, 2.5 or 5 times a power of ten, and not less than asked for.
    private static double NiceStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return (least / power) switch { <= 1.0001 => 1, <= 2.0001 => 2, <= 2.5001 => 2.5, <= 5.0001 => 5, _ => 10 } * power;
    }
}
