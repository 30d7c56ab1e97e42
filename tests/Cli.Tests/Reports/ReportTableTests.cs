namespace Assize.Cli.Tests.Reports;

public class ReportTableTests
{
    [Fact]
    public void TheTableFitsEightyColumns() => Assert.All(Rendered.Table(Some.Report()).Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));

    [Fact]
    public void SlicesAreShownWhereTheirIntervalExcludesNoDifferenceOrOnRequest()
    {
        var few = Rendered.Table(Some.Report());
        Assert.Contains("category=topic-3 ", few, StringComparison.Ordinal);
        Assert.DoesNotContain("category=topic-5 ", few, StringComparison.Ordinal);
        Assert.Contains("category=topic-5 ", Rendered.Table(Some.Report(), allSlices: true), StringComparison.Ordinal);
    }

    [Fact]
    public void CostAndOriginCloseTheReport()
    {
        var lines = Rendered.Plain(Some.Report()).TrimEnd().Split('\n');
        Assert.StartsWith("Cost: 1.68 for 410 completions (118 reused at no cost)", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("Run r-20260301-7f3k, suite support-bot aaaaaaaaaaaa, seed 7", lines[^1], StringComparison.Ordinal);
    }
}
