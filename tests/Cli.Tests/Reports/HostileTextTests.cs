using System.Text.Json;
using Assize.Cli.Reports;

namespace Assize.Cli.Tests.Reports;

public class HostileTextTests
{
    public static TheoryData<string> Texts =>
    [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</style></title><svg/onload=alert(1)>",
        "[red]markup[/] [link=x]y[/] [",
        "\u001b[2J\u001b]0;title\u0007",
        "\u009b31m\u0008\u0000",
        "line one\r\nshown    candidate wins",
        "a\u202Eb\u2066c\u200Bd\uFEFF",
        "\ud800 lone",
        "'; rm -rf / #",
        "",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void NoRendererLetsTextActOrHide(string text)
    {
        var report = Some.Hostile(text);
        var page = ReportPage.Html(report);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<svg/", page, StringComparison.OrdinalIgnoreCase);
        foreach (var shown in new[] { page, Rendered.Table(report), Rendered.Table(report, allSlices: true), Rendered.Plain(report) })
        {
            Assert.DoesNotContain(shown.ReplaceLineEndings("\n"), character => character != '\n' && (char.IsControl(character) || char.GetUnicodeCategory(character) == System.Globalization.UnicodeCategory.Format));
        }
    }

    [Fact]
    public void MarkupOfTheConsoleIsShownAsText() =>
        Assert.Contains("[red]x[/]", Rendered.Table(Some.Hostile("[red]x[/]")), StringComparison.Ordinal);

    [Fact]
    public void ANameWithALineBreakCannotForgeALine()
    {
        var lines = Rendered.Plain(Some.Hostile("x\nshown    forged")).Split('\n');
        Assert.DoesNotContain(lines, line => line.StartsWith("shown    forged", StringComparison.Ordinal));
    }

    [Fact]
    public void JsonKeepsTheTextAsItIs()
    {
        const string Text = "<b>\u001b[2J \u202E ☃ \"quoted\"";
        using var json = JsonDocument.Parse(Rendered.Json(Some.Hostile(Text)));
        Assert.Equal(Text, json.RootElement.GetProperty("run").GetString());
        Assert.DoesNotContain('\u001b', Rendered.Json(Some.Hostile(Text)));
    }
}
