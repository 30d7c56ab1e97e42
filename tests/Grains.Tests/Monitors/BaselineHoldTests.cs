using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Schedules;
using Assize.Evaluation.Suites;
using Assize.Grains.Monitors;
using Assize.Grains.Suites;

namespace Assize.Grains.Tests.Monitors;

/// <summary>The run that a benchmark is held against stays as long as a monitor needs it, and no longer.</summary>
[Collection(nameof(TwoSilos))]
public sealed class BaselineHoldTests(TwoSilos silos)
{
    private static readonly Expiry Everything = new(DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);

    private static ScriptedModel Model => TwoSilos.Model;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ABaselineRunIsRemovedNeitherByHandNorByAgeUntilAnotherTakesItsPlace()
    {
        var (suite, runs) = await Ready("held");
        var monitor = silos.Grains.Monitor(Some.Tenant, new("held"));
        await Some.Reported(silos.Grains, suite, "held-1", Cancellation);
        await Some.Reported(silos.Grains, suite, "held-2", Cancellation);
        await Some.Reported(silos.Grains, suite, "held-3", Cancellation);
        await monitor.Put(Spec("held", suite, "held-1"), rebaseline: false);
        await Holds(runs, "held-1", "held");

        Assert.Equal(RemovalAnswer.Held, await runs.Remove(new("held-1")));
        await runs.Expire(Everything with { Runs = DateTimeOffset.UnixEpoch.AddDays(1) });
        await Gone("held-3");
        Assert.NotNull(await silos.Grains.Run(new("held-1")).Spec());

        await monitor.Put(Spec("held", suite, "held-1") with { Definition = Spec("held", suite, "held-1").Definition with { Description = "as before" } }, rebaseline: false);
        Assert.Equal(RemovalAnswer.Held, await runs.Remove(new("held-1")));
        await Some.Reported(silos.Grains, suite, "held-4", Cancellation);
        await monitor.Put(Spec("held", suite, "held-4"), rebaseline: false);
        await Holds(runs, "held-4", "held");
        await Holds(runs, "held-1");
        Assert.Equal(RemovalAnswer.Begun, await runs.Remove(new("held-1")));

        await monitor.Delete();
        Assert.Empty((await runs.Holders(new("held-4"))).Monitors);
        Assert.Equal(RemovalAnswer.Begun, await runs.Remove(new("held-4")));
        await Waiting.Until(async () => (await silos.Grains.Tenant(Some.Tenant).Open()).Runs.IsEmpty);
    }

    [Fact]
    public async Task ARunIsHeldAndLetGoThoughTheWordOfItWasLost()
    {
        var (suite, runs) = await Ready("held-lost");
        var monitor = silos.Grains.Monitor(Some.Tenant, new("held-lost"));
        await Some.Reported(silos.Grains, suite, "lost-1", Cancellation);
        await Some.Reported(silos.Grains, suite, "lost-2", Cancellation);
        var lost = 0;
        TwoSilos.Lost = call => call.InterfaceMethod is { Name: nameof(ISuiteGrain.Hold), DeclaringType.Name: nameof(ISuiteGrain) } && call.Request.GetArgument(0) is RunId { Value: "lost-1" } && ++lost <= 3;
        try
        {
            await monitor.Put(Spec("held-lost", suite, "lost-1"), rebaseline: false);
            await Waiting.Until(() => lost > 0);
            // Named before anybody was asked.
            Assert.Contains((await monitor.Status())!.Ledger.Held, held => held.Run.Value == "lost-1");
            await Holds(runs, "lost-1", "held-lost");

            lost = 0;
            await monitor.Put(Spec("held-lost", suite, "lost-2"), rebaseline: false);
            await Waiting.Until(() => lost > 0);
            Assert.Contains((await monitor.Status())!.Ledger.Held, held => held.Run.Value == "lost-1");
            await Holds(runs, "lost-1");
        }
        finally
        {
            TwoSilos.Lost = null;
        }

        await Waiting.Until(async () => (await monitor.Status())!.Ledger.Held is [{ Run.Value: "lost-2" }]);
        await monitor.Delete();
        Assert.Empty((await runs.Holders(new("lost-2"))).Monitors);
    }

    [Fact]
    public async Task TheFirstCompleteRunIsHeldToo()
    {
        var (suite, runs) = await Ready("held-first");
        var monitor = silos.Grains.Monitor(Some.Tenant, new("held-first"));
        await monitor.Put(Spec("held-first", suite, null), rebaseline: false);
        await Waiting.Until(async () => (await monitor.Status())!.Ledger.Held.Length == 1);
        var baseline = (await monitor.Status())!.Ledger.Benchmark!.Baseline!.Value;

        await Holds(runs, baseline.Value, "held-first");
        await monitor.Delete();
        Assert.Empty((await runs.Holders(baseline)).Monitors);
    }

    [Fact]
    public async Task ABaselineRunThatIsGoneIsTold()
    {
        var (suite, _) = await Ready("held-gone");
        var monitor = silos.Grains.Monitor(Some.Tenant, new("held-gone"));
        await monitor.Put(Spec("held-gone", suite, "nowhere"), rebaseline: false);

        await Waiting.Until(async () => (await monitor.Status())!.Troubles.Any(trouble => trouble.Contains("its baseline run nowhere is not kept any more. Name another run", StringComparison.Ordinal)));
        Assert.Empty((await monitor.Status())!.Ledger.Held);
        await monitor.Delete();
    }

    private async Task<(SuiteContents Suite, ISuiteGrain Runs)> Ready(string name)
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        await silos.ForgetLimits();
        return (await Some.Stored(silos.Grains, name, 6), silos.Grains.Suite(Some.Tenant, new(name)));
    }

    private static Task Holds(ISuiteGrain runs, string run, params string[] monitors) =>
        Waiting.Until(async () => (await runs.Holders(new(run))).Monitors.Select(monitor => monitor.Value).SequenceEqual(monitors));

    private Task Gone(string run) => Waiting.Until(async () => await silos.Grains.Run(new(run)).Spec() is null);

    private static MonitorSpec Spec(string name, SuiteContents suite, string? baseline) => new()
    {
        Tenant = Some.Tenant,
        Definition = new MonitorDefinition
        {
            Name = new(name), Sampler = new SamplerSettings { Rate = 1 }, Judge = suite.Definition.Judges[0],
            Baseline = new BaselineSettings { Known = new KnownScores(3.5, 1) }, Alarm = new AlarmSettings { PerDay = 100 },
            Benchmark = new BenchmarkSettings { Suite = suite.Definition.Name, Baseline = baseline is null ? null : new(baseline), Schedule = new Schedule { EveryHours = 1000 } },
        },
        Models = new ModelCards([Model.Card]),
        Changed = TimeProvider.System.GetUtcNow(),
        Benchmark = new BenchmarkSource(suite.Definition.Name, suite.Version, new("recorded"), new ModelCards([Model.Card]), "test"),
    };
}
