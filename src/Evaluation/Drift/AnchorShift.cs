using System.Text.Json.Serialization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Drift;

/// <summary>
/// How far a judge moved by items that were judged again: the mean of their differences d, and what the items do not show of it. A judge that moves in few answers moves few items or none, and the spread of so few says next
/// to nothing of the others: of thirty items that one answer in twenty would move, none moves in one case of five.
/// <code>J = Σd/n     se² = s²/n     unseen = 2u/n where no more than half of the items moved, else 0</code>
/// u is the usual size of a move: the root of the mean square over the items that moved, and the scale's step where none did. With √(se² + unseen²) one error of 2.58 holds 1 % on either side where up to five items moved;
/// by se alone it is 20 % and more.
/// </summary>
/// <param name="Items">The differences, one an item, in points.</param>
/// <param name="Unseen">In points.</param>
public readonly record struct AnchorShift(Sample Items, double Unseen)
{
    // Means of equal scores may differ by what rounding leaves.
    private const double Same = 1e-9;

    /// <summary>By its own spread alone.</summary>
    [JsonIgnore]
    public Shift Seen => new(Items.Mean, Items.StandardError ?? 0);

    /// <summary>With what the items do not show.</summary>
    [JsonIgnore]
    public Shift All => new(Items.Mean, Math.Sqrt(Seen.Error * Seen.Error + Unseen * Unseen));

    /// <param name="differences">One an item, in points.</param>
    /// <param name="scale">Of the scores.</param>
    public static AnchorShift Of(double[] differences, Scale scale)
    {
        var moved = differences.Where(each => Math.Abs(each) > Same).ToArray();
        var size = moved.Length > 0 ? Math.Sqrt(moved.Sum(each => each * each) / moved.Length) : scale.Step;
        return new AnchorShift(Sample.Of(differences), 2 * moved.Length > differences.Length || differences.Length == 0 ? 0 : 2 * size / differences.Length);
    }
}
