using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Drift;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class ExplanationTests
{
    private static readonly Scale Points = new(1, 5);

    private static readonly (Slice Rare, Slice Common) Two = (new("plan=rare"), new("plan=common"));

    [Fact]
    public void ItIsOfTheTrafficAndNotOfWhatWasDrawnOfIt()
    {
        // Of 100 rare ones all are drawn, of 900 common ones a ninth; only the rare ones have become worse.
        var baseline = BaselineScores.Of(new("b"), Points, [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0
            ? new BaselineScore(Two.Rare, 4 + i / 2 % 2) { Inclusion = 0.9 }
            : new BaselineScore(Two.Common, 3 + i / 2 % 2) { Inclusion = 0.1 })]);
        RecentScore[] recent = [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0
            ? Score(i, Two.Rare, 2 + i / 2 % 2) with { Inclusion = 0.9 }
            : Score(i, Two.Common, 3 + i / 2 % 2) with { Inclusion = 0.1 })];

        var told = Explanation.Of(Drop(0), baseline, recent);

        Assert.Equal((4.5 * 0.1 + 3.5 * 0.9, 2.5 * 0.1 + 3.5 * 0.9), (told.Before, told.After), Near);
        var rare = told.Slices[0];
        Assert.Equal(Two.Rare, rare.Slice);
        Assert.Equal((0.1, 0.1), (rare.ShareBefore, rare.ShareAfter), Near);
        Assert.Equal((-0.2, 0.0), (rare.Within, rare.Mix), Near);
    }

    [Fact]
    public void AMeanWhileTheBaselineIsMadeWeighsItsScores()
    {
        var strata = SomeMonitor.Definition with { Sampler = new SamplerSettings { Rate = 0.1, Strata = SomeMonitor.Definition.Sampler.Strata.Add(new("language=de"), 1) } };
        var spec = SomeMonitor.Spec(strata);
        var watch = ScoreWatch.Begin(spec);
        for (var i = 0; i < 40; i++)
        {
            var sample = new JudgedSample(new($"s{i}"), new(i % 2 == 0 ? "language=de" : "language=en"), SomeMonitor.Start, i % 2 == 0 ? 1 : 0.1) { Score = i % 2 == 0 ? 1 : 5 };
            watch = watch.Observe(spec, sample, spec.Judge, null, SomeMonitor.Start);
        }

        Assert.Equal((1 * 1 + 10 * 5) / 11.0, PresentEstimate.Of(spec, watch)!.Mean, 10);
        var older = watch with { Learning = watch.Learning with { Scores = [.. watch.Learning.Scores.Select(score => score with { Inclusion = null })] } };
        Assert.Null(PresentEstimate.Of(spec, older));
    }

    [Fact]
    public void ScoresOfAnOlderVersionWeighOne()
    {
        var recent = JsonSerializer.Deserialize("""[{"sequence":1,"sample":"a","slice":"all","score":3,"at":0}]""", EvaluationJson.Plain.ImmutableArrayRecentScore);
        var learnt = JsonSerializer.Deserialize("""{"scores":[{"slice":"all","score":3}]}""", EvaluationJson.Plain.Learning)!;
        var slice = JsonSerializer.Deserialize("""{"slice":"all","count":30,"mean":3,"variance":1,"pooled":[]}""", EvaluationJson.Plain.SliceBaseline)!;

        Assert.Equal(1, recent[0].Inclusion);
        Assert.Null(learnt.Scores[0].Inclusion);
        Assert.Equal((30.0, 30.0), (slice.Stands, slice.EffectiveCount));
    }

    private static Alarm Drop(long since) => new() { Detector = "mixture", Sequence = 1000, Sample = new("s"), Threshold = 1, Evidence = 1, Direction = Direction.Drop, ChangedAt = since };

    private static RecentScore Score(int i, Slice slice, double score) => new(i, new($"s{i}"), slice, score, 1_700_000_000 + i);

    private static bool Near((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9;
}
