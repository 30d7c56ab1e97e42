using Assize.Evaluation.Budgets;

namespace Assize.Evaluation.Tests.Budgets;

public sealed class PurseTests
{
    private static readonly PurseName Name = PurseName.Of(TenantName.Default);

    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly Budget Ten = new() { Amount = 10 };

    [Fact]
    public void WhatRunsMaySpendTogetherNeverExceedsTheBudget()
    {
        var purse = new Purse();
        var claims = new long[5];
        for (var round = 0; round < 200; round++)
        {
            var run = round * 7 % claims.Length;
            (purse, var answer) = purse.Draw(Name, Ten, new Draft { Run = Run(run), Spent = claims[run] / 2, Held = claims[run], Least = 1 + round * 13_577 % 400_000, Wanted = 3_000_000, Moving = true }, Noon);
            claims[run] = answer.Claim;
            Assert.True(claims.Sum() <= Ten.Micros, $"round {round}: claims of {claims.Sum()}");
        }

        Assert.True(claims.Sum() > 0.9 * Ten.Micros, $"only {claims.Sum()} was given out");
    }

    [Fact]
    public void WhatIsSaidTwiceIsPaidOnce()
    {
        var draft = new Draft { Run = Run(1), Spent = 4_000_000, Held = 4_000_000 };
        var (once, _) = new Purse().Draw(Name, Ten, draft, Noon);
        var (twice, _) = once.Draw(Name, Ten, draft, Noon);
        var (ended, _) = twice.Draw(Name, Ten, draft with { Ending = true }, Noon);
        var (again, _) = ended.Draw(Name, Ten, draft with { Ending = true }, Noon);

        Assert.Equal(
            [4_000_000, 4_000_000, 4_000_000, 4_000_000],
            new[] { once, twice, ended, again }.Select(purse => purse.Spent));
        Assert.Equal(0, again.Reserved);
    }

    [Fact]
    public void ARunThatEndsGivesBackWhatItDidNotSpend()
    {
        var (purse, first) = new Purse().Draw(Name, Ten, new Draft { Run = Run(1), Spent = 0, Held = 0, Least = 10_000_000, Wanted = 10_000_000 }, Noon);
        var (waiting, lacking) = purse.Draw(Name, Ten, Wish(2, 9_000_000), Noon);
        var (ended, _) = waiting.Draw(Name, Ten, new Draft { Run = Run(1), Spent = 1_000_000, Held = 1_000_000, Ending = true }, Noon);
        var (_, granted) = ended.Draw(Name, Ten, Wish(2, 9_000_000), Noon);

        Assert.Equal(10_000_000, first.Claim);
        Assert.Equal((0L, "tenant default's budget of 10.00", false), (lacking.Claim, lacking.Lacking, lacking.Final));
        Assert.Equal((9_000_000L, null), (granted.Claim, granted.Lacking));
    }

    [Fact]
    public void ABudgetIsUsedUpOnlyWhenNobodyHoldsWhatMayComeBack()
    {
        var (purse, _) = new Purse().Draw(Name, Ten, Wish(1, 10_000_000), Noon);
        var (waiting, moving) = purse.Draw(Name, Ten, Wish(2, 1), Noon);
        var (still, _) = waiting.Draw(Name, Ten, new Draft { Run = Run(1), Spent = 10_000_000, Held = 10_000_000, Moving = false }, Noon);
        var (_, final) = still.Draw(Name, Ten, Wish(2, 1), Noon);

        Assert.Equal((false, true), (moving.Final, final.Final));
    }

    [Theory]
    [InlineData(Period.Day, 12, true)]
    [InlineData(Period.Month, 12, true)]
    [InlineData(Period.Day, 11, false)]
    [InlineData(Period.Total, 100_000, false)]
    public void ANewPeriodBeginsWithNothingSpent(Period per, int hours, bool anew)
    {
        var budget = Ten with { Per = per };
        var (purse, _) = new Purse().Draw(Name, budget, new Draft { Run = Run(1), Spent = 10_000_000, Held = 10_000_000 }, Noon);

        var (next, granted) = purse.Draw(Name, budget, Wish(2, 2_000_000), Noon.AddHours(hours));

        Assert.Equal((anew, anew ? 0L : 10_000_000L), (granted.Lacking is null, next.Spent));
    }

    [Fact]
    public void WhatARunSpendsAfterMidnightIsOfTheNewDay()
    {
        var daily = Ten with { Per = Period.Day };
        var (purse, _) = new Purse().Draw(Name, daily, new Draft { Run = Run(1), Spent = 6_000_000, Held = 6_000_000 }, Noon);

        var (next, _) = purse.Draw(Name, daily, new Draft { Run = Run(1), Spent = 7_000_000, Held = 7_000_000 }, Noon.AddDays(1));

        Assert.Equal(1_000_000, next.Spent);
        Assert.Equal(1_000_000, next.Turned(daily, Noon.AddHours(-30)).Spent);
    }

    [Fact]
    public void AWarningComesBeforeTheEnd()
    {
        Assert.Equal([false, true, true], new long[] { 7_999_999, 8_000_000, 10_000_000 }.Select(Ten.Warns));
        Assert.True((Ten with { WarnAt = 0.5 }).Warns(5_000_000));
    }

    [Fact]
    public void AWrongBudgetIsRefusedWithEveryMistake() => Assert.Equal(
        ["b.amount", "b.warnAt"], new Budget { Amount = 0, WarnAt = 1.5 }.Check("b").Select(mistake => mistake.Field));

    private static RunId Run(int number) => new($"run-{number}");

    private static Draft Wish(int run, long least) => new() { Run = Run(run), Spent = 0, Held = 0, Least = least, Wanted = least, Moving = true };
}
