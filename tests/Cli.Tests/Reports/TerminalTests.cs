using Assize.Cli.Reports;
using Assize.Evaluation.Runs;
using Spectre.Console;

namespace Assize.Cli.Tests.Reports;

public sealed class TerminalTests
{
    [Fact]
    public void TheTableFitsEightyColumns() =>
        Assert.All(Table(Some.Report(), allSlices: true).Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BothFormsGiveScoreIntervalCountAndUnscored(bool table)
    {
        var shown = Shown(Some.Report(), table);
        Assert.Matches(@"correctness +baseline +3\.44 +\[3\.13, 3\.75\] +66", shown);
        Assert.Matches(@"\n +revised +4\.06 +\[3\.82, 4\.30\] +61 +5", shown);
        Assert.Matches(@"format +baseline +80\.3 % +\[71\.3, 89\.3\] +66", shown);
        Assert.Matches(@"escalation +latin +[—-] +[—-] +1 +65", shown);
        Assert.Contains("latin on escalation: Fewer than two clusters have a value.", shown, StringComparison.Ordinal);
        Assert.Contains("revised on tone, unscored: 3 refused, 1 unreadable, 1 timed out", shown, StringComparison.Ordinal);
        Assert.Contains("seed 20260314", shown, StringComparison.Ordinal);
        Assert.Contains("587 completions paid, 71 reused; 632,341 tokens in, 64,781 out; cost", shown, StringComparison.Ordinal);
        Assert.Contains("27 of 99 slice differences exclude zero", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OnlySlicesThatDifferAreListedUnlessAllAreWanted(bool table)
    {
        var few = Some.Report() with { Differences = [.. Some.Report().Differences.Where(line => line.Criterion.Value == "tone" && line.A.Value == "baseline" && line.B.Value == "revised")] };
        Assert.DoesNotContain("category=refunds", Shown(few, table), StringComparison.Ordinal);
        Assert.Contains("category=refunds", Shown(few, table, allSlices: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WithOneCandidateAllSlicesAreItsScores(bool table)
    {
        var alone = Some.Alone();
        var report = alone with { Scores = [.. alone.Scores, .. new[] { "category=math", "tag=hard" }.Select(slice => alone.Scores[0] with { Slice = new(slice) })] };
        var (few, all) = (Shown(report, table), Shown(report, table, allSlices: true));

        Assert.All(["category=math", "tag=hard"], slice => Assert.Contains(slice, all, StringComparison.Ordinal));
        Assert.All(["category=math", "tag=hard"], slice => Assert.DoesNotContain(slice, few, StringComparison.Ordinal));
        Assert.Equal(3, all.Split("3.13").Length - few.Split("3.13").Length + 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ASimulatedPartialReportSaysSoAboveItsNumbers(bool table)
    {
        var shown = Shown(Some.Report() with { Simulated = true, CasesDone = 10 }, table);
        Assert.InRange(shown.IndexOf("Simulated: a simulated model", StringComparison.Ordinal), 0, shown.IndexOf("3.44", StringComparison.Ordinal));
        Assert.InRange(shown.IndexOf("Partial: 10 of 66 cases", StringComparison.Ordinal), 0, shown.IndexOf("3.44", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AReportThatABudgetEndedSaysSoAboveItsNumbers(bool table)
    {
        var shown = string.Join(' ', Shown(Some.OutOfBudget(), table).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("stopped by a budget, 66 of 1,000 cases", shown, StringComparison.Ordinal);
        Assert.InRange(shown.IndexOf("Partial: stopped by its budget of 2.50 after 66 of 1,000 cases", StringComparison.Ordinal), 0, shown.IndexOf("3.44", StringComparison.Ordinal));
        Assert.Contains("Its budget of 2.50: 2.38 spent (95.2 %), past the warning at 80.0 %.", shown, StringComparison.Ordinal);
        Assert.Contains("Model judge-large's budget of 100.00 a month: 40.00 spent (40.0 %).", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NothingFromOutsideSteersTheTerminal(bool table)
    {
        var shown = Shown(Some.Hostile(), table, allSlices: true);
        Assert.DoesNotContain(shown, letter => letter is not '\n' && (char.IsControl(letter) || letter is '\u202e' or '\u2066' or '\u200b'));
        Assert.Contains("[bold]x[/]", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void ColourComesFromUsAndOnlyFromUs()
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.TrueColor, Interactive = InteractionSupport.No });
        ReportTable.Write(Some.Hostile(), console);
        Assert.Contains("\u001b[", writer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[31mred", writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void PlainTextWritesNumbersThatProgramsRead()
    {
        var shown = Shown(Some.Report(), table: false);
        Assert.Contains("-0.39", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(shown, letter => letter > '~' || (letter < ' ' && letter != '\n'));
        Assert.DoesNotContain(shown.Split('\n'), line => line.EndsWith(' '));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AReportThatComparesNothingStatesItsScores(bool table) =>
        Assert.Contains("baseline scores 3.44 on correctness (95 % interval 3.13 to 3.75) over 66", Shown(Some.Alone(), table), StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnEmptyReportIsStillAReport(bool table) =>
        Assert.Contains("0 of 66 cases", Shown(Some.Alone() with { Scores = [], Usage = [], CasesDone = 0, Status = RunStatus.Running }, table), StringComparison.Ordinal);

    private static string Shown(Report report, bool table, bool allSlices = false)
    {
        if (table)
        {
            return Table(report, allSlices);
        }

        using var writer = new StringWriter();
        ReportText.Write(report, writer, allSlices);
        return writer.ToString();
    }

    private static string Table(Report report, bool allSlices = false)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        console.Profile.Width = 80;
        console.Profile.Capabilities.Unicode = true;
        ReportTable.Write(report, console, allSlices);
        return writer.ToString().ReplaceLineEndings("\n");
    }
}
