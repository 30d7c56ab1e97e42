using System.Globalization;
using System.Text.Json.Serialization;

namespace Assize.Evaluation.Budgets;

/// <summary>Who draws on a purse: a run by its id, or the monitors of a silo for a while, <c>monitors/SILO/STAY</c>.</summary>
[JsonConverter(typeof(NameConverter<DrawerId>))]
public readonly record struct DrawerId(string Value) : IName<DrawerId>, IComparable<DrawerId>
{
    private const string MonitorPart = "monitors/";

    /// <summary>Whether it is monitors: when their silo is lost, nobody comes back to say what they spent.</summary>
    public bool IsMonitors => Value.StartsWith(MonitorPart, StringComparison.Ordinal);

    public static DrawerId Of(string value) => new(value);

    public static DrawerId Of(RunId run) => new(run.Value);

    /// <param name="silo">One start of a silo, and no other.</param>
    /// <param name="stay">Counted from 1: an end is told once, and after it they draw as others.</param>
    public static DrawerId OfMonitors(string silo, int stay) => new(string.Create(CultureInfo.InvariantCulture, $"{MonitorPart}{silo}/{stay}"));

    public int CompareTo(DrawerId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
