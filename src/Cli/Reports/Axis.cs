using System.Collections.Immutable;

namespace Assize.Cli.Reports;

/// <summary>A line of numbers with its ticks; positions on it are percentages of its length, so that a drawing fits every width.</summary>
internal sealed record Axis(double Min, double Max, ImmutableArray<double> Ticks, Func<double, string> Label)
{
    // Room at both ends, so that marks and tick labels there are not cut off.
    private const double Margin = 4;

    /// <summary>The value that means no difference, drawn as a line.</summary>
    public double? Neutral { get; init; }

    public static Axis Between(double min, double max, Func<double, string> label)
    {
        var step = Step(max - min, 5);
        var ticks = ImmutableArray.CreateBuilder<double>();
        for (var index = (long)Math.Ceiling((min / step) - 1e-9); index * step <= max + (step * 1e-9); index++)
        {
            ticks.Add(index * step);
        }

        return new Axis(min, max, ticks.ToImmutable(), label);
    }

    /// <summary>An axis with zero in its middle that reaches at least so far.</summary>
    public static Axis AroundZero(double reach, Func<double, string> label)
    {
        var step = Step(reach, 2);
        var end = Math.Ceiling((reach / step) - 1e-9) * step;
        return Between(-end, end, label) with { Ticks = [-end, 0, end], Neutral = 0 };
    }

    public bool Holds(double value) => value >= Min && value <= Max;

    public string At(double value) => Figures.Coordinate(Margin + ((100 - (2 * Margin)) * (Math.Clamp(value, Min, Max) - Min) / (Max - Min))) + "%";

    private static double Step(double width, int parts)
    {
        if (width <= 0 || !double.IsFinite(width))
        {
            return 1;
        }

        var raw = width / parts;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * ((raw / power) switch
        {
            <= 1.0001 => 1,
            <= 2.0001 => 2,
            <= 5.0001 => 5,
            _ => 10,
        });
    }
}
