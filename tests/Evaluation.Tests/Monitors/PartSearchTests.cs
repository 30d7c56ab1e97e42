using System.Collections.Immutable;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class PartSearchTests
{
    private static readonly ImmutableArray<string> Properties = ["language", "plan"];

    private static readonly string[] Languages = ["de", "en", "fr", "it", "nl", "pl", "pt", "sv"];

    private static readonly string[] Plans = ["free", "team", "pro", "trial"];

    [Theory]
    [InlineData("de", null, "language=de")]
    [InlineData(null, "free", "plan=free")]
    [InlineData("de", "free", "language=de, plan=free")]
    public void TheValueOrThePairThatFellIsFound(string? language, string? plan, string cause)
    {
        var found = Enumerable.Range(0, 10).Count(seed => Cause(seed, 2, 2, (spoken, paid) => (language ?? spoken) == spoken && (plan ?? paid) == paid ? 1 : 0) == cause);

        // The draws are fixed; a few may hide it.
        Assert.InRange(found, 8, 10);
    }

    [Fact]
    public void ItIsFoundAlsoWhereEverySliceIsRareInTheBaseline()
    {
        var found = Enumerable.Range(0, 10).Count(seed => Cause(seed, 8, 4, (spoken, _) => spoken == "de" ? 1.5 : 0) == "language=de");

        Assert.True(Baseline(0, 8, 4).Slices.All[0].Pooled.Length > 20, "the slices are not rare");
        Assert.InRange(found, 8, 10);
    }

    [Fact]
    public void WhereAllOfItFellNoPartIsNamed()
    {
        var named = Enumerable.Range(0, 60).Count(seed => Cause(seed, 3, 3, (_, _) => 0.6) is not null);

        // One in twenty is named by chance; of 60, ten and more come once in a thousand.
        Assert.InRange(named, 0, 9);
    }

    [Fact]
    public void TheIntervalOfAContributionCoversIt()
    {
        var (covered, contribution) = (0, 0.0);
        for (var seed = 0; seed < 120; seed++)
        {
            var part = Told(seed, 2, 2, (spoken, _) => spoken == "de" ? 0.8 : 0).Parts.Single(one => one.Slice == new Slice("language=de"));
            // Its scores fall by 0.8, and its share is that of the draw.
            var truth = (part.ShareBefore + part.ShareAfter) / 2 * -0.8;
            covered += part.WithinLow <= truth && truth <= part.WithinHigh ? 1 : 0;
            contribution += part.Within / 120;
            Assert.Equal(part.Within / (part.WithinHigh - part.WithinLow)!.Value, (part.MeanAfter - part.MeanBefore)!.Value / (part.ChangeHigh - part.ChangeLow)!.Value, 6);
        }

        // 95 % of 120: fewer than 106 come once in a thousand.
        Assert.InRange(covered, 106, 120);
        Assert.InRange(contribution, -0.45, -0.35);
    }

    [Fact]
    public void APartThatMovedLeadsAndTheOthersDoNotPassHolm()
    {
        var parts = Told(1, 2, 2, (spoken, _) => spoken == "de" ? 1 : 0).Parts;

        Assert.Equal(["language=de", "language=de, plan=free", "language=de, plan=team", "language=en", "language=en, plan=free", "language=en, plan=team", "plan=free", "plan=team"], parts.Select(part => part.Slice.Value).Order(StringComparer.Ordinal));
        Assert.Equal(new Slice("language=de"), parts[0].Slice);
        Assert.True(parts[0].P < 0.001);
        Assert.All(parts.Where(part => part.Slice.Value.StartsWith("language=en", StringComparison.Ordinal)), part => Assert.True(part.P > 0.05, $"{part.Slice} has p {part.P}"));
        Assert.Equal(parts.Select(part => part.Within).Order(), parts.Select(part => part.Within));
    }

    [Fact]
    public void AValueMayHoldWhatSeparatesValues()
    {
        var odd = new Slice("language=de, at=home, plan=a=b, c");
        var baseline = BaselineScores.Of(new("b"), new Scale(1, 10), [.. Enumerable.Range(0, 60).Select(i => new BaselineScore(odd, 1 + i % 10))]);

        var parts = TrafficParts.Of(Properties, baseline, [])!;

        Assert.Equal(["de, at=home", "a=b, c"], Assert.Single(parts.Cells).Values);
        Assert.Null(TrafficParts.Of(["plan", "language"], baseline, []));
        Assert.Null(TrafficParts.Of([], baseline, []));
        Assert.Null(TrafficParts.Of(["language"], Rare(BaselineScores.MostRareSlices + 1), []));
        Assert.Equal(BaselineScores.MostRareSlices, TrafficParts.Of(["language"], Rare(BaselineScores.MostRareSlices), [])!.Cells.Length);

        static Baseline Rare(int slices) => BaselineScores.Of(new("b"), new Scale(1, 10), [.. Enumerable.Range(0, slices).Select(i => new BaselineScore(new($"language={i}"), 1 + i % 10))]);
    }

    private static string? Cause(int seed, int languages, int plans, Func<string, string, double> worse) => Told(seed, languages, plans, worse).Cause?.Slice.Value;

    private static Explanation Told(int seed, int languages, int plans, Func<string, string, double> worse)
    {
        var recent = Scores(seed + 1000, 400, languages, plans, worse).Select((one, i) => new RecentScore(i + 1, new($"s{i}"), one.Slice, one.Score, i)).ToArray();
        var alarm = new Alarm { Detector = "mixture", Sequence = 400, Sample = new("s"), Threshold = 1, Evidence = 1, Direction = Direction.Drop, ChangedAt = 1 };
        return Explanation.Of(alarm, Watch.Of(Baseline(seed, languages, plans), new Patience(100)), recent, Properties);
    }

    private static Baseline Baseline(int seed, int languages, int plans) => BaselineScores.Of(
        new("b"), new Scale(1, 10), [.. Scores(seed, 500, languages, plans, (_, _) => 0).Select(one => new BaselineScore(one.Slice, one.Score))]);

    /// <summary>Scores of mean 6 and deviation 1.2, some languages half a point better by themselves.</summary>
    private static IEnumerable<(Slice Slice, double Score)> Scores(int seed, int count, int languages, int plans, Func<string, string, double> worse)
    {
        var chance = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var (language, plan) = (chance.Next(languages), chance.Next(plans));
            var noise = Enumerable.Range(0, 6).Sum(_ => chance.NextDouble() - 0.5) / Math.Sqrt(0.5) * 1.2;
            yield return (new($"language={Languages[language]}, plan={Plans[plan]}"), Math.Clamp(6 + language % 2 * 0.5 + noise - worse(Languages[language], Plans[plan]), 1, 10));
        }
    }
}
