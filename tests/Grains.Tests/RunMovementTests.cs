using Assize.Grains.Runs;

namespace Assize.Grains.Tests;

public sealed class RunMovementTests
{
    private readonly Clock clock = new();

    [Fact]
    public void ARunStandsStillWhenNoCaseWasFinishedForAQuarterOfAnHour()
    {
        var run = new RunMovement(clock);
        clock.Pass(TimeSpan.FromMinutes(14));
        var soon = run.IsStill;
        clock.Pass(TimeSpan.FromMinutes(2));

        Assert.Equal((false, true), (soon, run.IsStill));
    }

    [Fact]
    public void OneCaseOfOneShardIsAMovement()
    {
        var run = new RunMovement(clock);
        run.Found(0, 7);
        run.Found(1, 3);
        clock.Pass(TimeSpan.FromMinutes(16));
        run.Found(0, 7);
        var still = run.IsStill;
        run.Found(1, 4);

        Assert.Equal((true, false), (still, run.IsStill));
    }

    [Fact]
    public void WhatWasLostWithASiloAndIsDoneAgainIsNone()
    {
        var run = new RunMovement(clock);
        run.Found(0, 7);
        clock.Pass(TimeSpan.FromMinutes(16));
        run.Found(0, 5);
        run.Found(0, 7);

        Assert.True(run.IsStill);
    }

    [Fact]
    public void AShardThatEndsIsAMovement()
    {
        var run = new RunMovement(clock);
        clock.Pass(TimeSpan.FromMinutes(16));
        run.Ended(0);

        Assert.Equal((false, false), (run.IsStill, run.IsQuiet));
    }

    [Fact]
    public void NobodyIsAskedWhereShardsReport()
    {
        var run = new RunMovement(clock);
        for (var shard = 0; shard < 10; shard++)
        {
            clock.Pass(TimeSpan.FromMinutes(4));
            Assert.False(run.IsQuiet);
            run.Ended(shard);
        }

        clock.Pass(TimeSpan.FromMinutes(6));
        Assert.True(run.IsQuiet);
    }
}
