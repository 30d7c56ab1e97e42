using System.Collections.Immutable;
using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Drift;

/// <summary>Slices that are drawn at different rates, and rates that change: what is said of the traffic is said of all of it.</summary>
public sealed class UnequalSamplingTests
{
    private static readonly Scale Points = new(1, 5);

    private static readonly (Slice Rare, Slice Common) Two = (new("plan=rare"), new("plan=common"));

    [Fact]
    public void ScoresThatWereAllDrawnAlikeMakeTheBaselineThatTheyMadeWithoutProbabilities()
    {
        BaselineScore[] bare = [.. SomeStream.Scores(600, 3).Select((score, i) => new BaselineScore(new($"s{i % 7 % 3}"), score))];

        var drawn = BaselineScores.Of(new("b"), SomeStream.Scale, [.. bare.Select(score => score with { Inclusion = 0.3 })]);
        var unknown = BaselineScores.Of(new("b"), SomeStream.Scale, [bare[0], .. bare.Skip(1).Select((score, i) => score with { Inclusion = 1.0 / (2 + i % 5) })]);

        var known = Json(BaselineScores.Of(new("b"), SomeStream.Scale, bare));
        Assert.Equal(known, Json(drawn));
        Assert.Equal(known, Json(unknown));
    }

    [Fact]
    public void ASliceThatIsDrawnTenTimesAsDenselyCountsNoMoreThanItsTraffic()
    {
        // 1,000 of each are drawn: all of the rare ones, a tenth of the common ones, so that there are 10,000 of these.
        var baseline = Made(1000, 1, 1000, 0.1);

        var (rare, common) = (baseline.Slices.Find(Two.Rare)!, baseline.Slices.Find(Two.Common)!);
        Assert.Equal((1000.0, 10_000.0), (rare.Stands, common.Stands), Near);
        Assert.Equal((3 * 1000 + 4 * 10_000) / 11_000.0, 1 + 4 * baseline.Mean.Centre, 10);
        // The detectors see the stream as it is drawn, and each slice's scores weigh the same.
        var alike = Made(1000, 1, 1000, 1);
        Assert.Equal((alike.Mean.Deviation, alike.Mean.Error, alike.Mean.Carry), (baseline.Mean.Deviation, baseline.Mean.Error, baseline.Mean.Carry));
        Assert.Equal(alike.Slices.All.Select(slice => (slice.Mean, slice.Variance, slice.LowShare)), baseline.Slices.All.Select(slice => (slice.Mean, slice.Variance, slice.LowShare)));
    }

    [Fact]
    public void WhereTheRateFellWithinASliceItsMeanIsOfTheTrafficAndTheBandIsWider()
    {
        // 400 scores of 4 ± 1 drawn at 0.8, then 100 of 2 ± 1 at 0.1: 500 and 1,000 interactions.
        BaselineScore[] scores = [.. Enumerable.Range(0, 500).Select(i => new BaselineScore(Slice.All, (i < 400 ? 4 : 2) + (i % 2 == 0 ? 1 : -1)) { Inclusion = i < 400 ? 0.8 : 0.1 })];

        var baseline = BaselineScores.Of(new("b"), Points, scores);

        var slice = baseline.Slices.All[0];
        Assert.Equal((500 * 4 + 1000 * 2) / 1500.0, slice.Mean, 10);
        Assert.Equal(1200.0 * 1200 / (400 + 100 * 64), slice.EffectiveCount, 8);
        Assert.Equal(baseline.Mean.Deviation / Math.Sqrt(slice.EffectiveCount), baseline.Mean.Error, 12);
        Assert.Equal(slice.EffectiveCount, baseline.Effective, 8);
    }

