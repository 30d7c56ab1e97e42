using System.Collections.Immutable;
using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class CriterionShiftTests
{
    private static readonly Criterion Quality = new() { Name = new("quality"), Question = "Does it help?", Scale = new Scale(1, 5) };

    private static readonly Criterion Tone = new() { Name = new("tone"), Question = "Is it polite?", Scale = new Scale(1, 5) };

    private static readonly Criterion Safe = new() { Name = new("safe"), Question = "Is it safe?", Scale = Scale.PassFail };

    /// <summary>The watched criterion stands between the others.</summary>
    private static readonly MonitorSpec Spec = SomeMonitor.Spec(SomeMonitor.Definition with { Judge = ((ScoreJudge)SomeMonitor.Definition.Judge) with { Asked = [Tone, Quality, Safe] }, Criterion = Quality.Name });

    [Fact]
    public void AnAlarmSaysWhichOtherCriteriaMovedToo()
    {
        var random = new Random(4);
        var watch = Watched(ScoreWatch.Begin(Spec), 0, 300, _ => Scores(random, quality: 0, tone: 0));
        watch = Until(watch, 300, _ => Scores(random, quality: -1, tone: -1));

        var told = watch.Alarms.All[0].Explanation.Criteria;

        Assert.Equal([Tone.Name, Safe.Name], told.Select(shift => shift.Criterion));
        Assert.InRange(told[0].ShiftLow, -2, -0.5);
        Assert.True(told[0].ShiftHigh < 0 && told[0].P < 0.01, $"{told[0]}");
        Assert.True(told[1].ShiftLow < 0 && told[1].ShiftHigh > 0, $"{told[1]}");
        Assert.Equal(watch.Alarms.All[0].Explanation.Scores, told[0].Scores);
    }

    [Fact]
    public void ShiftsAreAgainstTheSlicesOfTheBaselineAndTheirErrorsAddInQuadrature()
    {
        // Two slices, drawn at 1 and 1/4, in which tone is 4 or 5, and 2 or 3; afterwards it is one point less in the first one, of which there are three times as many.
        var (rare, common) = (new Slice("language=de"), new Slice("language=en"));
        BaselineScore[] before = [.. Enumerable.Range(0, 200).Select(i => new BaselineScore(i % 2 == 0 ? rare : common, 3 + i / 2 % 2) { Inclusion = i % 2 == 0 ? 1 : 0.25, Others = [(i % 2 == 0 ? 4 : 2) + i / 2 % 2] })];
        var baseline = BaselineScores.Of(new("b"), Quality.Scale, before) with { Beside = [CriterionBaseline.Of(new("b"), Tone, 0, before)!] };
        RecentScore[] since = [.. Enumerable.Range(0, 80).Select(i => i % 4 != 0
            ? new RecentScore(i, new($"s{i}"), rare, 3, 0) { Others = [3 + i / 4 % 2], Inclusion = 1 }
            : new RecentScore(i, new($"s{i}"), common, 3, 0) { Others = [2 + i / 4 % 2], Inclusion = 0.25 })];

        var told = Assert.Single(CriterionShift.Of(baseline, since));

        Assert.Equal((4.5 * 100 + 2.5 * 400) / 500, told.Before, 12);
        Assert.Equal((3.5 * 60 + 2.5 * 80) / 140, told.After, 12);
        Assert.Equal((-1.0 * 60 + 0.0 * 80) / 140, told.Shift, 12);
        // Residuals of the first slice are −1.5 and −0.5, of the second −0.5 and 0.5.
        var after = since.Aggregate(default(WeightedSample), (sum, score) => sum.Add(score.Others[0] - (score.Slice == rare ? 4.5 : 2.5), 1 / score.Inclusion));
        var beside = baseline.Beside[0].Scores;
        var then = Math.Sqrt((Squared(100 / 500.0) + Squared(400 / 500.0)) * Squared(beside.Mean.Deviation * 4) / 100);
        var spread = Math.Sqrt((1 + beside.Mean.Carry) / (1 - beside.Mean.Carry));
        var half = Student.Quantile(0.975, Math.Min(after.EffectiveCount, beside.Effective) - 1) * spread * Math.Sqrt(Squared(after.StandardError!.Value) + Squared(then));
        Assert.Equal((told.Shift - half, told.Shift + half), (told.ShiftLow, told.ShiftHigh), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9);
    }

    [Fact]
    public void ACriterionThatDidNotMoveIsCoveredAsOftenAsItSays()
    {
        var (random, covered, mistaken) = (new Random(11), 0, 0);
        const int Times = 1000;
        for (var time = 0; time < Times; time++)
        {
            BaselineScore[] before = [.. Enumerable.Range(0, 200).Select(i => new BaselineScore(Slice.All, 3) { Inclusion = i % 2 == 0 ? 1 : 0.2, Others = [1 + random.Next(5), random.Next(10) > 0 ? 1 : 0] })];
            var baseline = BaselineScores.Of(new("b"), Quality.Scale, before) with { Beside = [CriterionBaseline.Of(new("b"), Tone, 0, before)!, CriterionBaseline.Of(new("b"), Safe, 1, before)!] };
            var told = CriterionShift.Of(baseline, [.. Enumerable.Range(0, 60).Select(i => new RecentScore(i, new($"s{i}"), Slice.All, 3, 0) { Inclusion = i % 2 == 0 ? 1 : 0.2, Others = [1 + random.Next(5), random.Next(10) > 0 ? 1 : 0] })]);
            covered += told.Count(shift => shift.ShiftLow <= 0 && shift.ShiftHigh >= 0);
            mistaken += told.Any(shift => shift.P <= 0.05) ? 1 : 0;
        }

        // 95 % ± 4 standard errors of 2,000; that ρ is never below 0 makes intervals wider by a little.
        Assert.InRange(covered, 0.93 * 2 * Times, 0.98 * 2 * Times);
        Assert.InRange(mistaken, 0, 0.078 * Times);
    }

    [Fact]
    public void AChangeOfTheMixAloneMovesNoCriterion()
    {
        var (rare, common) = (new Slice("language=de"), new Slice("language=en"));
        BaselineScore[] before = [.. Enumerable.Range(0, 200).Select(i => new BaselineScore(i % 2 == 0 ? rare : common, 3) { Inclusion = 1, Others = [i % 2 == 0 ? 5 : 2] })];
        var baseline = BaselineScores.Of(new("b"), Quality.Scale, before) with { Beside = [CriterionBaseline.Of(new("b"), Tone, 0, before)!] };

        var told = Assert.Single(CriterionShift.Of(baseline, [.. Enumerable.Range(0, 50).Select(i => new RecentScore(i, new($"s{i}"), rare, 3, 0) { Others = [5] })]));

        Assert.Equal((3.5, 5.0, 0.0, 1.0), (told.Before, told.After, told.Shift, told.P));
    }

    [Fact]
    public void NothingIsToldWhereNothingIsKnown()
    {
        var random = new Random(2);
        RecentScore[] since = [new RecentScore(1, new("a"), Slice.All, 3, 0) { Others = [4] }, new RecentScore(2, new("b"), Slice.All, 3, 0)];
        BaselineScore[] few = [.. Enumerable.Range(0, 200).Select(i => new BaselineScore(Slice.All, 3 + i % 2) { Others = i < 40 ? [4] : default })];
        BaselineScore[] enough = [.. Enumerable.Range(0, 200).Select(i => new BaselineScore(Slice.All, 3 + i % 2) { Others = [4] })];
        var baseline = BaselineScores.Of(new("b"), Quality.Scale, enough) with { Beside = [CriterionBaseline.Of(new("b"), Tone, 0, enough)!] };

        Assert.Null(CriterionBaseline.Of(new("b"), Tone, 0, few));
        Assert.Empty(CriterionShift.Of(baseline, since));
        Assert.Empty(baseline.Bridged(new("other"), new Shift(0.1, 0.1)).Beside);
        Assert.Empty(CriterionShift.Of(Baseline.Known(new("b"), Quality.Scale, 3, 1), since));
        Assert.Empty(Watched(ScoreWatch.Begin(Spec), 0, 300, _ => (new Outcome.Scored([.. Scores(random, 0, 0).Scores.Where(score => score.Criterion == Quality.Name)]))).Baseline!.Beside);
    }

    [Fact]
    public void OneCriterionAloneTakesNoRoomAndAnOlderLedgerIsRead()
    {
        var alone = JsonSerializer.Serialize<ImmutableArray<RecentScore>>([new RecentScore(1, new("a"), Slice.All, 3, 0)], EvaluationJson.Plain.ImmutableArrayRecentScore);
        var both = JsonSerializer.Serialize<ImmutableArray<RecentScore>>([new RecentScore(1, new("a"), Slice.All, 3, 0) { Others = [4, 1] }], EvaluationJson.Plain.ImmutableArrayRecentScore);
        var random = new Random(7);
        var watch = Watched(ScoreWatch.Begin(Spec), 0, 250, _ => Scores(random, 0, 0));
        var text = JsonSerializer.Serialize(watch.Baseline!, EvaluationJson.Plain.Baseline);
        var older = JsonSerializer.Deserialize<Baseline>("""{"id":"b","scale":{"min":1,"max":5,"step":1},"mean":{"centre":0.5,"deviation":0.2},"slices":[]}""", EvaluationJson.Stored)!;

        Assert.DoesNotContain("others", alone, StringComparison.Ordinal);
        Assert.True(JsonSerializer.Deserialize<ImmutableArray<RecentScore>>(alone, EvaluationJson.Stored)[0].Others.IsDefault);
        Assert.Equal([4.0, 1.0], JsonSerializer.Deserialize<ImmutableArray<RecentScore>>(both, EvaluationJson.Stored)[0].Others);
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<Baseline>(text, EvaluationJson.Stored)!, EvaluationJson.Plain.Baseline));
        Assert.Equal([Tone.Name, Safe.Name], watch.Baseline!.Beside.Select(beside => beside.Criterion));
        Assert.Empty(older.Beside);
    }

    private static ScoreWatch Watched(ScoreWatch watch, int from, int count, Func<int, Outcome.Scored> judged)
    {
        for (var i = from; i < from + count; i++)
        {
            var interaction = SomeMonitor.Interaction(i, SomeMonitor.Start.AddMinutes(i));
            watch = watch.Observe(Spec, JudgedSample.Of(new(interaction, new(i % 2 == 0 ? "language=de" : "language=en"), 1), judged(i), Quality.Name), Spec.Judge, null, interaction.Time);
        }

        return watch;
    }

    private static ScoreWatch Until(ScoreWatch watch, int from, Func<int, Outcome.Scored> judged)
    {
        for (var i = from; watch.Alarms.All.IsEmpty; i++)
        {
            Assert.True(i < from + 1000, "no alarm was raised");
            watch = Watched(watch, i, 1, judged);
        }

        return watch;
    }

    /// <summary>Quality and tone of 3 to 5, lower by so much; one in ten is not safe.</summary>
    private static Outcome.Scored Scores(Random random, double quality, double tone) => new(
    [
        new(Tone.Name, 3 + random.Next(3) + tone),
        new(Quality.Name, 3 + random.Next(3) + quality),
        new(Safe.Name, random.Next(10) > 0 ? 1 : 0),
    ]);

    private static double Squared(double x) => x * x;
}
