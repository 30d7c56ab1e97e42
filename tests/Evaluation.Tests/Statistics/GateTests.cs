using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Tests.Statistics;

public sealed class GateTests
{
    [Fact]
    public void ADifferenceThatIsNotSignificantIsNeverAPass()
    {
        var gate = Gate.NonInferiority(-0.1, 0.2, 30, 30, 0.3);

        Assert.Equal(GateVerdict.Undecided, gate.Verdict);
        Assert.InRange(gate.Lower!.Value, -1, -0.3);
        Assert.InRange(gate.Upper!.Value, 0, 1);
    }

    [Fact]
    public void AnUndecidedGateSaysHowManyPairsWouldDecideAndSoManyDo()
    {
        var gate = Gate.NonInferiority(-0.1, 0.2, 40, 40, 0.3);
        var more = gate.Needed!.Value;
        Assert.InRange(more, 41, 200);

        Assert.Equal(GateVerdict.Pass, Gate.NonInferiority(-0.1, 0.2 * Math.Sqrt(40.0 / more), more, more, 0.3).Verdict);
        Assert.Equal(GateVerdict.Undecided, Gate.NonInferiority(-0.1, 0.2 * Math.Sqrt(40.0 / (more - 10)), more - 10, more - 10, 0.3).Verdict);
    }

    [Fact]
    public void APassIsMarkedWhenBIsWorseWithinTheMargin()
    {
        Assert.True(Gate.NonInferiority(-0.1, 0.01, 50, 50, 0.3) is { Verdict: GateVerdict.Pass, WorseWithinMargin: true });
        Assert.True(Gate.NonInferiority(0.1, 0.01, 50, 50, 0.3) is { Verdict: GateVerdict.Pass, WorseWithinMargin: false });
    }

    [Fact]
    public void AGateFailsOnlyWhenTheLossIsBeyondTheMarginBeyondDoubt()
    {
        Assert.Equal(GateVerdict.Fail, Gate.NonInferiority(-0.5, 0.05, 50, 50, 0.3).Verdict);
        Assert.Equal(GateVerdict.Undecided, Gate.NonInferiority(-0.31, 0.05, 50, 50, 0.3).Verdict);
        Assert.Null(Gate.NonInferiority(-0.3, 0.05, 50, 50, 0.3).Needed);
    }

    [Fact]
    public void NothingToGoByIsUndecided()
    {
        Assert.Equal(new Gate(GateVerdict.Undecided, null, null, false, null), Gate.NonInferiority(null, null, 0, 0, 0.1));
        Assert.Equal(new Gate(GateVerdict.Undecided, null, null, false, null), Gate.NonInferiority(0.4, null, 1, 8, 0.1, 1));
        Assert.Equal(new Gate(GateVerdict.Undecided, null, null, false, null), Gate.NonInferiority(0, 0, 80, 80, 0.1));
    }

    [Fact]
    public void ARunThatChangedNothingPassesOnceItHasEnoughCasesForTheMargin()
    {
        // 0 of C differ, so at most 1 − 0.05^(1/C) do: 58 clusters leave 5.03 %, 59 leave 4.95 %.
        var few = Gate.NonInferiority(0, null, 58, 58, 0.05, width: 1);
        var enough = Gate.NonInferiority(0, null, 59, 59, 0.05, width: 1);

        Assert.Equal((GateVerdict.Undecided, 59), (few.Verdict, few.Needed));
        Assert.Equal(GateVerdict.Pass, enough.Verdict);
        Assert.Equal(-(1 - Math.Pow(0.05, 1.0 / 59)), enough.Lower!.Value, 1e-15);
    }

    [Fact]
    public void ARunThatIsWorseByTheSameAmountEverywhereFails()
    {
        Assert.Equal(GateVerdict.Fail, Gate.NonInferiority(-2, null, 100, 100, 0.5, width: 9).Verdict);
        Assert.Equal(GateVerdict.Undecided, Gate.NonInferiority(-0.5, null, 100, 100, 0.5, width: 9).Verdict);
    }

    [Fact]
    public void ANegativeMarginIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Gate.NonInferiority(0, 1, 5, 5, -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gate.NonInferiority(0, 1, 5, 5, double.NaN));
    }

    /// <summary>58 pairs that are all alike are too few; one that was lost is no reason to be surer.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(58)]
    [InlineData(59)]
    [InlineData(88)]
    [InlineData(200)]
    public void WhoeverLosesMorePassesLessEasily(int pairs)
    {
        var lower = Enumerable.Range(0, pairs / 3).Select(lost => Passed(pairs, 0, lost, 0.05).Lower!.Value).ToArray();

        Assert.All(lower.Zip(lower.Skip(1)), next => Assert.True(next.Second < next.First, $"{next.Second} after {next.First}"));
    }

    [Fact]
    public void ABoundThatLiesAboveTheMarginIsOneWhoseTestRejectsIt()
    {
        foreach (var (won, lost) in new[] { (0, 1), (1, 0), (1, 1), (3, 5), (12, 10), (0, 30) })
        {
            var gate = Passed(120, won, lost, 0.05);
            Assert.True(gate.Lower < 0);
            Assert.Equal(GateVerdict.Pass, Passed(120, won, lost, -gate.Lower.Value + 1e-6).Verdict);
            Assert.NotEqual(GateVerdict.Pass, Passed(120, won, lost, -gate.Lower.Value - 1e-6).Verdict);
        }
    }

    /// <summary>Every outcome, with its probability, of independent pairs of which a share of the margin's size is lost and another is won and lost.</summary>
    [Theory]
    [InlineData(0.02, 0)]
    [InlineData(0.05, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0.3, 0)]
    [InlineData(0.05, 0.02)]
    [InlineData(0.05, 0.1)]
    public void AtMostFiveInAHundredPassOfWhatIsWorseByJustTheMargin(double margin, double won)
    {
        foreach (var pairs in won > 0 ? new[] { 30, 60, 100 } : [12, 30, 36, 52, 58, 60, 88, 93, 104, 150, 298, 600])
        {
            var passing = 0.0;
            for (var lost = 0; lost <= pairs; lost++)
            {
                var likely = Likely(lost, pairs, margin + won);
                for (var gained = 0; likely > 1e-7 && gained <= (won > 0 ? pairs - lost : 0); gained++)
                {
                    var both = won > 0 ? likely * Likely(gained, pairs - lost, won / (1 - margin - won)) : likely;
                    passing += both > 1e-8 && Passed(pairs, gained, lost, margin).Verdict is GateVerdict.Pass ? both : 0;
                }
            }

            Assert.True(passing <= 0.05, $"{pairs} pairs: {passing}");
        }
    }

    private static Gate Passed(int pairs, int won, int lost, double margin)
    {
        var d = (double)(won - lost) / pairs;
        var error = Math.Sqrt(((double)(won + lost) / pairs - d * d) / (pairs - 1));
        return Gate.NonInferiority(d, error > 1e-12 ? error : null, pairs, pairs, margin, 1, new Flows(won, lost));
    }

    private static double Likely(int seen, int of, double share) =>
        share <= 0 ? (seen == 0 ? 1 : 0) : Math.Exp(Factorials(of) - Factorials(seen) - Factorials(of - seen) + seen * Math.Log(share) + (of - seen) * Math.Log(1 - share));

    private static double Factorials(int n) => Enumerable.Range(1, n).Sum(i => Math.Log(i));
}
