using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Grains.Monitors;
using Orleans.Core.Internal;

namespace Assize.Grains.Tests.Monitors;

[Collection(nameof(TwoSilos))]
public sealed class ConversationTests(TwoSilos silos)
{
    private static ScriptedModel Model => TwoSilos.Model;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AConversationThatEndsIsJudgedAsAWhole(bool keep)
    {
        var name = $"whole-{keep}";
        var monitor = await Begun(name, keep, idle: 60);

        using var measured = new Measured();

        await monitor.Take(Batch(1, keep, Turn(name, 1), Turn("other", 1)));
        Assert.Equal(0, Model.Calls);
        Assert.Equal(2, measured.Gauges()[$"assize.monitor.conversations.open{{monitor={Some.Tenant}/{name}}}"]);
        await monitor.Take(Batch(2, keep, Turn(name, 2, ends: true)));
        var ledger = await Judged(monitor, 1);

        var asked = Assert.Single(Model.Prompts).Messages[^1].Content;
        Assert.All([$"Question 1 of {name}", $"Answer 1 of {name}", $"Question 2 of {name}", $"Answer 2 of {name}"], text => Assert.Contains(text, asked, StringComparison.Ordinal));
        Assert.Equal((1L, 1, 0), (ledger.Watch.Scored, ledger.Conversations.Open.Count, ledger.Conversations.Closing.Length));
        // Counted once it is saved, which whoever looks at the monitor need not wait for.
        await Waiting.Until(() => measured.Sum($"assize.monitor.conversations{{monitor={Some.Tenant}/{name},outcome=complete}}") == 1);
        await Waiting.Until(async () => (await silos.Grains.Conversation(Some.Tenant, new(name), 1).Get()).Turns.Turns.IsEmpty);
    }

    [Fact]
    public async Task ASilentConversationIsJudgedWithoutAnotherCall()
    {
        var monitor = await Begun("silent-conversation", keep: true, idle: 0.001);

        await monitor.Take(Batch(1, keep: true, Turn("silent-conversation", 1)));

        Assert.Equal(1, (await Judged(monitor, 1)).Watch.Scored);
    }

