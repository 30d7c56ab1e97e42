using System.Text.RegularExpressions;
using System.Xml.Linq;
using Assize.Cli.Reports;
using Assize.Evaluation.Runs;

namespace Assize.Cli.Tests.Reports;

public sealed partial class ReportPageTests
{
    public static TheoryData<string> Reports => ["full", "alone", "hostile", "empty", "out of budget"];

    [Theory]
    [MemberData(nameof(Reports))]
    public void ThePageIsWellFormedAndLoadsNothing(string which)
    {
        var page = ReportPage.Html(Report(which));
        var body = Body(page);
        Assert.DoesNotContain(body.Descendants(), element => element.Name.LocalName is "script" or "img" or "iframe" or "object" or "link" or "style" or "a" or "form");
        Assert.DoesNotContain(body.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href" or "style" || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Contains("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Fact]
    public void AReportThatABudgetEndedSaysAfterHowManyCases()
    {
        var page = Body(ReportPage.Html(Some.OutOfBudget())).Value.Replace('\u00a0', ' ');
        Assert.Contains("Stopped by its budget of 2.50 after 66 of 1,000 cases, which are a random sample.", page, StringComparison.Ordinal);
        Assert.Contains("Its budget of 2.50: 2.38 spent (95.2 %), past the warning at 80.0 %.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void HostileTextStaysText()
    {
        var page = ReportPage.Html(Some.Hostile());
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u001b', page);
        Assert.DoesNotContain('\u202e', page);
        Assert.DoesNotContain('\u2066', page);
        Assert.DoesNotContain('\u200b', page);
        Assert.DoesNotContain('\u0007', page);
        Assert.Contains("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&amp;", page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void EveryTableHasACaptionAndEveryDrawingAName(string which)
    {
        var body = Body(ReportPage.Html(Report(which)));
        Assert.All(body.Descendants("table"), table => Assert.NotEmpty(table.Element("caption")!.Value));
        Assert.All(body.Descendants("th"), head => Assert.Contains(head.Attribute("scope")!.Value, new[] { "col", "row", "rowgroup" }));
        Assert.All(
            body.Descendants("svg").Where(svg => svg.Attribute("role")?.Value == "img"),
            svg => Assert.True(svg.Element("title")!.Value.Length > 0 && svg.Element("desc")!.Value.Length > 0));
        Assert.All(
            body.Descendants("svg").Where(svg => svg.Attribute("role") is null && svg.Ancestors("svg").FirstOrDefault() is null),
            svg => Assert.Contains(svg.AncestorsAndSelf(), element => element.Attribute("aria-hidden")?.Value == "true"));
        Assert.Single(body.Descendants("h1"));
    }

    [Fact]
    public void EveryTableRowHasAsManyCellsAsItsHead()
    {
        foreach (var table in Body(ReportPage.Html(Some.Report())).Descendants("table"))
        {
            var heads = table.Descendants("thead").Elements("tr").Elements().Count();
            Assert.All(table.Descendants("tr"), row => Assert.Equal(heads, row.Elements().Sum(cell => (int?)cell.Attribute("colspan") ?? 1)));
        }
    }

    [Fact]
    public void EverythingIsDrawnInsideThePlots()
    {
        foreach (Match match in Percent().Matches(ReportPage.Html(Some.Report())))
        {
            Assert.InRange(double.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 0, 100);
        }
    }

    [Fact]
    public void SimulatedAndPartialReportsSaySoFirst()
    {
        var page = ReportPage.Html(Some.Report() with { Simulated = true, CasesDone = 40, Status = RunStatus.Cancelled });
        var findings = page.IndexOf("What this run shows", StringComparison.Ordinal);
        Assert.InRange(page.IndexOf("A simulated model answered or judged here", StringComparison.Ordinal), 0, findings);
        Assert.InRange(page.IndexOf("40 of 66 cases finished; the run was cancelled.", StringComparison.Ordinal), 0, findings);
        var plain = ReportPage.Html(Some.Report());
        Assert.DoesNotContain("class=\"banner", plain, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUndefinedEstimateIsADashWithItsReason()
    {
        var page = ReportPage.Html(Some.Report());
        Assert.Contains("<b>—</b> <span class=\"why\">Fewer than two clusters have a value.</span>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\">—</td><td class=\"why\">— Nothing was scored here.</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void AReportThatComparesNothingStatesItsScores()
    {
        var page = ReportPage.Html(Some.Alone());
        Assert.Contains("<li>baseline scores 3.44 on correctness (95&#xA0;% interval 3.13 to 3.75) over 66 scored trials.</li>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"slices\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void AChangeCarriesTheCommandThatShowsIt() => Assert.Contains(
        "assize results r-2026-03-14-7f3a --case &#x27;it&#x27;\\&#x27;&#x27;s a case with spaces &amp; quotes&#x27;",
        ReportPage.Html(Some.Report()),
        StringComparison.Ordinal);

    [Fact]
    public void AReportIsTheSamePageEveryTime() => Assert.Equal(ReportPage.Html(Some.Report()), ReportPage.Html(Some.Report()));

    private static Report Report(string which) => which switch
    {
        "full" => Some.Report(),
        "alone" => Some.Alone(),
        "hostile" => Some.Hostile(),
        "out of budget" => Some.OutOfBudget(),
        _ => Some.Alone() with { Scores = [], Usage = [], CasesDone = 0, Status = RunStatus.Running },
    };

    private static XElement Body(string page) =>
        XElement.Parse(page[page.IndexOf("<body>", StringComparison.Ordinal)..(page.IndexOf("</body>", StringComparison.Ordinal) + "</body>".Length)]);

    [GeneratedRegex("(?:x|x1|x2|cx|width)=\"([-0-9.]+)%\"")]
    private static partial Regex Percent();
}
