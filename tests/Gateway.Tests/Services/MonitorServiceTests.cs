using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using static Assize.Gateway.Tests.Services.SuiteServiceTests;

namespace Assize.Gateway.Tests.Services;

/// <summary>From an interaction to an alarm: real gRPC, and a simulated model over HTTP that judges.</summary>
[Collection(SharedCluster.Name)]
public sealed class MonitorServiceTests(ClusterFixture cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private V1.MonitorService.MonitorServiceClient Monitors => cluster.Connection.Monitors;

    [Fact]
    public async Task TrafficThatGetsWorseInOneLanguageRaisesAnAlarmThatNamesIt()
    {
        await Create("end-to-end");
        await Observed("end-to-end", Enumerable.Range(0, 400).Select(i => Turn("end-to-end", i, good: true)));
        var calm = await Judged("end-to-end", 400);

        Assert.Equal((V1.MonitorState.Watching, 0, 400L, 400L), (calm.State, calm.StandingAlarms, calm.Counts.Seen, calm.Counts.Drawn));
        Assert.Equal("Expected false alarms: at most one per 30 days (3,000 judged scores) while nothing changes.", calm.ExpectedFalseAlarms);
        Assert.Empty((await Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest { Monitor = "end-to-end", Resolved = true }, cancellationToken: Stop)).Alarms);

        var baselines = await Monitors.GetBaselineAsync(new V1.GetBaselineRequest { Monitor = "end-to-end" }, cancellationToken: Stop);
        var baseline = baselines.Baseline;
        Assert.Equal((calm.BaselineId, calm.JudgeVersion, calm.BaselineScores, 16), (baseline.Id, baseline.JudgeVersion, baseline.Scores, baseline.RubricHash.Length));
        Assert.Equal((calm.BaselineFromTime, calm.BaselineUntilTime), (baseline.FromTime, baseline.UntilTime));
        Assert.Equal((baseline.Scores, calm.BaselineMean), (baseline.Slices.Sum(slice => slice.Scores), baseline.Mean));
        Assert.Equal((null, null), (baselines.Anchors, baseline.Accepted));
        Assert.Equal(("tone", baseline.Scores), (Assert.Single(baseline.Criteria).Criterion, baseline.Criteria[0].Scores));

        using var watch = Monitors.WatchAlarms(new V1.WatchAlarmsRequest { Monitor = "end-to-end" }, cancellationToken: Stop);
        await Observed("end-to-end", Enumerable.Range(400, 200).Select(i => Turn("end-to-end", i, good: i % 2 == 1)));

        Assert.True(await watch.ResponseStream.MoveNext(Stop));
        var alarm = watch.ResponseStream.Current.Alarm;
        Assert.Equal((V1.AlarmDirection.Drop, V1.AlarmState.Open, 6000.0, "undecided: no anchors"), (alarm.Direction, alarm.State, alarm.Threshold, alarm.Verdict));
        Assert.Equal(("language=de", baseline.Id), (alarm.Slices[0].Slice, alarm.Baseline));
        Assert.Equal(V1.AlarmStream.Production, alarm.Stream);
        Assert.NotNull(alarm.ChangeTime);
        Assert.True(alarm.Slices[0].Within < -0.2, $"German explains {alarm.Slices[0].Within}");
        Assert.InRange(alarm.ChangedAt, 360, 440);
        Assert.NotEmpty(alarm.Examples);
        Assert.Equal(alarm.Examples, alarm.Shown.Select(example => example.Sample));
        Assert.Contains(alarm.Shown, example => example is { HasGrowth: true, HasBefore: true });
        Assert.True(alarm.Distances.Psi > alarm.Distances.PsiBySampling);
        // A worse text is worse in both.
        var tone = Assert.Single(alarm.Criteria);
        Assert.Equal(("tone", baseline.Criteria[0].Mean, alarm.Scores), (tone.Criterion, tone.MeanBefore, tone.Scores));
        Assert.True(tone is { ShiftHigh: < 0, P: < 0.05 }, tone.ToString());
        var drifting = await Judged("end-to-end", 600);
        Assert.Equal((V1.MonitorState.Drifting, 1), (drifting.State, drifting.StandingAlarms));
        // Of 600 turns 100 are bad; every fourth has feedback and a cost. The test may run over midnight.
        Assert.Equal((600L, 600L, 150L, 150L), (drifting.Days.Sum(day => day.Interactions), drifting.Days.Sum(day => day.LatencyMs.Values), drifting.Days.Sum(day => day.Feedback.Values), drifting.Days.Sum(day => day.Cost.Values)));
        Assert.Equal((500 * 500 + 100 * 1500, 100 - 50), ((int)Math.Round(drifting.Days.Sum(day => day.LatencyMs.Values * day.LatencyMs.Mean)), (int)Math.Round(drifting.Days.Sum(day => day.Feedback.Values * day.Feedback.Mean))));
        Assert.Equal(0.0025, drifting.Days[^1].Cost.Mean, 9);
        var cause = (await Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest { Monitor = "end-to-end" }, cancellationToken: Stop)).Alarms[0].Cause;
        Assert.Equal(("language=de", true, true), (cause.Slice, cause.WithinHigh < 0, cause.HasP));
        Assert.Equal(["mixture", "slices"], drifting.Detectors.Where(detector => detector.Guaranteed).Select(detector => detector.Detector));

        var resolved = (await Monitors.AcknowledgeAlarmAsync(
            new V1.AcknowledgeAlarmRequest { Monitor = "end-to-end", Alarm = 1, State = V1.AlarmState.Resolved, By = "ann", Note = "rolled back" }, cancellationToken: Stop)).Alarm;
        Assert.Equal(("ann", V1.AlarmState.Resolved), (resolved.History[^1].By, resolved.State));
        Assert.Equal(V1.MonitorState.Watching, (await Get("end-to-end")).State);
    }

    [Fact]
    public async Task TrafficThatIsSentAgainChangesNothing()
    {
        await Create("sent-again");
        V1.Interaction[] turns = [.. Enumerable.Range(0, 60).Select(i => Turn("sent-again", i, good: true))];
        await Observed("sent-again", turns);
        var before = await Judged("sent-again", 60);

        using var call = cluster.Connection.Traffic.Upload(cancellationToken: Stop);
        await call.RequestStream.WriteAsync(new V1.UploadRequest { Interactions = { turns } }, Stop);
        await call.RequestStream.CompleteAsync();
        Assert.Equal((60L, 0L), ((await call).Accepted, (await call).RefusedCount));
        await cluster.Connection.Traffic.RecordAsync(new V1.RecordRequest { Interactions = { turns[0], turns[0], Turn("sent-again", 60, good: true) } }, cancellationToken: Stop);

        var after = await Judged("sent-again", 61);
        Assert.Equal((60L, 61L, 61L, 0L), (before.Counts.Seen, after.Counts.Seen, after.Counts.Drawn, after.Counts.RepeatedSamples));
    }

    [Fact]
    public async Task AnInteractionThatIsWrongIsRefusedByItselfAndSaysWhy()
    {
        await Create("wrong-turns");
        var (nameless, timeless, silent) = (Turn("wrong-turns", 0, good: true), Turn("wrong-turns", 1, good: true), Turn("wrong-turns", 2, good: true));
        nameless.Id = "";
        timeless.Time = null;
        silent.Messages.Clear();

        var answer = await cluster.Connection.Traffic.RecordAsync(
            new V1.RecordRequest { Interactions = { nameless, timeless, silent, Turn("wrong-turns", 3, good: true) } }, cancellationToken: Stop);

        Assert.Equal(1, answer.Accepted);
        Assert.Equal(["", timeless.Id, silent.Id], answer.Refused.Select(refused => refused.Id));
        Assert.StartsWith("time: ", answer.Refused[1].Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await Judged("wrong-turns", 1)).Counts.Seen);
    }

    [Fact]
    public async Task AMonitorIsUpdatedPausedResumedAndDeleted()
    {
        await Create("changing");
        Mistaken(await Refused(() => Create("changing")), "name");
        var faster = Definition("changing");
        faster.Sampler.Rate = 0.5;
        Assert.Equal(2, (await Monitors.UpdateMonitorAsync(new V1.UpdateMonitorRequest { Definition = faster }, cancellationToken: Stop)).Monitor.Revision);
        Assert.Equal(2, (await Monitors.UpdateMonitorAsync(new V1.UpdateMonitorRequest { Definition = faster }, cancellationToken: Stop)).Monitor.Revision);
        Assert.Equal(faster, (await Get("changing")).Definition);

        Assert.Equal(V1.MonitorState.Paused, (await Monitors.PauseMonitorAsync(new V1.PauseMonitorRequest { Monitor = "changing" }, cancellationToken: Stop)).Monitor.State);
        await Observed("changing", [Turn("changing", 0, good: true)]);
        Assert.Equal(0, (await Get("changing")).Counts.Seen);
        await Monitors.ResumeMonitorAsync(new V1.ResumeMonitorRequest { Monitor = "changing" }, cancellationToken: Stop);
        await Observed("changing", [Turn("changing", 1, good: true)]);
        Assert.Equal(1, (await Get("changing")).Counts.Seen);
        Assert.Contains((await Monitors.ListMonitorsAsync(new V1.ListMonitorsRequest(), cancellationToken: Stop)).Monitors, monitor => monitor.Definition.Name == "changing");

        await Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest { Monitor = "changing" }, cancellationToken: Stop);
        Missing("changing", await Refused(() => Get("changing")));
        await Observed("changing", [Turn("changing", 2, good: true)]);
    }

    [Fact]
    public async Task EveryMistakeOfADefinitionIsTold()
    {
        var wrong = Definition("wrong");
        wrong.Sampler.Rate = 2;
        wrong.Judge.Score.Model = "nobody";

        var refused = await Refused(() => Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = wrong }, cancellationToken: Stop).ResponseAsync);

        Assert.Equal(["sampler.rate", "judge.model"], Mistaken(refused).Select(violation => violation.Field));
    }

    internal static V1.MonitorDefinition Definition(string name) => new()
    {
        Name = name,
        From = new V1.TrafficFilter { Applications = { name } },
        Sampler = new V1.SamplerSettings { Rate = 1 },
        Judge = new V1.Judge
        {
            Name = "helpful",
            Score = new V1.ScoreJudge
            {
                Model = "fast", Per = V1.JudgeScope.Conversation, Criteria =
                {
                    new V1.Criterion { Name = "quality", Question = "Does it help?", Scale = new V1.Scale { Min = 1, Max = 5, Step = 1 } },
                    new V1.Criterion { Name = "tone", Question = "Is it polite?", Scale = new V1.Scale { Min = 1, Max = 5, Step = 1 } },
                },
            },
        },
        Criterion = "quality",
        Slices = { "language" },
        Baseline = new V1.BaselineSettings { Scores = 200 },
        Alarm = new V1.AlarmSettings { Days = 30, PerDay = 100, DropWeight = 0.5, SilenceMinutes = 60 },
        KeepText = true,
    };

    private static V1.Interaction Turn(string application, int i, bool good)
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        var turn = new V1.Interaction
        {
            Id = $"{application}-{number}",
            Time = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
            Application = application,
            Messages = { new V1.Message { Role = V1.Role.User, Content = $"Where is my parcel with the number {number} today?" } },
            Response = good ? $"The parcel with number {number} is in the van." : "Hm.",
            Properties = { ["language"] = i % 2 == 0 ? "de" : "en" },
            LatencyMs = good ? 500 : 1500,
        };
        if (i % 4 == 0)
        {
            (turn.Feedback, turn.CostMicros) = (good ? 1 : -1, 2500);
        }

        return turn;
    }

    private async Task<V1.Monitor> Create(string name) =>
        (await Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = Definition(name) }, cancellationToken: Stop)).Monitor;

    private async Task<V1.Monitor> Get(string name) => (await Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = name }, cancellationToken: Stop)).Monitor;

    /// <summary>Sends interactions as a stream, and returns when all are acknowledged.</summary>
    private async Task Observed(string name, IEnumerable<V1.Interaction> interactions)
    {
        using var call = cluster.Connection.Traffic.Observe(cancellationToken: Stop);
        var sequence = 0L;
        var accepted = 0L;
        var reading = Task.Run(async () =>
        {
            var next = 1L;
            await foreach (var answer in call.ResponseStream.ReadAllAsync(Stop))
            {
                Assert.Equal(next++, answer.Sequence);
                accepted += answer.Accepted;
            }
        }, Stop);
        var sent = 0L;
        foreach (var part in interactions.Chunk(25))
        {
            await call.RequestStream.WriteAsync(new V1.ObserveRequest { Sequence = ++sequence, Interactions = { part } }, Stop);
            sent += part.Length;
        }

        await call.RequestStream.CompleteAsync();
        await reading;
        Assert.True(sent == accepted, $"{accepted} of {sent} interactions of {name} were accepted");
    }

    private async Task<V1.Monitor> Judged(string name, long samples)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        V1.Monitor monitor;
        while ((monitor = await Get(name)).Counts is var counts && counts.Scored + counts.Unscored.Values.Sum() < samples)
        {
            await often.WaitForNextTickAsync(deadline.Token);
        }

        return monitor;
    }
}