    [Fact]
    public async Task KeptConversationsSurviveTheirSiloAndOthersAreCountedAsLost()
    {
        var kept = await Begun("surviving", keep: true, idle: 60);
        await kept.Take(Batch(1, keep: true, Turn("surviving", 1)));
        var unkept = await Begun("passing", keep: false, idle: 60);
        await unkept.Take(Batch(1, keep: false, Turn("passing", 1)));
        foreach (var name in new[] { "surviving", "passing" })
        {
            await silos.Grains.Conversation(Some.Tenant, new(name), 1).AsReference<IGrainManagementExtension>().DeactivateOnIdle(Cancellation);
        }

        await kept.Take(Batch(2, keep: true, Turn("surviving", 2, ends: true)));
        await unkept.Take(Batch(2, keep: false, Turn("passing", 2, ends: true)));

        Assert.Equal((1L, 0L), ((await Judged(kept, 1)).Watch.Scored, (await Judged(kept, 1)).Conversations.Lost));
        await Waiting.Until(async () => (await unkept.Status())!.Ledger.Conversations.Lost == 1);
        Assert.Equal(0, (await unkept.Status())!.Ledger.Watch.Sequence);
        Assert.Contains((await unkept.Status())!.Troubles, trouble => trouble.Contains("1 conversations were not judged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TurnsThatArriveWhileTheMonitorIsToldToJudgeThemApartAndToKeepNoTextAreJudgedAndNotKept(bool keep)
    {
        var name = $"apart-now-{keep}";
        var monitor = await Begun(name, keep, idle: 60);
        var standing = (await monitor.Status())!.Ledger.Spec;
        // One change is being saved, the next waits for that, and what is taken in meanwhile waits for both: each has begun when a later call is answered.
        // The test goes on by itself and not in the grain's turn, from which calls would go another way.
        var (saving, held, kept) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
        FaultyStorage.Holds = (state, grain) =>
        {
            var own = grain.ToString().Contains(name, StringComparison.Ordinal);
            kept += own && state is "segment" or "conversation" ? 1 : 0;
            return own && state == "monitor" && saving.TrySetResult() ? held.Task : Task.CompletedTask;
        };
        try
        {
            var described = monitor.Put(standing with { Definition = standing.Definition with { Description = "As before." } }, rebaseline: false);
            await saving.Task.WaitAsync(Cancellation);
            var apart = monitor.Put(standing with { Definition = standing.Definition with { Conversations = null, KeepText = false } }, rebaseline: true);
            await monitor.Status();
            var taken = monitor.Take(Batch(1, keep, Turn(name, 1), Turn(name, 2)));
            await monitor.Status();
            held.SetResult();
            await Task.WhenAll(described, apart, taken);
        }
        finally
        {
            FaultyStorage.Holds = null;
            held.TrySetResult();
        }

        MonitorLedger ledger = null!;
        await Waiting.Until(async () => (ledger = (await monitor.Status())!.Ledger).Intake.Pending.IsEmpty && ledger.Conversations.Closing.IsEmpty && ledger.Conversations.Open.IsEmpty);
        Assert.Equal((2L, "", 0), (ledger.Watch.Scored, string.Join(", ", ledger.Watch.Unscored), kept));
    }

    [Fact]
    public async Task ADeletedMonitorLeavesNoConversations()
    {
        var monitor = await Begun("deleted-talk", keep: true, idle: 60);
        await monitor.Take(Batch(1, keep: true, Turn("deleted-talk", 1)));

        await monitor.Delete();

        Assert.Empty((await silos.Grains.Conversation(Some.Tenant, new("deleted-talk"), 1).Get()).Turns.Turns);
    }

    private static TrafficBatch Batch(long number, bool keep, params ImmutableArray<Interaction> turns) => new("gateway", number)
    {
        Seen = ImmutableSortedDictionary<Slice, long>.Empty.Add(Slice.All, turns.Length),
        Expected = turns.Length,
        Drawn = [.. turns.Select(turn => new Drawn(turn, Slice.All, 1))],
        MayKeep = keep,
    };

    private static Interaction Turn(string conversation, int turn, bool ends = false)
    {
        var number = turn.ToString(CultureInfo.InvariantCulture);
        return new Interaction
        {
            Id = new($"{conversation}/{number}"), Conversation = new(conversation), Time = DateTimeOffset.UnixEpoch.AddMinutes(turn), Application = new("shop"),
            Messages = [new Message(Role.User, $"Question {number} of {conversation}")], Response = $"Answer {number} of {conversation}", Ends = ends,
        };
    }

    private async Task<IMonitorGrain> Begun(string name, bool keep, double idle)
    {
        Model.Reset();
        Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        var monitor = silos.Grains.Monitor(Some.Tenant, new(name));
        await monitor.Put(new MonitorSpec
        {
            Tenant = Some.Tenant,
            Definition = new MonitorDefinition
            {
                Name = new(name),
                Sampler = new SamplerSettings { Rate = 1 },
                Judge = Some.Definition(name).Judges[0],
                Baseline = new BaselineSettings { Known = new KnownScores(3.5, 1) },
                Alarm = new AlarmSettings { PerDay = 100 },
                KeepText = keep,
                Conversations = new ConversationSettings { IdleMinutes = idle },
            },
            Models = new ModelCards([Model.Card]),
            Changed = DateTimeOffset.UnixEpoch,
        }, rebaseline: false);
        return monitor;
    }

    private static async Task<MonitorLedger> Judged(IMonitorGrain monitor, long samples)
    {
        MonitorLedger? ledger = null;
        await Waiting.Until(async () => (ledger = (await monitor.Status())!.Ledger).Watch.Sequence >= samples);
        return ledger!;
    }
}
