namespace Assize.Evaluation.Statistics;

/// <summary>A value with its 95 % interval, or the reason why there is none; never NaN and never a made-up zero.</summary>
/// <param name="Value">In the unit of what was estimated; null when nothing was observed.</param>
/// <param name="Low">The interval's lower end; null when the interval is undefined.</param>
/// <param name="High">The interval's upper end; null when the interval is undefined.</param>
/// <param name="Method">How the interval was made, as in <c>clustered t, 41 df</c> or <c>Wilson</c>.</param>
/// <param name="Undefined">Why value or interval is missing, as a sentence; null when both are there.</param>
public sealed record Estimate(double? Value, double? Low, double? High, string Method, string? Undefined = null)
{
    public static Estimate Nothing(string method, string why) => new(null, null, null, method, why);
}
