using Assize.Cli.Reports;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Tests.Reports;

public sealed class GateTextTests
{
    [Fact]
    public void APassThatRestsOnHalfOfTheCasesSaysSo()
    {
        var line = Line(0, -0.01, 0.01, pairs: 80) with { Missing = 120, Bounds = new Bounds(-0.6, 0.6) };

        Assert.True(line.Fragile);
        Assert.Equal(
            "quality/correct: PASS  difference 0.0 pp, one-sided 95 % bounds −1.0 and +1.0, margin 5.0 pp, 80 cases; 120 cases more lack a value: with them the difference lies between −60.0 and +60.0 pp, and could be beyond the margin",
            Sentence(line));
        var json = GateText.Json(Some.Report(), [line], new("a"), new("b"), GateVerdict.Pass)["criteria"]![0]!;
        Assert.Equal((120L, -0.6, true), ((long)json["missing"]!, (double)json["worst"]!, (bool)json["fragile"]!));
    }

    [Fact]
    public void WhatCouldNotTurnItIsToldAllTheSame() => Assert.EndsWith(
        "80 cases; 1 case more lacks a value: with it the difference lies between −1.2 and +1.2 pp",
        Sentence(Line(0, -0.01, 0.01, pairs: 80) with { Missing = 1, Bounds = new Bounds(-0.0125, 0.0123) }),
        StringComparison.Ordinal);

    [Fact]
    public void AMarginIsPrintedAsFinelyAsItWasGiven() =>
        Assert.Contains("margin 0.125 pp", Sentence(Line(0, -0.01, 0.01, pairs: 80) with { Margin = 0.00125 }), StringComparison.Ordinal);

    private static string Sentence(GateLine line) => GateText.Lines(Some.Report(), [line], new("a"), new("b")).ElementAt(1).Trim().Replace('\u00a0', ' ');

    private static GateLine Line(double difference, double lower, double upper, long pairs) => new()
    {
        Judge = new("quality"), Criterion = new("correct"), Scale = Scale.PassFail, Difference = difference, Margin = 0.05, Pairs = pairs, Missing = 0,
        Gate = new Gate(GateVerdict.Pass, lower, upper, false, null),
    };
}
