using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Schedules;
using Assize.Grains.Monitors;
using Assize.Grains.Suites;
using Orleans.Core.Internal;

namespace Assize.Grains.Tests.Monitors;

[Collection(nameof(TwoSilos))]
public sealed class MonitorAnchorTests(TwoSilos silos)
{
    internal const int Items = 12;

    private static ScriptedModel Model => TwoSilos.Model;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARoundThatIsBrokenOffIsBegunAgainAndPaidForOnce()
    {
        var spec = await Spec("broken-off", Schedule.Daily, repeats: 3);
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var monitor = silos.Grains.Monitor(Some.Tenant, spec.Definition.Name);
        await monitor.Put(spec, rebaseline: false);
        await Waiting.Until(() => Model.Calls > 0);
        await monitor.AsReference<IGrainManagementExtension>().DeactivateOnIdle(Cancellation);
        gate.SetResult();
        Model.Gate = null;

        var ledger = await Until(monitor, ledger => ledger.Anchors!.Baseline is not null);

        Assert.Equal((3 * Items, 1L, 3L * Items), (Model.Calls, ledger.Anchors!.Rounds, ledger.Anchors.Scored));
        Assert.Equal(Items, ledger.Watch.Drift!.Anchors!.Slices.All.Length);
        Assert.True(ledger.Anchors.Due > TimeProvider.System.GetUtcNow().AddHours(23));
    }

