using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Drift;

/// <summary>Judges that hardly vary: where they move, a few anchors tell, or none of them does.</summary>
public sealed class AnchorShiftTests
{
    [Theory]
    [InlineData(30, 0.05)]
    [InlineData(10, 0.1)]
    public void AJudgeThatMovedInFewAnswersIsNotTakenForTheProduct(int items, double share)
    {
        const int runs = 60;
        var told = Enumerable.Range(0, runs).Select(seed => Verdict(seed, items, judge: share, product: 0)).ToArray();

        // 1 % on each side is put up with; of 60, four and more come once in 250. It was every eighth with thirty anchors, and nearly every other one with ten.
        Assert.InRange(told.Count(one => one is Culprit.Product or Culprit.Both), 0, 3);
    }

    [Fact]
    public void AProductThatMovedFarEnoughIsStillFound()
    {
        var told = Enumerable.Range(0, 20).Select(seed => Verdict(seed, 60, judge: 0, product: 0.3)).ToArray();

        Assert.InRange(told.Count(one => one is Culprit.Product), 18, 20);
    }

    [Fact]
    public void WhatItemsDoNotShowIsTwoMovesInAllOfThem()
    {
        AnchorShift Of(Scale scale, params double[] moved) => AnchorShift.Of([.. moved, .. new double[30 - moved.Length]], scale);

        Assert.Equal((0, 0, 2.0 / 30), (Of(Scale.PassFail).Seen.Value, Of(Scale.PassFail).Seen.Error, Of(Scale.PassFail).Unseen));
        Assert.Equal(2 * 0.5 / 30, Of(new Scale(0, 4, 0.5)).Unseen, 12);
        Assert.Equal(0, Of(new Scale(0, 1, 0)).Unseen);
        Assert.Equal(2 * Math.Sqrt(5) / 30, Of(new Scale(1, 5), -1, 3).Unseen, 12);
        Assert.Equal(0, Of(new Scale(1, 5), [.. Enumerable.Range(0, 16).Select(i => i % 2 - 0.4)]).Unseen);
        var all = Of(Scale.PassFail, -1).All;
        Assert.Equal((-1.0 / 30, Math.Sqrt((1 + 4) / 900.0)), (all.Value, all.Error), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-6);
        // What moved the judge itself is told by its own spread, as before.
        Assert.True(new AnchorVerdict(Of(Scale.PassFail, -1, -1, -1, -1, -1, -1, -1).Seen, null, 30) { Unseen = 2.0 / 30 }.Judge.Shown);
    }

    [Fact]
    public void AVerdictThatIsOlderHasNothingUnseen()
    {
        var older = JsonSerializer.Deserialize<AnchorVerdict>("""{"judge":{"value":-0.1,"error":0.02},"raw":{"value":-0.3,"error":0.03},"items":40}""", EvaluationJson.Stored)!;

        Assert.Equal((0, older.Judge), (older.Unseen, older.Known));
    }

    /// <summary>Four days after the first alarm; a share of passes becomes failures, item by item where it is the judge.</summary>
    private static Culprit Verdict(int seed, int items, double judge, double product)
    {
        var chance = new Random(seed);
        double Score(double worse) => chance.NextDouble() < 0.9 * (1 - worse) ? 1 : 0;
        var baseline = BaselineScores.Of(new("b"), Scale.PassFail, [.. Enumerable.Range(0, 500).Select(_ => new BaselineScore(Slice.All, Score(0)))]);
        double[] before = [.. Enumerable.Range(0, items).Select(_ => Score(0))];
        double[] now = [.. before.Select(score => score * (chance.NextDouble() < judge ? 0 : 1))];
        var anchors = AnchorScores.Of(new("a"), Scale.PassFail, [.. Enumerable.Range(0, 5 * items).Select(i => new BaselineScore(new($"item {i % items}"), before[i % items]))], 0.3);
        var watch = Watch.Of(baseline, new Patience(500), anchors, items) with { Seen = null };
        for (int day = 0, last = 60; day < last; day++)
        {
            var time = DateTimeOffset.UnixEpoch.AddDays(day);
            for (var i = 0; i < items + 500; i++)
            {
                (watch, _) = watch.Observe(i < items
                    ? new Observation { Sequence = 0, Sample = new("a"), Slice = new($"item {i}"), Score = now[i], Anchor = true, Time = time }
                    : new Observation { Sequence = 0, Sample = new("p"), Score = Score(judge + product), Time = time });
            }

            last = watch.InDrift is null ? last : Math.Min(last, day + 5);
        }

        return watch.Verdict()?.Culprit ?? Culprit.Undecided;
    }
}
