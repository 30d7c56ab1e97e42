using Assize.Evaluation.Drift;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Drift;

public sealed class FalseAlarmsTests
{
    private static readonly Patience Patience = new(500);

    private static readonly Baseline Usual = SomeStream.Baseline();

    [Theory]
    [InlineData("mixture", "Expected false alarms: at most one per 30 days (15,000 judged scores) while nothing changes.")]
    [InlineData("mixture slices", "Expected false alarms: at most one per 30 days (15,000 judged scores) while nothing changes.")]
    [InlineData("ewma", "Expected false alarms: about one per 30 days (15,000 judged scores) while nothing changes; calibrated for independent normal scores, not guaranteed.")]
    [InlineData("cusum page-hinkley", "Expected false alarms: about one per 30 days (15,000 judged scores) while nothing changes; calibrated for independent normal scores, not guaranteed.")]
    [InlineData("adwin", "Expected false alarms: no rate of false alarms is promised by adwin.")]
    [InlineData(
        "adwin cusum ewma page-hinkley mixture",
        "Expected false alarms while nothing changes: by mixture at most one per 30 days (15,000 judged scores); by cusum, ewma and page-hinkley about one per 30 days (15,000 judged scores), calibrated for independent normal scores, not guaranteed; by adwin no rate of false alarms is promised.")]
    public void WhatIsExpectedIsWhatTheDetectorsPromise(string kinds, string sentence) => Assert.Equal(sentence, FalseAlarms.Of(Chosen(kinds)).Sentence);

    [Fact]
    public void LimitsThatSomebodySetAreToldAsTheyAreAndNotAsThePatienceIs()
    {
        var watch = Watch.Of(Usual, Patience, detectors: [MixtureDetector.Of(5_000), SliceDetector.Of(5_000)]);

        Assert.Equal("Expected false alarms: at most one per 5 days (2,500 judged scores) while nothing changes.", FalseAlarms.Of(watch).Sentence);
    }

    [Fact]
    public void AnchorsAreWatchedByMixturesWhateverWatchesProduction()
    {
        var anchors = AnchorScores.Of(new("anchors"), SomeStream.Scale, [.. SomeStream.Scores(100, 5).Select((score, i) => new BaselineScore(new Slice($"item {i % 20}"), score))], Usual.Mean.Deviation);

        Assert.EndsWith("while nothing changes. Anchors and corrected scores are watched as well, with the same promise each.", FalseAlarms.Of(Chosen("mixture").Anchored(anchors, 100)).Sentence, StringComparison.Ordinal);
        Assert.EndsWith("promised by adwin. Anchors and corrected scores are watched by mixtures as well, at most one per 30 days each.", FalseAlarms.Of(Chosen("adwin").Anchored(anchors, 100)).Sentence, StringComparison.Ordinal);
        Assert.Equal("Expected false alarms: at most one per 30 days while nothing changes.", FalseAlarms.Of(Chosen("adwin").Anchored(anchors, 100)).Of(Raised("mixture") with { Stream = AlarmSource.Anchors }));
    }

    [Fact]
    public void AnAlarmSaysTheSameAsTheStream()
    {
        var (one, several) = (FalseAlarms.Of(Chosen("cusum")), FalseAlarms.Of(Chosen("mixture adwin")));

        Assert.Equal(one.Sentence, one.Of(Raised("cusum")));
        Assert.Equal(FalseAlarms.Of(Chosen("mixture")).Sentence, several.Of(Raised("mixture")));
        Assert.Equal(FalseAlarms.Of(Chosen("adwin")).Sentence, several.Of(Raised("adwin")));
    }

    [Fact]
    public void OnlyAMixtureIsPlannedFor()
    {
        Assert.Null(Planning.Of(Chosen("cusum ewma page-hinkley adwin slices")));

        var (alone, beside) = (Planning.Of(Chosen("mixture"))!, Planning.Of(Chosen("mixture slices"))!);
        Assert.Equal(new Planning(Usual, Patience).Sentences(), alone.Sentences());
        Assert.True(beside.Samples(1) > alone.Samples(1), "a mixture of twice the threshold takes no longer");
    }

    private static Watch Chosen(string kinds) => Watch.Of(Usual, Patience, detectors: ChosenDetectors.Of(kinds.Split(' '), Usual, Patience));

    private static Alarm Raised(string detector) => new() { Detector = detector, Sequence = 1, Sample = new("s"), Threshold = 1, Evidence = 1, Direction = Direction.Drop };
}
