using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;
using Assize.Grains.Suites;
using Assize.Grains.Tenants;

namespace Assize.Grains.Tests;

[Collection(nameof(TwoSilos))]
public sealed class RemovalTests(TwoSilos silos)
{
    private static ScriptedModel Model => TwoSilos.Model;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARemovedRunIsNotFoundAndItsRepliesAreAskedForAgain()
    {
        var suite = await Ready("removed", 20);
        await Some.Reported(silos.Grains, suite, "run-removed", Cancellation);

        await Removed(suite, "run-removed");

        Assert.Null(await silos.Grains.Run(new("run-removed")).Spec());
        Assert.Empty((await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Runs(null, 10)).Runs);
        Assert.Equal(RemovalAnswer.Absent, await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Remove(new("run-removed")));
        await Some.Reported(silos.Grains, suite, "run-after-removed", Cancellation);
        Assert.Equal(40, Model.Calls);
    }

    [Fact]
    public async Task ASuiteThatIsStoredAgainIsNotTakenForTheOneThatWasRemoved()
    {
        var name = "stored-again";
        await Some.Stored(silos.Grains, name, 5);
        var suite = silos.Grains.Suite(Some.Tenant, new(name));
        var tenant = silos.Grains.Tenant(Some.Tenant);
        var lost = false;
        TwoSilos.Lost = call => call.InterfaceMethod is { Name: nameof(ITenantGrain.Left), DeclaringType.Name: nameof(ITenantGrain) } && (lost = true);
        try
        {
            await suite.Leave();
            await Waiting.Until(() => Task.FromResult(lost));
        }
        finally
        {
            TwoSilos.Lost = null;
        }

        await Some.Stored(silos.Grains, name, 5);
        await Resumption.Resume(silos.Grains, Some.Tenant, Cancellation);

        Assert.NotNull(await suite.Get());
        Assert.DoesNotContain(new SuiteName(name), (await tenant.LeavingSuites()).Names);
        Assert.Contains(new SuiteName(name), (await tenant.Suites()).Names);
    }

    [Fact]
    public async Task WhatCannotBePutBackToWorkHoldsUpNothingElse()
    {
        var tenant = new TenantName("undeterred");
        foreach (var name in new[] { "broken", "whole" })
        {
            await silos.Grains.Tenant(tenant).Leaving(new(name));
            await silos.Grains.Tenant(tenant).Opened(new(name), new($"run-{name}"));
        }

        TwoSilos.Lost = call => call.InterfaceMethod.Name is nameof(ISuiteGrain.Resume) or nameof(ISuiteGrain.Leave) && call.TargetId.Key.ToString()!.Contains("broken", StringComparison.Ordinal);
        try
        {
            var failed = await Assert.ThrowsAsync<AggregateException>(() => Resumption.Resume(silos.Grains, tenant, Cancellation));
            Assert.Equal(2, failed.InnerExceptions.Count);
        }
        finally
        {
            TwoSilos.Lost = null;
        }

        // There are no such suites: what was reached is noted as done.
        Assert.Equal([new("run-broken")], (await silos.Grains.Tenant(tenant).Open()).Runs.Select(run => run.Run));
        Assert.Equal([new SuiteName("broken")], (await silos.Grains.Tenant(tenant).LeavingSuites()).Names);
        await Resumption.Resume(silos.Grains, tenant, Cancellation);
        Assert.Empty((await silos.Grains.Tenant(tenant).Open()).Runs);
    }

    [Fact]
    public async Task WhatCouldNotBeWrittenIsNotTakenForWritten()
    {
        var contents = new SuiteContents
        {
            Version = new("version-unlucky"), Definition = Some.Definition("unlucky"), Cases = 1, Created = DateTimeOffset.UnixEpoch, Plan = new CasePlan("upload-1", [1]),
        };
        var (suite, part, run) = (silos.Grains.Suite(Some.Tenant, new("unlucky")), silos.Grains.OpenRuns(Some.Tenant, 3), new OpenRun(new("unlucky"), new("run-unlucky")));
        TwoSilos.Lost = call => call.InterfaceMethod.Name.StartsWith("WriteState", StringComparison.Ordinal)
            && call.Request.GetArgument(0)?.ToString() is { } written && (written.Contains("open-runs", StringComparison.Ordinal) || written.Contains("suite", StringComparison.Ordinal));
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(() => suite.Commit(contents));
            await Assert.ThrowsAnyAsync<Exception>(() => part.Add(run));
        }
        finally
        {
            TwoSilos.Lost = null;
        }

