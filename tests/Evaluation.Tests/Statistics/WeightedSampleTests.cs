using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Statistics;

public sealed class WeightedSampleTests
{
    private static readonly double[] Values = [.. Enumerable.Range(0, 60).Select(i => 1 + i * 7 % 10 + i % 3 * 0.25)];

    private static readonly double[] Weights = [.. Enumerable.Range(0, 60).Select(i => 1 / (0.05 + i * 11 % 17 * 0.05))];

    [Fact]
    public void WhereAllWeighTheSameItHasTheBitsOfAPlainSample()
    {
        const double weight = 1 / 0.3;
        var plain = Sample.Of(Values.AsSpan(..25)).Merge(Sample.Of(Values.AsSpan(25..)));

        var weighted = Of(Values[..25], _ => weight).Merge(Of(Values[25..], _ => weight));

        Assert.Equal((plain.Count, plain.Mean, plain.Squares, plain.StandardError), (weighted.Count, weighted.Mean, weighted.Squares, weighted.StandardError));
        Assert.Equal(60, weighted.EffectiveCount);
        Assert.Equal(60 * weight, weighted.Total, 12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(23)]
    public void InWhateverPiecesItIsHajeksMeanWithItsError(int first)
    {
        var known = WeightedMean.Of(Values, Weights);

        var merged = Of(Values[..first], i => Weights[i]).Merge(Of(Values[first..], i => Weights[first + i]));

        Assert.Equal(60, merged.Count);
        Assert.Equal(known.Mean, merged.Mean, 12);
        Assert.Equal(known.StandardError!.Value, merged.StandardError!.Value, 12);
        Assert.Equal(known.EffectiveCount, merged.EffectiveCount, 10);
        Assert.Equal(Weights.Sum(), merged.Total, 10);
        Assert.Equal((known.Mean - 2.5, known.StandardError.Value), (merged.Less(2.5).Mean, merged.Less(2.5).StandardError!.Value), Near);
    }

    [Fact]
    public void TwoEvenPartsOfDifferentWeightAreUneven()
    {
        var merged = Of(Values[..20], _ => 10).Merge(Of(Values[20..], _ => 2));

        var known = WeightedMean.Of(Values, [.. Enumerable.Range(0, 60).Select(i => i < 20 ? 10.0 : 2)]);
        Assert.Equal((known.Mean, known.StandardError!.Value), (merged.Mean, merged.StandardError!.Value), Near);
    }

    [Fact]
    public void WhatAnOlderVersionStoredWeighsLikeWhatItStandsBeside()
    {
        const string stored = """{"first":1,"last":2,"scores":{"a":{"count":2,"mean":5,"squares":2}},"level":0.5}""";
        var old = JsonSerializer.Deserialize($$"""{"stretches":[{{stored}}]}""", EvaluationJson.Plain.History)!;

        var merged = old.Since(1)[new Slice("a")].Merge(Of([8], _ => 10));

        Assert.Equal((3L, 6.0, 8.0), (merged.Count, merged.Mean, merged.Squares));
        var uneven = old.Since(1)[new Slice("a")].Merge(Of([8, 2], i => i == 0 ? 10 : 40));
        Assert.Equal((5 * 2 * 10 + 8 * 10 + 2 * 40) / 70.0, uneven.Mean, 12);
    }

    [Fact]
    public void AWeightIsPositive() => Assert.Throws<ArgumentOutOfRangeException>(() => default(WeightedSample).Add(1, 0));

    private static WeightedSample Of(double[] values, Func<int, double> weight)
    {
        var sample = default(WeightedSample);
        for (var i = 0; i < values.Length; i++)
        {
            sample = sample.Add(values[i], weight(i));
        }

        return sample;
    }

    private static bool Near((double Mean, double Error) a, (double Mean, double Error) b) => Math.Abs(a.Mean - b.Mean) < 1e-12 && Math.Abs(a.Error - b.Error) < 1e-12;
}
