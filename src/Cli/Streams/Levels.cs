using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Streams;

/// <summary>How often each score came; where there are very many different ones, the later ones are left out of the picture, which is only a description.</summary>
internal sealed class Levels
{
    private const int Most = 5000;
    private const int Bins = 20;

    private readonly SortedDictionary<double, double> counts = [];

    public void Add(double score)
    {
        if (counts.TryGetValue(score, out var count))
        {
            counts[score] = count + 1;
        }
        else if (counts.Count < Most)
        {
            counts.Add(score, 1);
        }
    }

    /// <summary>The distances of other scores from these; null where either are none.</summary>
    public DescriptionFacts? Against(Levels other, Scale scale)
    {
        if (counts.Count == 0 || other.counts.Count == 0)
        {
            return null;
        }

        double[] values = [.. counts.Keys.Union(other.counts.Keys).Order()];
        var binned = values.Length > 101;
        double Bin(double value) => binned ? scale.Min + (Math.Min(Bins - 1, Math.Floor((value - scale.Min) / (scale.Max - scale.Min) * Bins)) + 0.5) * (scale.Max - scale.Min) / Bins : value;
        double[] centres = [.. values.Select(Bin).Distinct()];
        double[] Of(Levels levels) => [.. centres.Select(centre => levels.counts.Where(pair => Bin(pair.Key) == centre).Sum(pair => pair.Value))];
        var between = new Divergence(centres, Of(this), Of(other));
        return new DescriptionFacts(between.Stability, between.NullStability, between.StabilityP, between.JensenShannonDistance, Math.Sqrt(between.NullJensenShannon), between.Wasserstein, between.NullWasserstein);
    }
}