        // Its sender discards the cases of the first upload, and sends all of them again.
        Assert.Equal("upload-2", (await suite.Commit(contents with { Plan = new CasePlan("upload-2", [1]) })).Plan.Upload);
        await part.Add(run);
        await silos.Management.ForceActivationCollection(TimeSpan.Zero, Cancellation);
        await Waiting.Until(async () => (await part.Get()).Runs.Contains(run));
        await part.Remove(run.Run);
    }

    [Fact]
    public async Task RepliesThatAnotherRunUsesStay()
    {
        var suite = await Ready("shared", 20);
        await Some.Reported(silos.Grains, suite, "run-shared-1", Cancellation);
        await Some.Reported(silos.Grains, suite, "run-shared-2", Cancellation);

        await Removed(suite, "run-shared-1");

        var spec = (await silos.Grains.Run(new("run-shared-2")).Spec())!;
        var reading = await silos.Grains.Shard(spec.Run, CasePlan.PartitionOf("case-1", spec.Suite.Plan.Partitions)).Read(spec, new("case-1"));
        Assert.EndsWith("quality=4", Assert.Single(reading!.Trials).Replies[0], StringComparison.Ordinal);
        await Some.Reported(silos.Grains, suite, "run-shared-3", Cancellation);
        Assert.Equal(20, Model.Calls);
    }

    [Fact]
    public async Task ARunAtWorkIsNotRemoved()
    {
        var suite = await Ready("at-work", 6);
        Model.Gate = new TaskCompletionSource();
        var grain = silos.Grains.Suite(Some.Tenant, suite.Definition.Name);
        await grain.Start(Some.Request(suite, "run-at-work"));

        Assert.Equal(RemovalAnswer.InUse, await grain.Remove(new("run-at-work")));
        Assert.Equal(RemovalAnswer.InUse, await grain.Leave());

        Model.Gate.SetResult();
        Assert.Equal(6, (await Some.Ended(silos.Grains, "run-at-work", Cancellation)).CasesDone);
    }

    [Fact]
    public async Task ASuiteGoesWhenItsRunsAreGoneAndCanBeMadeAgain()
    {
        var suite = await Ready("leaving", 10);
        var grain = silos.Grains.Suite(Some.Tenant, suite.Definition.Name);
        await Some.Reported(silos.Grains, suite, "run-leaving", Cancellation);
        Assert.Equal(RemovalAnswer.InUse, await grain.Leave());
        await Removed(suite, "run-leaving");

        Assert.Equal(RemovalAnswer.Begun, await grain.Leave());
        Assert.Null(await grain.Get());
        await Waiting.Until(async () => await grain.Leave() is RemovalAnswer.Absent);

        // The tenant is told after the suite is gone.
        await Waiting.Until(async () => !(await silos.Grains.Tenant(Some.Tenant).Suites()).Names.Contains(suite.Definition.Name));
        await Assert.ThrowsAnyAsync<Exception>(() => silos.Grains.Chunk(suite.Plan.Upload, 0, 0).Get());
        var again = await Some.Stored(silos.Grains, "leaving", 10);
        Assert.Equal(10, (await Some.Reported(silos.Grains, again, "run-again", Cancellation)).CasesDone);
    }

    [Fact]
    public async Task ARequestOfARemovedRunStartsAnother()
    {
        var suite = await Ready("requested", 2);
        var grain = silos.Grains.Suite(Some.Tenant, suite.Definition.Name);
        await grain.Start(Some.Request(suite, "run-requested-1", "request"));
        await Some.Ended(silos.Grains, "run-requested-1", Cancellation);
        await Removed(suite, "run-requested-1");

        var second = await grain.Start(Some.Request(suite, "run-requested-2", "request"));

        Assert.Equal("run-requested-2", second.Run.Value);
        await Some.Ended(silos.Grains, "run-requested-2", Cancellation);
    }

    [Fact]
    public async Task ARequestOfAnExpiredRunStartsAnotherAndKeepsItWhenTheFirstIsRemoved()
    {
        var suite = await Ready("expired", 2);
        var grain = silos.Grains.Suite(Some.Tenant, suite.Definition.Name);
        await grain.Start(Some.Request(suite, "run-expired-1", "request"));
        await Some.Ended(silos.Grains, "run-expired-1", Cancellation);
        await grain.Expire(new Expiry(DateTimeOffset.UnixEpoch.AddDays(1), DateTimeOffset.MinValue));
        await Gone("run-expired-1");

        Assert.Equal("run-expired-2", (await grain.Start(Some.Request(suite, "run-expired-2", "request"))).Run.Value);
        await Some.Ended(silos.Grains, "run-expired-2", Cancellation);
        await Removed(suite, "run-expired-1");

        Assert.Equal("run-expired-2", (await grain.Start(Some.Request(suite, "run-expired-3", "request"))).Run.Value);
        Assert.Equal(2, Model.Calls);
    }

    [Fact]
    public async Task ARequestOfARunThatIsBeingRemovedHasToWait()
    {
        var suite = await Ready("being-removed", 2);
        var grain = silos.Grains.Suite(Some.Tenant, suite.Definition.Name);
        await grain.Start(Some.Request(suite, "run-being-removed-1", "request"));
        await Some.Ended(silos.Grains, "run-being-removed-1", Cancellation);
        TwoSilos.Lost = call => call.InterfaceMethod is { Name: nameof(ISuiteGrain.Forget), DeclaringType.Name: nameof(ISuiteGrain) };
        try
        {
            await grain.Remove(new("run-being-removed-1"));
            await Assert.ThrowsAsync<LeavingException>(() => grain.Start(Some.Request(suite, "run-being-removed-2", "request")));
        }
        finally
        {
            TwoSilos.Lost = null;
        }

        await Gone("run-being-removed-1");
        Assert.Equal("run-being-removed-3", (await grain.Start(Some.Request(suite, "run-being-removed-3", "request"))).Run.Value);
        await Some.Ended(silos.Grains, "run-being-removed-3", Cancellation);
    }

    private static Task<SuiteContents> Ready(string name, int cases, TwoSilos silos)
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        return Some.Stored(silos.Grains, name, cases);
    }

    private Task<SuiteContents> Ready(string name, int cases) => Ready(name, cases, silos);

    private async Task Removed(SuiteContents suite, string run)
    {
        Assert.Equal(RemovalAnswer.Begun, await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Remove(new(run)));
        await Gone(run);
    }

    private Task Gone(string run) => Waiting.Until(async () => (await silos.Grains.Tenant(Some.Tenant).Open()).Runs.All(open => open.Run.Value != run));
}
