using System.Globalization;
using System.Text.Json;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Drift;

public sealed class ChosenDetectorsTests
{
    private static readonly Patience Patience = new(500);

    private static readonly Baseline Sliced = BaselineScores.Of(new("b"), SomeStream.Scale, [.. SomeStream.Scores(600, 1).Select((score, i) => new BaselineScore(new Slice(i % 2 == 0 ? "a" : "b"), score))]);

    public static TheoryData<string> Kinds => [.. ChosenDetectors.Kinds];

    [Theory]
    [InlineData("mixture", "slices")]
    [InlineData("slices", "mixture")]
    public void MixtureAndSlicesChosenAreTheUsualDetectorsOfASlicedStream(string one, string other) =>
        Assert.Equal(UsualDetectors.Of(Sliced, Patience, 0.1, 0.75).Select(Json), ChosenDetectors.Of([one, other, one], Sliced, Patience, 0.1, 0.75).Select(Json));

    [Fact]
    public void AChosenMixtureIsTheUsualDetectorOfAStreamWithoutSlices()
    {
        var small = SomeStream.Baseline(100);
        var mixture = Assert.IsType<MixtureDetector>(Assert.Single(ChosenDetectors.Of(["mixture"], small, Patience)));

        Assert.Equal(Json(Assert.Single(UsualDetectors.Of(small, Patience))), Json(mixture));
        Assert.Equal(UsualDetectors.Errors(100, 15_000), mixture.Errors);
        Assert.True(mixture.Errors > 1.5, "the band of a small baseline is as narrow as that of a large one");
    }

    [Fact]
    public void DetectorsOfOneFootingKeepThePatienceTogether()
    {
        var all = ChosenDetectors.Of(ChosenDetectors.Kinds, Sliced, Patience);

        Assert.Equal(ChosenDetectors.Kinds, all.Select(detector => detector.Kind()));
        Assert.All(all.Where(detector => detector.Promise() is { Guaranteed: true }), detector => Assert.Equal(2 * 15_000, detector.Promise()!.Scores));
        Assert.All(all.Where(detector => detector.Promise() is { Guaranteed: false }), detector => Assert.Equal(3 * 15_000, detector.Promise()!.Scores, 0.1));
        Assert.Equal((2, 3), (all.Count(detector => detector.Promise() is { Guaranteed: true }), all.Count(detector => detector.Promise() is { Guaranteed: false })));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ADetectorByItselfHasTheWholePatienceOrNone(string kind)
    {
        var detector = Assert.Single(ChosenDetectors.Of([kind], Sliced, Patience));

        Assert.Equal(kind, detector.Kind());
        Assert.Equal(kind == "adwin" ? "none" : "15000", detector.Promise()?.Scores.ToString("0", CultureInfo.InvariantCulture) ?? "none");
        Assert.Equal(kind is "mixture" or "slices", detector.Promise() is { Guaranteed: true });
    }

    [Fact]
    public void ANameThatIsNoneIsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => ChosenDetectors.Of(["mixtur"], Sliced, Patience));

    private static string Json(Detector detector) => JsonSerializer.Serialize(detector, EvaluationJson.Plain.Detector);
}
