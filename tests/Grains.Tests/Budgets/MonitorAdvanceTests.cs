using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Grains.Budgets;
using Microsoft.Extensions.Time.Testing;

namespace Assize.Grains.Tests.Budgets;

public sealed class MonitorAdvanceTests
{
    private static readonly PurseName Name = PurseName.Of(TenantName.Default);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task AllWhoAskAtOnceTogetherGetNoMoreThanThereIs()
    {
        var purse = new HeldPurse(new Budget { Amount = 0.1m }, time);
        var advances = Enumerable.Range(0, 3).Select(silo => new MonitorAdvance(Name, purse, $"silo-{silo}", time)).ToArray();

        var lacking = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(async () => await advances[i % 3].Reserve(1000, begun: false))));

        Assert.InRange(lacking.Count(one => one is null), 95, 100);
        Assert.All(lacking.OfType<string>(), told => Assert.Equal("tenant default's budget of 0.10", told));
        Assert.InRange(purse.Asked, 3, 100);
    }

    [Fact]
    public async Task WhatIsNotUsedForAMinuteIsGivenBack()
    {
        var purse = new HeldPurse(new Budget { Amount = 1 }, time);
        var advance = new MonitorAdvance(Name, purse, "silo", time);
        await Judged(advance, 1000, 700);
        Assert.Equal((0L, 32_000L), (purse.Held.Spent, purse.Held.Reserved));

        await advance.Tell(last: false);
        Assert.Equal((700L, 0L), (purse.Held.Spent, purse.Held.Reserved));
        await advance.Tell(last: false);
        Assert.All(purse.Held.Drawings.Values, drawing => Assert.True(drawing.Ended));

        await Judged(advance, 2000, 1500);
        await advance.Tell(last: false);
        Assert.Equal((2200L, 0L), (purse.Held.Spent, purse.Held.Reserved));
    }

    [Fact]
    public async Task AWholeRoundClaimsForItselfAlone()
    {
        var purse = new HeldPurse(new Budget { Amount = 1 }, time);
        var advance = new MonitorAdvance(Name, purse, "silo", time);

        Assert.Null(await advance.Reserve(60_000, begun: true));

        Assert.Equal((0L, 60_000L), (purse.Held.Spent, purse.Held.Reserved));
    }

    [Fact]
    public async Task WhatIsInFlightAtTheEndCountsWithWhatWasExpectedOfIt()
    {
        var purse = new HeldPurse(new Budget { Amount = 1 }, time);
        var advance = new MonitorAdvance(Name, purse, "silo", time);
        await advance.Reserve(1000, begun: false);
        await advance.Reserve(3000, begun: false);
        advance.Settle(1000, 900);

        await advance.Tell(last: true);

        Assert.Equal((3900L, 0L), (purse.Held.Spent, purse.Held.Reserved));
    }

    [Fact]
    public async Task APurseThatHadNotEnoughIsAskedAgainOnlyAfterAWhile()
    {
        var purse = new HeldPurse(new Budget { Amount = 0.001m, Per = Period.Day }, time);
        var advance = new MonitorAdvance(Name, purse, "silo", time);
        Assert.Null(await advance.Reserve(1000, begun: false));
        advance.Settle(1000, 1000);

        Assert.NotNull(await advance.Reserve(1000, begun: false));
        Assert.NotNull(await advance.Reserve(1000, begun: false));
        Assert.Equal(2, purse.Asked);

        time.Advance(TimeSpan.FromHours(12));
        Assert.Null(await advance.Reserve(1000, begun: false));
    }

    [Fact]
    public async Task AfterARefusalNothingNewIsBegunAlsoWhereItWouldFit()
    {
        var purse = new HeldPurse(new Budget { Amount = 0.005m }, time);
        var advance = new MonitorAdvance(Name, purse, "silo", time);
        Assert.Null(await advance.Reserve(1000, begun: false));

        Assert.NotNull(await advance.Reserve(50_000, begun: false));
        Assert.NotNull(await advance.Reserve(10, begun: false));
        Assert.Null(await advance.Reserve(10, begun: true));

        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await advance.Reserve(10, begun: false));
    }

    [Fact]
    public async Task ASiloThatSleptAndFirstTellsHasWhatItDidNotSpendToItsCredit()
    {
        var purse = new HeldPurse(new Budget { Amount = 1 }, time);
        var advance = new MonitorAdvance(Name, purse, "silo", time);
        await Judged(advance, 1000, 1000);
        time.Advance(TimeSpan.FromMinutes(11));
        await advance.Tell(last: false);
        Assert.Equal((32_000L, 0L), (purse.Held.Spent, purse.Held.Reserved));

        await Judged(advance, 31_000, 31_000);
        await Judged(advance, 5000, 5000);
        await advance.Tell(last: false);

        Assert.Equal(37_000, purse.Held.Spent);
    }

    [Fact]
    public async Task ASiloThatSleptAndEndsIsChargedWhatItSpent()
    {
        var purse = new HeldPurse(new Budget { Amount = 1 }, time);
        var advance = new MonitorAdvance(Name, purse, "silo", time);
        await Judged(advance, 1000, 1000);
        time.Advance(TimeSpan.FromMinutes(11));

        await advance.Tell(last: true);

        Assert.Equal((1000L, 0L), (purse.Held.Spent, purse.Held.Reserved));
    }

    [Fact]
    public async Task ASiloThatSleptAndWasTakenForLostDrawsAnew()
    {
        var purse = new HeldPurse(new Budget { Amount = 1 }, time);
        var advance = new MonitorAdvance(Name, purse, "silo", time);
        await advance.Reserve(1000, begun: false);
        time.Advance(TimeSpan.FromMinutes(11));
        await new MonitorAdvance(Name, purse, "other", time).Reserve(1000, begun: false);
        Assert.Equal((32_000L, 32_000L), (purse.Held.Spent, purse.Held.Reserved));

        advance.Settle(1000, 1000);
        Assert.Null(await advance.Reserve(40_000, begun: false));
        advance.Settle(40_000, 40_000);
        await advance.Tell(last: false);

        // The 32,000 that were taken for spent pay for what was spent of them and for what came next.
        Assert.Equal(41_000, purse.Held.Spent);
    }

    [Fact]
    public async Task AnAnswerThatIsLostGivesNothingOutTwice()
    {
        var purse = new HeldPurse(new Budget { Amount = 0.04m }, time);
        var advance = new MonitorAdvance(Name, purse, "silo", time);
        purse.LoseAnswers = true;
        await Assert.ThrowsAsync<TimeoutException>(async () => await advance.Reserve(1000, begun: false));
        purse.LoseAnswers = false;

        Assert.Null(await advance.Reserve(1000, begun: false));

        Assert.InRange(purse.Held.Reserved, 1000, 40_000);
        await advance.Tell(last: false);
        Assert.Equal(1000, purse.Held.Reserved);
    }

    /// <summary>Something is held, and so much of it spent.</summary>
    private static async Task Judged(MonitorAdvance advance, long held, long cost)
    {
        Assert.Null(await advance.Reserve(held, begun: false));
        advance.Settle(held, cost);
    }

    /// <summary>A purse in this process, which answers one after the other.</summary>
    private sealed class HeldPurse(Budget budget, TimeProvider time) : IPurseGrain
    {
        private readonly Lock gate = new();

        public Purse Held { get; private set; } = new();

        public int Asked { get; private set; }

        public bool LoseAnswers { get; set; }

        public async Task<Advance> Draw(Draft draft)
        {
            await Task.Yield();
            lock (gate)
            {
                Asked++;
                (Held, var answer) = Held.Draw(Name, budget, draft, time.GetUtcNow());
                return LoseAnswers ? throw new TimeoutException("the answer was lost") : answer;
            }
        }

        public Task<BudgetLine?> Status() => throw new NotSupportedException();
    }
}
