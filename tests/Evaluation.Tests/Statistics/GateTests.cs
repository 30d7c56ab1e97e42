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
}
