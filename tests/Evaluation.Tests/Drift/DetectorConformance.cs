using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Drift;

/// <summary>What every detector must do, found through the catalogue: a new one fails here until it has its two examples.</summary>
public sealed class DetectorConformance
{
    private static readonly ImmutableArray<JsonDerivedTypeAttribute> Catalogue = [.. typeof(Detector).GetCustomAttributes<JsonDerivedTypeAttribute>()];

    private static readonly Baseline Usual = SomeStream.Baseline();

    private static readonly Observation[] Step = [.. SomeStream.Of([.. SomeStream.Scores(600, 2), .. SomeStream.Scores(1500, 3, lower: 1.5)])];

    public static TheoryData<string> Kinds => [.. Catalogue.Select(each => (string)each.TypeDiscriminator!)];

    [Fact]
    public void TheCatalogueHasSixDetectors()
    {
        Assert.Equal(6, Catalogue.Length);
        Assert.All(typeof(Detector).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Detector)) && !type.IsAbstract), type => Assert.Contains(Catalogue, each => each.DerivedType == type));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ADetectorIsQuietOnConstants(string kind)
    {
        var (detector, alarms) = Run(Working(kind), SomeStream.Of(Enumerable.Repeat(7.0, 30_000)), SomeStream.Constant(7));

        Assert.Empty(alarms);
        Assert.True(detector.Level < 0.5, $"evidence grew to {detector.Level} of the threshold although no score ever differed");
        Assert.Equal(30_000, detector.Scored);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ADetectorSeesAStep(string kind)
    {
        var (_, alarms) = Run(Working(kind), Step, Usual);

        Assert.NotEmpty(alarms);
        Assert.Equal((kind, Direction.Drop), (alarms[0].Detector, alarms[0].Direction));
        Assert.InRange(alarms[0].Sequence, 601, 900);
        Assert.True(alarms[0].Evidence >= alarms[0].Threshold);
        Assert.InRange(alarms[0].ChangedAt ?? 601, 500, alarms[0].Sequence);
        Assert.Equal(Step[alarms[0].Sequence - 1].Sample, alarms[0].Sample);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ADetectorSurvivesSavingMidStreamBitForBit(string kind)
    {
        var (kept, heard) = Run(Working(kind), Step, Usual);
        var (saved, again) = (Working(kind), new List<Alarm>());
        foreach (var observation in Step)
        {
            (saved, var alarm) = Saved(saved).Observe(observation, Usual);
            again.AddRange(alarm is null ? [] : [alarm]);
        }

        Assert.Equal(Json(kept), Json(saved));
        Assert.Equal(BitConverter.DoubleToInt64Bits(kept.Level), BitConverter.DoubleToInt64Bits(saved.Level));
        Assert.Equal(heard.Select(Text), again.Select(Text));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ADetectorSurvivesJson(string kind)
    {
        var detector = Working(kind);

        Assert.IsType(detector.GetType(), Saved(detector));
        Assert.Contains($"\"type\":\"{kind}\"", Json(detector), StringComparison.Ordinal);
        Assert.Equal(Json(detector), Json(Saved(detector)));
        Assert.Equal(kind, detector.Kind());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ADuplicateChangesNothing(string kind)
    {
        var (once, heard) = Run(Working(kind), Step, Usual);
        var (twice, again) = Run(Working(kind), Step.SelectMany((observation, i) => new[] { observation, observation, Step[i / 2] }), Usual);

        Assert.Equal(Json(once), Json(twice));
        Assert.Equal(heard.Select(Text), again.Select(Text));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatHasNoScoreIsOnlyCounted(string kind)
    {
        var (detector, _) = Run(Working(kind), Step.Take(100), Usual);
        var (after, alarm) = detector.Observe(SomeStream.Of(101, null) with { Unscored = Reason.Refused }, Usual);
        var (stranger, _) = after.Observe(SomeStream.Of(102, 5, new Slice("new")), Usual);

        Assert.Null(alarm);
        Assert.Equal((101, 100, 1, 0), (after.Sequence, after.Scored, after.Unscored, after.Unplaced));
        Assert.Equal((102, 100, 1, 1), (stranger.Sequence, stranger.Scored, stranger.Unscored, stranger.Unplaced));
        Assert.Equal(Json(detector), Json(stranger with { Sequence = 100, Unscored = 0, Unplaced = 0 }));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AScoreOutsideTheScaleOrOfAnotherJudgeIsRefused(string kind)
    {
        var detector = Working(kind);
        foreach (var score in new[] { 0.99, 10.01, double.NaN, double.PositiveInfinity })
        {
            Assert.Contains("outside the scale", Assert.Throws<EvaluationException>(() => detector.Observe(SomeStream.Of(1, score), Usual)).Message, StringComparison.Ordinal);
        }

        var judged = Usual with { Judge = new("a") };
        var other = SomeStream.Of(1, 5) with { Judge = new("b") };
        Assert.Contains("cannot be compared", Assert.Throws<EvaluationException>(() => detector.Observe(other, judged)).Message, StringComparison.Ordinal);
        Assert.Equal(1, detector.Observe(other, judged with { Bridges = [new("b")] }).Next.Scored);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AWorkingDetectorHasNoMistakesAndABrokenOneSaysWhere(string kind)
    {
        Assert.Empty(Working(kind).Check());
        Assert.NotEmpty(Broken(kind).Check());
        Assert.All(Broken(kind).Check(), mistake => Assert.False(string.IsNullOrEmpty(mistake.Field)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ARestartForgetsTheEvidenceAndKeepsTheCounts(string kind)
    {
        var (detector, _) = Run(Working(kind), Step.Take(620), Usual);
        var restarted = detector.Restarted();

        Assert.Equal((detector.Sequence, detector.Scored), (restarted.Sequence, restarted.Scored));
        Assert.Equal(0, restarted.Level);
    }

    private static (Detector Detector, List<Alarm> Alarms) Run(Detector detector, IEnumerable<Observation> stream, Baseline baseline)
    {
        var alarms = new List<Alarm>();
        foreach (var observation in stream)
        {
            (detector, var alarm) = detector.Observe(observation, baseline);
            alarms.AddRange(alarm is null ? [] : [alarm]);
        }

        return (detector, alarms);
    }

    private static Detector Saved(Detector detector) => JsonSerializer.Deserialize(Json(detector), EvaluationJson.Plain.Detector)!;

    private static string Json(Detector detector) => JsonSerializer.Serialize(detector, EvaluationJson.Plain.Detector);

    private static string Text(Alarm alarm) => JsonSerializer.Serialize(alarm, EvaluationJson.Plain.Alarm);

    private static Detector Working(string kind) => kind switch
    {
        "mixture" => MixtureDetector.Of(10_000) with { LeastShift = 0.01 },
        "slices" => SliceDetector.Of(10_000),
        "cusum" => CusumDetector.Of(10_000),
        "ewma" => new EwmaDetector(),
        "page-hinkley" => new PageHinkleyDetector(),
        "adwin" => new AdwinDetector(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a new detector needs an example that works"),
    };

    private static Detector Broken(string kind) => kind switch
    {
        "mixture" => MixtureDetector.Of(0) with { Effects = [], DropWeight = 2, LeastShift = -1, LeastInclusion = 0 },
        "slices" => SliceDetector.Of(double.NaN),
        "cusum" => new CusumDetector { Slack = 0, Limit = -1 },
        "ewma" => new EwmaDetector { Weight = 2, Limit = 0 },
        "page-hinkley" => new PageHinkleyDetector { Slack = -1, Limit = 0, Memory = 0 },
        "adwin" => new AdwinDetector { Delta = 1, Clock = 0 },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a new detector needs an example that is broken"),
    };
}
