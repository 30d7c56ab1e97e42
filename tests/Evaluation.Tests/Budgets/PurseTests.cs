using System.Text.Json;
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
            (purse, var answer) = purse.Draw(Name, Ten, new Draft { Drawer = Run(run), Spent = claims[run] / 2, Held = claims[run], Least = 1 + round * 13_577 % 400_000, Wanted = 3_000_000, Moving = true }, Noon);
            claims[run] = answer.Claim;
            Assert.True(claims.Sum() <= Ten.Micros, $"round {round}: claims of {claims.Sum()}");
        }

        Assert.True(claims.Sum() > 0.9 * Ten.Micros, $"only {claims.Sum()} was given out");
    }

    [Fact]
    public void WhatIsSaidTwiceIsPaidOnce()
    {
        var draft = new Draft { Drawer = Run(1), Spent = 4_000_000, Held = 4_000_000 };
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
    public void WhatIsKnownAfterTheEndTakesThePlaceOfWhatWasExpected()
    {
        var end = new Draft { Drawer = Run(1), Spent = 4_000_000, Held = 4_000_000, Ending = true };
        var (ended, _) = new Purse().Draw(Name, Ten, end, Noon);
        var (known, _) = ended.Draw(Name, Ten, end with { Spent = 3_400_000, Held = 3_400_000 }, Noon);
        var (again, _) = known.Draw(Name, Ten, end with { Spent = 3_400_000, Held = 3_400_000 }, Noon);
        var (late, answer) = again.Draw(Name, Ten, end with { Ending = false }, Noon);

        Assert.Equal([4_000_000, 3_400_000, 3_400_000, 3_400_000], new[] { ended, known, again, late }.Select(purse => purse.Spent));
        Assert.Equal((true, 0L), (answer.Over, late.Reserved));
    }

    [Fact]
    public void ARunThatEndsGivesBackWhatItDidNotSpend()
    {
        var (purse, first) = new Purse().Draw(Name, Ten, new Draft { Drawer = Run(1), Spent = 0, Held = 0, Least = 10_000_000, Wanted = 10_000_000 }, Noon);
        var (waiting, lacking) = purse.Draw(Name, Ten, Wish(2, 9_000_000), Noon);
        var (ended, _) = waiting.Draw(Name, Ten, new Draft { Drawer = Run(1), Spent = 1_000_000, Held = 1_000_000, Ending = true }, Noon);
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
        var (still, _) = waiting.Draw(Name, Ten, new Draft { Drawer = Run(1), Spent = 10_000_000, Held = 10_000_000, Moving = false }, Noon);
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
        var (purse, _) = new Purse().Draw(Name, budget, new Draft { Drawer = Run(1), Spent = 10_000_000, Held = 10_000_000 }, Noon);

        var (next, granted) = purse.Draw(Name, budget, Wish(2, 2_000_000), Noon.AddHours(hours));

        Assert.Equal((anew, anew ? 0L : 10_000_000L), (granted.Lacking is null, next.Spent));
    }

    [Fact]
    public void WhatARunSpendsAfterMidnightIsOfTheNewDay()
    {
        var daily = Ten with { Per = Period.Day };
        var (purse, _) = new Purse().Draw(Name, daily, new Draft { Drawer = Run(1), Spent = 6_000_000, Held = 6_000_000 }, Noon);

        var (next, _) = purse.Draw(Name, daily, new Draft { Drawer = Run(1), Spent = 7_000_000, Held = 7_000_000 }, Noon.AddDays(1));

        Assert.Equal(1_000_000, next.Spent);
        Assert.Equal(1_000_000, next.Turned(daily, Noon.AddHours(-30)).Spent);
    }

    [Fact]
    public void WhatMonitorsOfALostSiloHeldIsSpent()
    {
        var (purse, held) = new Purse().Draw(Name, Ten, Watching(1, spent: 0, least: 1_000_000), Noon);
        var (heard, _) = purse.Draw(Name, Ten, Watching(1, spent: 400_000, held: held.Claim), Noon.AddMinutes(9));

        Assert.Equal((400_000L, 600_000L), (heard.Turned(Ten, Noon.AddMinutes(18)).Spent, heard.Turned(Ten, Noon.AddMinutes(18)).Reserved));
        Assert.Equal((1_000_000L, 0L), (heard.Turned(Ten, Noon.AddMinutes(20)).Spent, heard.Turned(Ten, Noon.AddMinutes(20)).Reserved));
        var (late, answer) = heard.Draw(Name, Ten, Watching(1, spent: 700_000, least: 500_000), Noon.AddMinutes(20));
        Assert.Equal((true, 1_000_000L), (answer.Over, late.Spent));
    }

    [Fact]
    public void ARunIsNeverTakenForLost()
    {
        var (purse, _) = new Purse().Draw(Name, Ten, Wish(1, 1_000_000), Noon);

        Assert.Equal((0L, 1_000_000L), (purse.Turned(Ten, Noon.AddDays(3)).Spent, purse.Turned(Ten, Noon.AddDays(3)).Reserved));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MonitorsGoOnWithoutMoneyOnlyWhereTheBudgetSaysSo(bool goOn)
    {
        var budget = Ten with { MonitorsGoOn = goOn };
        var (spent, _) = new Purse().Draw(Name, budget, new Draft { Drawer = Run(1), Spent = 9_500_000, Held = 9_500_000, Ending = true }, Noon);

        var (_, run) = spent.Draw(Name, budget, Wish(2, 600_000), Noon);
        var (next, monitors) = spent.Draw(Name, budget, Watching(1, spent: 0, least: 600_000), Noon);
        var (after, _) = next.Draw(Name, budget, Watching(1, spent: 600_000, held: monitors.Claim), Noon);

        Assert.NotNull(run.Lacking);
        Assert.Equal((goOn ? 600_000L : 0L, goOn ? null : "tenant default's budget of 10.00"), (monitors.Claim, monitors.Lacking));
        Assert.Equal(10_100_000, after.Spent);
    }

    [Fact]
    public void WhoGoesOnWithoutMoneyGetsAllThatItWantsAtOnce()
    {
        var budget = Ten with { MonitorsGoOn = true };
        var (spent, _) = new Purse().Draw(Name, budget, new Draft { Drawer = Run(1), Spent = 12_000_000, Held = 12_000_000, Ending = true }, Noon);

        var (_, answer) = spent.Draw(Name, budget, Watching(1, spent: 0, least: 1000) with { Wanted = 32_000 }, Noon);

        Assert.Equal((32_000L, null), (answer.Claim, answer.Lacking));
    }

    [Fact]
    public void EndsOfMonitorsDriveNoRunOutOfMemory()
    {
        var (purse, _) = new Purse().Draw(Name, Ten, new Draft { Drawer = Run(1), Spent = 1_000_000, Held = 1_000_000, Ending = true }, Noon);
        for (var stay = 1; stay <= 1000; stay++)
        {
            (purse, _) = purse.Draw(Name, Ten, Watching(stay, spent: 10, held: 10) with { Ending = true }, Noon.AddMinutes(stay));
        }

        var (again, _) = purse.Draw(Name, Ten, new Draft { Drawer = Run(1), Spent = 1_000_000, Held = 1_000_000, Ending = true }, Noon.AddDays(1));

        Assert.Equal(1_010_000, again.Spent);
        Assert.InRange(again.Drawings.Count, 2, 1 + Purse.MostMonitorsEnded);
        Assert.Contains(Monitors(1000), again.Drawings.Keys);
    }

    [Theory]
    [InlineData(Period.Day, 13)]
    [InlineData(Period.Day, 24 * 40)]
    [InlineData(Period.Month, 13)]
    public void WhatWasCountedInOnePeriodIsNotCountedInALaterOne(Period per, int hours)
    {
        var budget = Ten with { Per = per };
        var end = new Draft { Drawer = Run(1), Spent = 4_000_000, Held = 4_000_000, Ending = true };
        var (ended, _) = new Purse().Draw(Name, budget, end, Noon);
        var later = Noon.AddHours(hours);

        var (again, _) = ended.Draw(Name, budget, end, later);
        var (known, _) = again.Draw(Name, budget, Last(3_400_000), later);
        var (more, _) = known.Draw(Name, budget, Last(4_300_000), later);
        var (twice, _) = more.Draw(Name, budget, Last(4_300_000), later);
        var (next, _) = twice.Draw(Name, budget, Last(4_300_000), later.AddDays(40));

        Assert.Equal([4_000_000, 0, 0, 300_000, 300_000, 0], new[] { ended, again, known, more, twice, next }.Select(purse => purse.Spent));
        Assert.Equal(0, next.Reserved);

        Draft Last(long spent) => end with { Spent = spent, Held = spent };
    }

    [Fact]
    public void ACorrectionTakesBackNoMoreThanThePeriodHasCounted()
    {
        var daily = Ten with { Per = Period.Day };
        var (purse, _) = new Purse().Draw(Name, daily, new Draft { Drawer = Run(1), Spent = 6_000_000, Held = 6_000_000 }, Noon);
        var spent = new[] { 7_000_000L, 6_500_000, 5_000_000, 7_000_000 }.Select(said =>
        {
            (purse, _) = purse.Draw(Name, daily, new Draft { Drawer = Run(1), Spent = said, Held = said, Ending = true }, Noon.AddDays(1));
            return purse.Spent;
        });

        Assert.Equal([1_000_000, 500_000, 0, 1_000_000], spent);
    }

    [Fact]
    public void EndsAreForgottenInTheirOrderAndNeverTheOneThatWasJustTold()
    {
        // A run's id is its start: this one began before all that have ended, and ends last.
        var (purse, _) = new Purse().Draw(Name, Ten, new Draft { Drawer = Run(0), Spent = 1_000, Held = 1_000 }, Noon);
        for (var run = 1000; run < 1000 + Purse.MostEnded + 44; run++)
        {
            (purse, _) = purse.Draw(Name, Ten, End(run), Noon);
        }

        (purse, _) = purse.Draw(Name, Ten, End(0), Noon);
        var (again, _) = purse.Draw(Name, Ten, End(0), Noon);

        Assert.Equal((301_000L, 301_000L, Purse.MostEnded), (purse.Spent, again.Spent, again.Drawings.Count));
        Assert.Equal([Run(0), .. Enumerable.Range(1045, Purse.MostEnded - 1).Select(Run)], again.Drawings.Keys);

        static Draft End(int run) => new() { Drawer = Run(run), Spent = 1_000, Held = 1_000, Ending = true };
    }

    [Theory]
    [InlineData(1_000, 257_000)]
    [InlineData(1_300, 257_300)]
    [InlineData(700, 257_000)]
    public void WhatIsKnownAfterManyOthersHaveEndedIsNotCountedTwice(long known, long spent)
    {
        var expected = new Allowance { Folded = Costs.Of(new("judge"), 1_000) };
        var ended = expected.Ended();
        var (purse, _) = new Purse().Draw(Name, Ten, ended.Ending(new("run-0"), Name, expected), Noon);
        for (var run = 1; run <= Purse.MostEnded; run++)
        {
            (purse, _) = purse.Draw(Name, Ten, new Draft { Drawer = Run(run), Spent = 1_000, Held = 1_000, Ending = true }, Noon);
        }

        Assert.DoesNotContain(DrawerId.Of(new Evaluation.RunId("run-0")), purse.Drawings.Keys);

        var last = ended.Ended(Costs.Of(new("judge"), known)).Ending(new("run-0"), Name, ended);
        var (late, _) = purse.Draw(Name, Ten, last, Noon);
        var (again, _) = late.Draw(Name, Ten, last, Noon);

        Assert.Equal((spent, spent), (late.Spent, again.Spent));
    }

    [Fact]
    public void MonitorsThatWakeAfterTheirSiloWasTakenForLostAreNotCountedInTheNewDayAgain()
    {
        var daily = Ten with { Per = Period.Day };
        var (purse, held) = new Purse().Draw(Name, daily, Watching(1, spent: 0, least: 1_000_000), Noon);
        (purse, _) = purse.Draw(Name, daily, Wish(1, 1_000_000), Noon.AddMinutes(20));
        Assert.Equal(1_000_000, purse.Spent);
        for (var stay = 1; stay <= 100; stay++)
        {
            // Others end again and again, and say so: nobody who was lost is forgotten for them.
            (purse, _) = purse.Draw(Name, daily, new Draft { Drawer = DrawerId.OfMonitors("another", stay), Spent = 10, Held = 10, Ending = true }, Noon.AddHours(1));
        }

        var (awake, answer) = purse.Draw(Name, daily, Watching(1, spent: 700_000, held: held.Claim, least: 500_000), Noon.AddDays(1));

        Assert.Equal((0L, true, 1_000_000L), (awake.Spent, answer.Over, answer.Claim));
    }

    [Fact]
    public void SilosThatAreLostAgainAndAgainAreNotAllRemembered()
    {
        var purse = new Purse();
        for (var stay = 1; stay <= 200; stay++)
        {
            (purse, _) = purse.Draw(Name, Ten, Watching(stay, spent: 10, held: 10), Noon.AddHours(stay));
        }

        // All that are lost, and the one that is not.
        Assert.Equal((2_000L, 1 + Purse.MostMonitorsEnded), (purse.Spent, purse.Drawings.Count));
        Assert.Contains(Monitors(199), purse.Drawings.Keys);
    }

    [Fact]
    public void AStoredPurseOfBeforeEndsWereCountedIsRead()
    {
        const string Stored = """{"since":"2026-01-31T00:00:00+00:00","spent":6000000,"drawings":{"run-1":{"spent":4000000,"claim":4000000,"moving":false,"ended":true},"run-2":{"spent":2000000,"claim":3000000,"moving":true,"ended":false}}}""";
        var daily = Ten with { Per = Period.Day };

        var purse = JsonSerializer.Deserialize(Stored, EvaluationJson.Plain.Purse)!;
        var (next, _) = purse.Draw(Name, daily, new Draft { Drawer = Run(2), Spent = 2_500_000, Held = 2_500_000, Ending = true }, Noon.AddHours(1));
        var (later, _) = next.Draw(Name, daily, new Draft { Drawer = Run(1), Spent = 4_100_000, Held = 4_100_000, Ending = true }, Noon.AddDays(1));

        Assert.Equal((6_500_000L, 0L, 100_000L), (next.Spent, next.Reserved, later.Spent));
        var written = JsonSerializer.Serialize(later, EvaluationJson.Plain.Purse);
        Assert.Equal(written, JsonSerializer.Serialize(JsonSerializer.Deserialize(written, EvaluationJson.Plain.Purse)!, EvaluationJson.Plain.Purse));
    }

    [Fact]
    public void NobodyWaitsForWhatMonitorsHold()
    {
        var (purse, _) = new Purse().Draw(Name, Ten, Watching(1, spent: 0, least: 9_000_000) with { Moving = true }, Noon);

        var (_, answer) = purse.Draw(Name, Ten, Wish(1, 2_000_000), Noon);

        Assert.Equal((true, "tenant default's budget of 10.00"), (answer.Final, answer.Lacking));
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

    [Theory]
    [InlineData("0.0000004", false)]
    [InlineData("0.000001", true)]
    [InlineData("1000000000", true)]
    [InlineData("10000000000000000000", false)]
    public void ABudgetThatRoundsToNothingOrPassesTheEndIsRefused(string amount, bool fine) =>
        Assert.Equal(fine, new Budget { Amount = decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture) }.Check("b").IsEmpty);

    private static DrawerId Run(int number) => DrawerId.Of(new RunId($"run-{number}"));

    private static DrawerId Monitors(int stay) => DrawerId.OfMonitors("silo", stay);

    private static Draft Wish(int run, long least) => new() { Drawer = Run(run), Spent = 0, Held = 0, Least = least, Wanted = least, Moving = true };

    private static Draft Watching(int stay, long spent, long held = 0, long least = 0) => new() { Drawer = Monitors(stay), Spent = spent, Held = held, Least = least, Wanted = least };
}
