using System.Text.RegularExpressions;
using System.Xml.Linq;
using Assize.Cli.Reports;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Tests.Reports;

public class ReportPageTests
{
    private static readonly string Page = ReportPage.Html(Some.Report());

    [Fact]
    public void ThePageNeedsNothingElse()
    {
        Assert.Contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:", Page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", Page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http://", Page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https://", Page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", Page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("""<(link|img|iframe|object|embed|base|form)\b""", Page);
        Assert.DoesNotMatch("""\s(on\w+|src|href)=""", Page);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheMarkupIsWellFormedAlsoWithHostileText(bool hostile)
    {
        var page = hostile ? ReportPage.Html(Some.Hostile("\"'></title></style><b>&amp;<!--")) : Page;
        var xml = Regex.Replace(page[page.IndexOf("<body>", StringComparison.Ordinal)..], "</html>\\s*$", "");
        var body = XDocument.Parse(xml);
        Assert.All(body.Descendants("table"), table => Assert.NotNull(table.Element("caption")));
        Assert.All(body.Descendants("th"), cell => Assert.NotNull(cell.Attribute("scope")));
        Assert.All(
            body.Descendants("svg").Where(drawing => drawing.Attribute("role")?.Value == "img"),
            drawing => Assert.True(drawing.Element("title") is not null && drawing.Element("desc") is not null));
        Assert.DoesNotContain(body.Descendants("b"), bold => bold.Parent!.Name != "li");
    }

    [Fact]
    public void SimulatedAndPartialNumbersSaySoAtTheTop()
    {
        var partial = Some.Report() with { CasesDone = 60, Status = RunStatus.Cancelled };
        var page = ReportPage.Html(partial);
        Assert.InRange(page.IndexOf("Simulated: ", StringComparison.Ordinal), 0, page.IndexOf("What was found", StringComparison.Ordinal));
        Assert.InRange(page.IndexOf("Partial: 60 of 66 cases finished (cancelled)", StringComparison.Ordinal), 0, page.IndexOf("What was found", StringComparison.Ordinal));
        Assert.DoesNotContain("class=\"banner\"", ReportPage.Html(Some.Report() with { Simulated = false }), StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingIntervalShowsADashAndItsReason() =>
        Assert.Contains("— One cluster says nothing about how much clusters differ", Page, StringComparison.Ordinal);

    [Fact]
    public void UnscoredTrialsAreSpelledOutByReason() => Assert.Contains("5: 4 refused, 1 timed out", Page, StringComparison.Ordinal);

    [Fact]
    public void AChangeNamesTheCommandThatShowsItsCase()
    {
        Assert.Contains("assize results r-20260301-7f3k --case case-017", Page, StringComparison.Ordinal);
        Assert.Equal(@"assize results r-20260301-7f3k --case 'it'\''s odd'", ReportTables.Command(Some.Report(), Some.Report().Changes[1] with { Case = new("it's odd") }));
    }

    [Fact]
    public void NoNumberIsNotANumber() => Assert.DoesNotMatch("NaN|Infinity|∞", Page);

    [Fact]
    public void AReportWithoutAnyNumbersIsStillAPage()
    {
        var empty = Some.Report() with { Scores = [], Differences = [], Preferences = [], Usage = [], Changes = [], CasesDone = 0, Status = RunStatus.Running };
        Assert.Contains("Partial: 0 of 66 cases finished", ReportPage.Html(empty), StringComparison.Ordinal);
        Assert.Contains("no model was asked", Rendered.Plain(empty), StringComparison.Ordinal);
        Assert.Contains("no model was asked", Rendered.Table(empty), StringComparison.Ordinal);
    }
}
