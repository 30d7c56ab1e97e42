using System.Text.Json;
using Assize.Evaluation.Monitors;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class RecentScoresTests
{
    [Fact]
    public void TheLatestScoresAreRememberedInTheirOrder()
    {
        var (kept, all) = (RecentScores.Empty, new List<RecentScore>());
        for (var i = 0; i < 3 * RecentScores.Most + 5; i++)
        {
            Assert.Equal(all.TakeLast(RecentScores.Most), kept);
            Assert.Equal(Math.Min(i, RecentScores.Most), kept.Count);
            all.Add(Score(i));
            kept = kept.Add(all[^1]);
        }

        Assert.Equal(all[^1], kept[RecentScores.Most - 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => kept[RecentScores.Most]);
        Assert.Throws<ArgumentOutOfRangeException>(() => kept[-1]);
    }

    [Fact]
    public void WhatWasRememberedBeforeStaysAsItWas()
    {
        var before = RecentScores.Of([.. Enumerable.Range(0, 700).Select(Score)]);
        var one = before.Add(Score(1000));
        var other = before.Add(Score(2000));

        Assert.Equal([.. Enumerable.Range(700 - RecentScores.Most, RecentScores.Most).Select(Score)], before);
        Assert.Equal((1000, 2000), (one[^1].Sequence, other[^1].Sequence));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(600)]
    public void TheyAreStoredAsAListAndReadBack(int count)
    {
        var kept = Enumerable.Range(0, count).Aggregate(RecentScores.Empty, (scores, i) => scores.Add(Score(i)));
        var text = JsonSerializer.Serialize(new ScoreWatch { Recent = kept }, EvaluationJson.Plain.ScoreWatch);

        using var json = JsonDocument.Parse(text);
        Assert.Equal(kept.Count, json.RootElement.GetProperty("recent").GetArrayLength());
        Assert.Equal(kept, JsonSerializer.Deserialize(text, EvaluationJson.Plain.ScoreWatch)!.Recent);
    }

    private static RecentScore Score(int i) => new(i, new($"sample-{i}"), new(i % 3 == 0 ? "a" : "b"), i % 10, 1_700_000_000 + i) { Inclusion = 1.0 / (1 + i % 4) };
}
