using System.Collections.Immutable;

namespace Assize.Evaluation.Drift;

/// <summary>Neighbouring scores of ADWIN's window: their number (a power of two), sum and sum of squared deviations.</summary>
public readonly record struct AdwinBucket(long Count, double Sum, double Squares)
{
    public AdwinBucket Merge(AdwinBucket other)
    {
        var apart = Sum / Count - other.Sum / other.Count;
        return new AdwinBucket(Count + other.Count, Sum + other.Sum, Squares + other.Squares + apart * apart * Count * other.Count / (Count + other.Count));
    }
}

/// <summary>A window of scores in an exponential histogram: O(log W) buckets, newest first.</summary>
public sealed record AdwinWindow
{
    public ImmutableArray<AdwinBucket> Buckets { get; init; } = [];

    public long Width { get; init; }

    public double Sum { get; init; }

    /// <summary>V, the sum of squared deviations over the window; never below 0, where deletions would leave it by rounding.</summary>
    public double Squares { get; init; }

    /// <summary>The window with a score more; more than so many buckets of one size are merged two by two, oldest first.</summary>
    public AdwinWindow Add(double x, int most)
    {
        var apart = Width == 0 ? 0 : x - Sum / Width;
        var buckets = Buckets.ToBuilder();
        buckets.Insert(0, new AdwinBucket(1, x, 0));
        var first = 0;
        while (first < buckets.Count)
        {
            var size = buckets[first].Count;
            var last = first;
            while (last + 1 < buckets.Count && buckets[last + 1].Count == size)
            {
                last++;
            }

            if (last - first + 1 <= most)
            {
                break;
            }

            buckets[last - 1] = buckets[last].Merge(buckets[last - 1]);
            buckets.RemoveAt(last);
            first = last - 1;
        }

        return new AdwinWindow { Buckets = buckets.ToImmutable(), Width = Width + 1, Sum = Sum + x, Squares = Squares + apart * apart * Width / (Width + 1) };
    }

    /// <summary>The window without its oldest bucket.</summary>
    public AdwinWindow Drop()
    {
        var oldest = Buckets[^1];
        var (width, sum) = (Width - oldest.Count, Sum - oldest.Sum);
        var apart = width == 0 ? 0 : oldest.Sum / oldest.Count - sum / width;
        var squares = Squares - oldest.Squares - apart * apart * oldest.Count * width / (oldest.Count + width);
        return new AdwinWindow { Buckets = Buckets.RemoveAt(Buckets.Length - 1), Width = width, Sum = sum, Squares = Math.Max(0, squares) };
    }

    /// <summary>
    /// The first boundary, oldest first, where the means of the older and the newer part differ by more than
    /// ε = sqrt(2 m V/W d′) + 2/3 d′ m, m = 1/(n₀ − min + 1) + 1/(n₁ − min + 1), d′ = ln(2 ln W/δ); null where none does.
    /// </summary>
    public AdwinCut? Cut(double delta, int least)
    {
        var confidence = Math.Log(2 * Math.Log(Width) / delta);
        var (older, olderSum) = (0L, 0.0);
        for (var i = Buckets.Length - 1; i > 0; i--)
        {
            older += Buckets[i].Count;
            olderSum += Buckets[i].Sum;
            var newer = Width - older;
            if (older < least || newer < least)
            {
                continue;
            }

            var m = 1.0 / (older - least + 1) + 1.0 / (newer - least + 1);
            var bound = Math.Sqrt(2 * m * Squares / Width * confidence) + 2.0 / 3 * confidence * m;
            var apart = (Sum - olderSum) / newer - olderSum / older;
            if (Math.Abs(apart) > bound)
            {
                return new AdwinCut(apart, bound, newer);
            }
        }

        return null;
    }
}

/// <summary>Where a window falls in two.</summary>
/// <param name="Apart">The newer part's mean less the older one's.</param>
/// <param name="Bound">ε, which it exceeds.</param>
/// <param name="Newer">Scores of the newer part.</param>
public readonly record struct AdwinCut(double Apart, double Bound, long Newer);