    [Fact]
    public async Task TheFirstRoundCountsAsOfATimeWhereOneIsGiven()
    {
        var spec = await Spec("as-of", Schedule.Daily, repeats: 1) with { FirstRound = DateTimeOffset.UnixEpoch.AddDays(3) };
        var monitor = silos.Grains.Monitor(Some.Tenant, spec.Definition.Name);

        await monitor.Put(spec, rebaseline: false);
        var ledger = await Until(monitor, ledger => ledger.Anchors!.Baseline is not null);

        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(3), ledger.Anchors!.Baseline!.From);
        Assert.Equal(1, (await monitor.Put(spec with { FirstRound = null }, rebaseline: false)).Ledger.Spec.Revision);
    }

    [Fact]
    public async Task EveryRoundAsksTheJudgeAnew()
    {
        // As soon as one round is over the next one is due.
        var spec = await Spec("anew", new Schedule { EveryHours = 1e-9 }, repeats: 1);
        var monitor = silos.Grains.Monitor(Some.Tenant, spec.Definition.Name);
        await monitor.Put(spec, rebaseline: false);

        await Until(monitor, ledger => ledger.Anchors!.Rounds >= 3);
        await monitor.Pause(true);
        var ledger = await Until(monitor, ledger => ledger.Anchors!.Open is null);

        Assert.Equal((ledger.Anchors!.Rounds * Items, ledger.Anchors.Rounds * Items), (ledger.Anchors.Scored, Model.Calls));
        Assert.Equal((ledger.Anchors.Rounds - 1) * Items, ledger.Watch.Drift!.Track.Latest.Length);
        Assert.All(ledger.Watch.Drift.Track.Latest, one => Assert.Equal(0, one.Difference));
    }

    [Fact]
    public async Task AnotherJudgeIsBridgedToWhileThePresentOneGoesOn()
    {
        var spec = await Spec("bridge", Schedule.Daily, repeats: 2);
        var monitor = silos.Grains.Monitor(Some.Tenant, spec.Definition.Name);
        await monitor.Put(spec, rebaseline: false);
        await Until(monitor, ledger => ledger.Anchors!.Baseline is not null);
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, prompt.Contains("Be strict.", StringComparison.Ordinal) ? 3 : 4);
        var stricter = spec with { Definition = spec.Definition with { Judge = ((ScoreJudge)spec.Definition.Judge) with { Instructions = "Be strict." } } };

        var waiting = await monitor.Put(stricter, rebaseline: false);
        var built = await Until(monitor, ledger => ledger.Anchors!.Bridge?.Found is not null);

        Assert.Equal((spec.Judge, 1), (waiting.Ledger.Spec.Judge, waiting.Ledger.Spec.Revision));
        Assert.Equal((-1.0, (long)Items, spec.Judge), (built.Anchors!.Bridge!.Found!.Shift.Value, built.Anchors.Bridge.Found.Items, built.Spec.Judge));

        var carried = (await monitor.Decide(BridgeDecision.Carry, "ann")).Ledger;
        Assert.Equal((stricter.Judge, 2, -1.0), (carried.Spec.Judge, carried.Spec.Revision, carried.Watch.Baseline!.Correction!.Shift));
        Assert.Equal(2, (await silos.Grains.Monitors(Some.Tenant).List()).Find(spec.Definition.Name)!.Revision);
    }

    [Fact]
    public async Task AnchorsThatAreGoneAreATroubleAndNotASilence()
    {
        var spec = await Spec("gone", Schedule.Daily, repeats: 1);
        var monitor = silos.Grains.Monitor(Some.Tenant, spec.Definition.Name);
        await monitor.Put(spec with { Anchors = spec.Anchors! with { Plan = spec.Anchors.Plan with { Upload = "nowhere" } } }, rebaseline: false);

        MonitorStatus? status = null;
        await Waiting.Until(async () => (status = await monitor.Status())!.Hindrances.Length > 0);

        Assert.Contains("The anchors cannot be read: version version-of-anchors-gone of suite 'anchors-gone'", status!.Troubles[0], StringComparison.Ordinal);
        await monitor.Delete();
    }

    [Fact]
    public async Task TheSuiteOfTheAnchorsAndItsVersionStayAsLongAsAMonitorNeedsThem()
    {
        var everything = new Expiry(DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
        var spec = await Spec("anchors-stay", new Schedule { EveryHours = 24 }, repeats: 1);
        var suite = silos.Grains.Suite(Some.Tenant, spec.Anchors!.Suite);
        var first = (await suite.Get())!.Latest;
        var second = await suite.Commit(first with { Version = new("second"), Plan = (await Some.Stored(silos.Grains, "anchors-stay-too", Items)).Plan });
        var monitor = silos.Grains.Monitor(Some.Tenant, new("anchors-stay"));
        await monitor.Put(spec, rebaseline: false);

        await suite.Expire(everything);
        Assert.Equal([first.Version, second.Version], (await suite.Get())!.Versions.Select(version => version.Version));
        Assert.Equal(RemovalAnswer.Held, await suite.Leave());
        await Until(monitor, ledger => ledger.Anchors!.Baseline is not null);

        await monitor.Put(spec with { Anchors = AnchorSource.Of(spec.Definition.Anchors!, second).Source }, rebaseline: true);
        await suite.Expire(everything);
        Assert.Equal([second.Version], (await suite.Get())!.Versions.Select(version => version.Version));
        Assert.Equal(RemovalAnswer.Held, await suite.Leave());
        await Until(monitor, ledger => ledger.Anchors!.Baseline is not null);

        await monitor.Delete();
        Assert.Equal(RemovalAnswer.Begun, await suite.Leave());
        await Waiting.Until(async () => await suite.Leave() is RemovalAnswer.Absent);
    }

    private Task<MonitorSpec> Spec(string name, Schedule schedule, int repeats) => Spec(silos, name, schedule, repeats);

    internal static async Task<MonitorSpec> Spec(TwoSilos silos, string name, Schedule schedule, int repeats)
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        var suite = await Some.Stored(silos.Grains, $"anchors-{name}", Items);
        var settings = new AnchorSettings { Suite = suite.Definition.Name, Schedule = schedule, Repeats = repeats };
        return new MonitorSpec
        {
            Tenant = Some.Tenant,
            Definition = new MonitorDefinition
            {
                Name = new(name),
                Sampler = new SamplerSettings { Rate = 1 },
                Judge = Some.Definition(name).Judges[0],
                Baseline = new BaselineSettings { Known = new KnownScores(3.5, 1) },
                Alarm = new AlarmSettings { PerDay = 100 },
                Anchors = settings,
            },
            Models = new ModelCards([Model.Card]),
            Changed = DateTimeOffset.UnixEpoch,
            Anchors = AnchorSource.Of(settings, suite).Source,
        };
    }

    internal static async Task<MonitorLedger> Until(IMonitorGrain monitor, Func<MonitorLedger, bool> condition)
    {
        MonitorLedger? ledger = null;
        await Waiting.Until(async () => condition(ledger = (await monitor.Status())!.Ledger));
        return ledger!;
    }
}
