using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Grains.Runs;

namespace Assize.Grains.Tests;

public sealed class ShardWorkTests
{
    private static readonly Call Failed = new() { Key = new("key"), Model = new("scripted"), Paid = true, FailedAttempts = 2, FailedUsage = new Usage(10, 5, 20) };

    [Fact]
    public void WhatACallTookThatWasGivenUpIsKnownToWhoeverHasTheShardNext()
    {
        var here = Work(ShardLedger.Empty);
        here.Waste(Failed);
        var there = Work(here.Kept(ShardLedger.Empty));
        there.Waste(Failed);
        var later = Work(there.Kept(here.Kept(ShardLedger.Empty)));

        Assert.Equal([20, 40, 40], new[] { here, there, later }.Select(work => work.Spent.Total));
        Assert.Equal([(2L, 20L), (4L, 40L), (4L, 40L)], new[] { here, there, later }.Select(work => (Assert.Single(work.Found().Usage).FailedAttempts, work.Found().Usage[0].FailedUsage.CostMicros)));
    }

    [Fact]
    public void AShardThatGaveNothingUpKeepsNothingOfIt() => Assert.Null(Work(ShardLedger.Empty).Kept(ShardLedger.Empty).CutOff);

    private static ShardWork Work(ShardLedger known) => new(Some.Spec, [], known, Some.Telemetry);
}
