using System.Globalization;
using System.Text.Json.Serialization;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Drift;

/// <summary>A change of a mean with its standard error, in points.</summary>
/// <param name="Error">Its standard error; 0 when nothing varied at all, and then any change is sure.</param>
public readonly record struct Shift(double Value, double Error)
{
    // 1 % two-sided.
    private const double Sure = 2.58;

    /// <summary>Value over error; as far as a double goes where nothing varied.</summary>
    [JsonIgnore]
    public double Z => Value == 0 ? 0 : Error > 0 ? Value / Error : Math.CopySign(double.MaxValue, Value);

    /// <summary>|value| &gt; 2.58 standard errors.</summary>
    [JsonIgnore]
    public bool Shown => Math.Abs(Z) > Sure;

    /// <summary>The difference of two independent shifts; errors add in quadrature.</summary>
    public Shift Less(Shift other) => new(Value - other.Value, Math.Sqrt(Error * Error + other.Error * other.Error));
}

/// <summary>Who moved.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Culprit>))]
public enum Culprit
{
    /// <summary>Neither shift is shown yet.</summary>
    Undecided,

    /// <summary>The judge grades otherwise than it did.</summary>
    Judge,

    /// <summary>The product answers otherwise than it did.</summary>
    Product,

    /// <summary>Both.</summary>
    Both,
}

/// <summary>
/// Whether the judge or the product moved: J = mean(anchor now − anchor baseline) over items, P = raw shift − J; each is shown beyond 2.58 of its standard errors,
/// which add in quadrature. Source: statistics.md 4.4.
/// </summary>
/// <param name="Judge">J in points; the error holds the anchors' baseline error, for the differences are taken item by item.</param>
/// <param name="Raw">Production now less production in the baseline, in points; null while too few scores came since the alarm.</param>
/// <param name="Items">Anchor items that were compared.</param>
public sealed record AnchorVerdict(Shift Judge, Shift? Raw, long Items)
{
    /// <summary>What the items do not show of J (<see cref="AnchorShift"/>), in points; 0 in a verdict that is older than that.</summary>
    public double Unseen { get; init; }

    /// <summary>J with what the items do not show in its error.</summary>
    [JsonIgnore]
    public Shift Known => Judge with { Error = Math.Sqrt(Judge.Error * Judge.Error + Unseen * Unseen) };

    /// <summary>P = raw − J; null where raw is. A product is not blamed for what the judge may have moved by although no item shows it.</summary>
    public Shift? Product => Raw?.Less(Known);

    public Culprit Culprit => (Judge.Shown, Product?.Shown ?? false) switch
    {
        (true, true) => Culprit.Both,
        (true, false) => Culprit.Judge,
        (false, true) => Culprit.Product,
        _ => Culprit.Undecided,
    };

    /// <summary>The verdict in words, with its numbers.</summary>
    [JsonIgnore]
    public string Sentence
    {
        get
        {
            var who = Culprit switch { Culprit.Judge => "the judge", Culprit.Product => "the product", Culprit.Both => "both", _ => "undecided" };
            var product = Product is { } shift ? Signed(shift) : "not known yet";
            return string.Create(CultureInfo.InvariantCulture, $"{who} (judge {Signed(Known)}, product {product}, in points; {Items} anchors)");
        }
    }

    private static string Signed(Shift shift) => string.Create(CultureInfo.InvariantCulture, $"{shift.Value:+0.00;-0.00;0.00} ± {shift.Error:0.00}");

    /// <param name="differences">By anchor item, its mean now less its mean in the baseline; at least two.</param>
    /// <param name="before">Production scores of the baseline; at least two.</param>
    /// <param name="after">Production scores now; at least two.</param>
    public static AnchorVerdict Of(Sample differences, Sample before, Sample after)
    {
        if (differences.StandardError is not { } anchors || before.StandardError is not { } then || after.StandardError is not { } now)
        {
            throw new ArgumentException("a shift needs two anchor items and two production scores on each side");
        }

        return new AnchorVerdict(new Shift(differences.Mean, anchors), new Shift(after.Mean, now).Less(new Shift(before.Mean, then)), differences.Count);
    }
}
