using Assize.Evaluation.Budgets;

namespace Assize.Evaluation.Tests.Budgets;

public sealed class AllowanceTests
{
    private static readonly ModelName Judge = new("judge");

    private static readonly Budget Ten = new() { Amount = 10 };

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 20)]
    [InlineData(3, 60)]
    public void AnOvershootIsNoMoreThanWhatWasInFlightCostBeyondItsExpectation(int seed, int lossesInThousand)
    {
        var shards = new SimulatedShards(seed, Ten, shards: 6, lossesInThousand);
        while (shards.Step())
        {
            Assert.True(shards.Allowance.Claims.Total <= Ten.Micros + shards.Excess, $"claims of {shards.Allowance.Claims.Total}, of it {shards.Excess} more than was expected");
        }

        Assert.NotNull(shards.Allowance.UsedUp);
        Assert.InRange(shards.Paid, (long)(0.95 * Ten.Micros), Ten.Micros + shards.Excess);
        // A shard lost at the very end may have no money left to find its last call again.
        Assert.InRange(shards.Paid - shards.Allowance.Spent.Total, 0, lossesInThousand == 0 ? 0 : 6 * 100_000);
    }

    [Fact]
    public void TheClaimOfALostShardGoesToItsSuccessorAndWhatThatDoesNotNeedComesBack()
    {
        var (allowance, first) = Asked(new Allowance(), new RationRequest { Shard = 0, Least = Money(10_000_000), Wanted = Money(10_000_000), Moving = true });
        // Lost after 3 of the 10 were paid, which nobody had said.
        var (inherited, successor) = Asked(allowance, new RationRequest { Shard = 0, First = true });
        var (_, other) = Asked(inherited, new RationRequest { Shard = 1, Least = Money(1), Wanted = Money(1) });
        var (back, _) = Asked(inherited, new RationRequest { Shard = 0, Spent = Money(3_000_000) });
        var (_, granted) = Asked(back, new RationRequest { Shard = 1, Least = Money(7_000_000), Wanted = Money(7_000_000) });

        Assert.Equal((10_000_000L, 10_000_000L), (first.Claim.Total, successor.Claim.Total));
        Assert.NotNull(other.UsedUp ?? other.Lacking);
        Assert.Equal((7_000_000L, null), (granted.Claim.Total, granted.UsedUp));
    }

    [Fact]
    public void WhatALostShardHadSpentIsNotSpentAgain()
    {
        var (allowance, _) = Asked(new Allowance(), new RationRequest { Shard = 0, Spent = Money(6_000_000) });
        // The successor knows of less, finds what was paid for, and comes to the same sum again.
        var (lost, _) = Asked(allowance, new RationRequest { Shard = 0, First = true, Spent = Money(2_000_000) });
        var (found, _) = Asked(lost, new RationRequest { Shard = 0, Spent = Money(6_000_000) });

        Assert.Equal([6_000_000, 6_000_000, 6_000_000], new[] { allowance, lost, found }.Select(one => one.Spent.Total));
    }

    [Fact]
    public void AfterItsEndNothingIsBegunWhateverComesBack()
    {
        var (allowance, _) = Asked(new Allowance(), new RationRequest { Shard = 0, Spent = Money(9_000_000), Least = Money(2_000_000), Wanted = Money(2_000_000) });
        var (_, cheap) = Asked(allowance, new RationRequest { Shard = 1, Least = Money(1), Wanted = Money(1) });

        Assert.Equal("its budget of 10.00", allowance.UsedUp);
        Assert.Equal(("its budget of 10.00", 0L), (cheap.UsedUp, cheap.Claim.Total));
    }

    [Fact]
    public void APurseOfAModelBoundsItsCallsAndNoOthers()
    {
        var other = new ModelName("other");
        var request = new RationRequest { Shard = 0, Least = Money(2_000_000).Plus(Costs.Of(other, 5_000_000)), Wanted = Money(2_000_000).Plus(Costs.Of(other, 5_000_000)) };
        var heard = new Allowance().Heard(request);

        var (_, granted) = heard.Grant(request, null, [new Advance(PurseName.Of(Judge), 2_000_000, Final: true)]);
        var (stopped, refused) = heard.Grant(request, null, [new Advance(PurseName.Of(other), 2_000_000, "model other's budget of 2.00", Final: true)]);

        Assert.Equal(7_000_000, granted.Claim.Total);
        Assert.Equal((0L, "model other's budget of 2.00"), (refused.Claim.Total, stopped.UsedUp));
        Assert.Equal((2_000_000L, 5_000_000L), (heard.Draft(new("r"), PurseName.Of(Judge), request).Least, heard.Draft(new("r"), PurseName.Of(other), request).Least));
    }

    [Fact]
    public void EndedShardsAreFoldedAndWhatTheySayLaterIsTooLate()
    {
        var allowance = new Allowance();
        foreach (var shard in new[] { 1, 0, 2 })
        {
            (allowance, _) = Asked(allowance, new RationRequest { Shard = shard, Spent = Money(1_000_000), Done = true });
        }

        var (late, _) = Asked(allowance, new RationRequest { Shard = 1, Spent = Money(9_000_000) });

        Assert.Equal((3, 0, 3_000_000L), (late.Next, late.Shards.Count, late.Spent.Total));
        Assert.Equal(3_000_000, late.Ended().Ended().Spent.Total);
    }

    [Fact]
    public void AShardThatEndedAndSaysSoAgainStopsNobody()
    {
        var (ended, _) = Asked(new Allowance(), new RationRequest { Shard = 0, Spent = Money(1_000_000), Done = true });
        var (again, ration) = Asked(ended, new RationRequest { Shard = 0, First = true, Spent = Money(1_000_000) });

        Assert.Equal((null, null, 1_000_000L), (ration.UsedUp, again.UsedUp, again.Spent.Total));
    }

    [Fact]
    public void CallsThatCostMoreThanExpectedRaiseTheExpectation()
    {
        var (allowance, _) = Asked(new Allowance(), new RationRequest { Shard = 0, Expected = 100, Actual = 250, Done = true });
        var (_, ration) = Asked(allowance, new RationRequest { Shard = 1, Expected = 100, Actual = 150 });

        Assert.Equal((2.0, 1.0), (ration.Scale, new Allowance().Scale));
    }

    private static Costs Money(long micros) => Costs.Of(Judge, micros);

    private static (Allowance Next, Ration Ration) Asked(Allowance allowance, RationRequest request) => allowance.Heard(request).Grant(request, Ten, []);
}
