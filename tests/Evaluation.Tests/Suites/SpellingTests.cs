using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Suites;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    [InlineData("judge", "jugde", 1)]
    [InlineData("Score", "score", 0)]
    public void DistancesAreThoseOfOptimalStringAlignment(string a, string b, int distance)
    {
        Assert.Equal(distance, Spelling.Distance(a, b, 10));
        Assert.Equal(distance, Spelling.Distance(b, a, 10));
        Assert.True(distance == 0 || Spelling.Distance(a, b, distance - 1) > distance - 1);
    }

    [Fact]
    public void OnlyANearWordIsOffered()
    {
        Assert.Equal("criteria", Spelling.Nearest("criterias", ["name", "criteria", "where"]));
        Assert.Null(Spelling.Nearest("colour", ["name", "criteria", "where"]));
        Assert.Null(Spelling.Nearest(new string('x', 100_000), ["name"]));
        Assert.Equal("Allowed: none.", Spelling.Suggest("x", []));
    }

    [Fact]
    public void WhatIsShownCannotMoveTheCursor()
    {
        Assert.Equal("'a\\u001b[2J\\u202eb\\ud83dc🗼'", Spelling.Quote("a\u001b[2J\u202eb\ud83dc🗼"));
        Assert.Equal($"'{new string('x', 80)}…'", Spelling.Quote(new string('x', 1000)));
    }
}
