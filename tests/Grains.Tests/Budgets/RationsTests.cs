using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Budgets;

namespace Assize.Grains.Tests.Budgets;

public sealed class RationsTests
{
    private static readonly ModelName Model = new("scripted");

    [Fact]
    public async Task WhatWasLeftOutForWantOfMoneyIsToldAlsoWhenMoneyComesBack()
    {
        var stop = TestContext.Current.CancellationToken;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var allowance = new GivingAllowance(new Ration(Money(10), 1), new Ration(Money(10), 1, UsedUp: "the tenant's budget"), new Ration(Money(100), 1));
        var rations = new Rations(Some.Spec, 0, allowance, Costs.None, TimeProvider.System, _ => { }, ended.Token);
        rations.Open();

        Assert.True(await rations.Reserve(Money(10), first: false));
        Assert.Null(rations.Stopped);
        Assert.False(await rations.Reserve(Money(5), first: false));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await rations.Reserve(Money(5), first: false))
        {
            await often.WaitForNextTickAsync(stop);
        }

        Assert.Equal("the tenant's budget", rations.Stopped);
        await rations.Close();
    }

    [Fact]
    public async Task WhatACallTookThatWasGivenUpIsSpent()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var rations = new Rations(Some.Spec, 0, new GivingAllowance(new Ration(Money(10), 1)), Costs.None, TimeProvider.System, _ => { }, ended.Token);
        rations.Open();
        Assert.True(await rations.Reserve(Money(4), first: false));

        rations.Waste(new Call { Key = new("key"), Model = Model, Paid = true, FailedUsage = new Usage(1, 1, 5) });
        var (more, rest) = (rations.Reserve(Money(2), first: false).AsTask(), rations.Reserve(Money(1), first: true).AsTask());

        Assert.True(await rest);
        Assert.False(more.IsCompleted);
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => more);
        await rations.Close();
    }

    private static Costs Money(long micros) => Costs.Of(Model, micros);

    /// <summary>An allowance that answers what it is told to, in order; the last answer again and again.</summary>
    private sealed class GivingAllowance(params Ration[] rations) : IAllowanceGrain
    {
        private int asked;

        public Task<Ration> Renew(Terms terms, RationRequest request) => Task.FromResult(rations[Math.Min(asked++, rations.Length - 1)]);

        public Task<BudgetLines> Lines(Terms terms) => throw new NotSupportedException();

        public Task<BudgetLines> End(Terms terms, Costs? known) => throw new NotSupportedException();

        public Task Forget() => throw new NotSupportedException();
    }
}