    [Fact]
    public void TheProductShiftIsThatOfTheTraffic()
    {
        // The rare ones fall by a point, and are an eleventh of the traffic but half of what is judged.
        var (baseline, anchors) = (Made(1000, 1, 1000, 0.1), Anchors());
        var watch = Watch.Of(baseline, new Patience(500, 10), anchors, 100);
        var (alarms, places) = (new List<Alarm>(), new List<(int Score, long Place)>());
        for (var i = 0; i < 4000; i++)
        {
            var (slice, score, inclusion) = i % 2 == 0 ? (Two.Rare, Rare(i / 2) - 1, 1) : (Two.Common, Common(i / 2), 0.1);
            (watch, var raised) = watch.Observe(SomeStream.Of(i + 1, score, slice) with { Sample = new($"p{i}"), Inclusion = inclusion });
            alarms.AddRange(raised);
            places.Add((i, watch.Sequence));
            if (i % 40 == 0)
            {
                (watch, _) = watch.Observe(SomeStream.Of(i + 1, 3 + i / 40 % 2, new($"item {i / 40 % 20}")) with { Sample = new($"a{i}"), Anchor = true });
            }
        }

        var verdict = watch.Verdict()!;

        Assert.NotEmpty(alarms);
        Assert.Equal(-1 / 11.0, verdict.Raw!.Value.Value, 2);
        var (residuals, weights) = (new List<double>(), new List<double>());
        foreach (var (i, place) in places.Where(each => each.Place > alarms[0].Sequence))
        {
            residuals.Add(i % 2 == 0 ? Rare(i / 2) - 1 - baseline.Slices.Find(Two.Rare)!.Mean : Common(i / 2) - baseline.Slices.Find(Two.Common)!.Mean);
            weights.Add(i % 2 == 0 ? 1 : 10);
        }

        var now = WeightedMean.Of(residuals.ToArray(), weights.ToArray());
        var (spread, then) = ((1 + baseline.Mean.Carry) / (1 - baseline.Mean.Carry), 4 * baseline.Mean.Error * Math.Sqrt(2000 * (1e6 + 1e8) / 1000) / 11_000);
        Assert.Equal((now.Mean, Math.Sqrt(spread * (now.StandardError!.Value * now.StandardError.Value + then * then))), (verdict.Raw.Value.Value, verdict.Raw.Value.Error), Near);
    }

    [Fact]
    public void RatesThatChangeFromDayToDayKeepThePromise()
    {
        // Of 50 judged scores a day, days at rates of 0.9 and of 0.1 in turn, while nothing changes.
        static double Rate(int i) => i / 50 % 2 == 0 ? 0.9 : 0.1;
        var alarms = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var baseline = BaselineScores.Of(new("b"), SomeStream.Scale, [.. SomeStream.Scores(500, 2 * seed).Select((score, i) => new BaselineScore(Slice.All, score) { Inclusion = Rate(i) })]);
            var watch = Watch.Of(baseline, new Patience(50, 60));
            foreach (var one in SomeStream.Of(SomeStream.Scores(3000, 2 * seed + 1)))
            {
                (watch, var raised) = watch.Observe(one with { Inclusion = Rate((int)one.Sequence) });
                alarms += raised.Length;
            }
        }

        // At most one in 3,000 scores is promised, on average: 40 in these, of which 54 and more come once in a hundred.
        Assert.InRange(alarms, 0, 53);
    }

    [Fact]
    public void RatesThatGoWithQualityKeepThePromise()
    {
        // In bursts, which are half of what is judged, one of ten is drawn and scores are 0.6 lower, and that stays so.
        static (double Score, double Rate) Drawn(double score, int i) => i * 7919 % 1009 % 2 == 0 ? (Math.Max(1, score - 0.6), 0.1) : (score, 1);
        var alarms = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var baseline = BaselineScores.Of(new("b"), new Scale(1, 10, 0), [.. SomeStream.Scores(2000, 2 * seed).Select((score, i) => Drawn(score, i)).Select(one => new BaselineScore(Slice.All, one.Score) { Inclusion = one.Rate })]);
            var watch = Watch.Of(baseline, new Patience(500, 30)) with { Seen = null };
            foreach (var one in SomeStream.Of(SomeStream.Scores(15_000, 2 * seed + 1)))
            {
                var (score, rate) = Drawn(one.Score!.Value, (int)one.Sequence);
                (watch, var raised) = watch.Observe(one with { Score = score, Inclusion = rate });
                alarms += raised.Length;
            }
        }

        // At most one in 15,000 scores, on average: 20 in these, of which 32 and more come once in a hundred.
        Assert.InRange(alarms, 0, 31);
    }

    private static double Rare(int i) => 3 + i * 7 % 3 - 1;

    private static double Common(int i) => 4 + i * 5 % 3 - 1;

    private static Baseline Made(int rare, double rareRate, int common, double commonRate) => BaselineScores.Of(new("b"), Points,
    [
        .. Enumerable.Range(0, rare).Select(i => new BaselineScore(Two.Rare, i == rare - 1 ? 3 : Rare(i)) { Inclusion = rareRate }),
        .. Enumerable.Range(0, common).Select(i => new BaselineScore(Two.Common, i == common - 1 ? 4 : Common(i)) { Inclusion = commonRate }),
    ]);

    private static Baseline Anchors() => AnchorScores.Of(
        new("anchors"), Points, [.. Enumerable.Range(0, 100).Select(i => new BaselineScore(new($"item {i % 20}"), 3 + i / 20 % 2))], 0.2);

    private static string Json(Baseline baseline) => JsonSerializer.Serialize(baseline, EvaluationJson.Plain.Baseline);

    private static bool Near((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9;
}
