using System.Diagnostics.Metrics;
using Assize.Evaluation;
using Assize.Evaluation.Traffic;
using Assize.Grains;
using Assize.Grains.Tests;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using static Assize.Gateway.Tests.Services.SuiteServiceTests;

namespace Assize.Gateway.Tests.Services;

/// <summary>What of traffic reaches a judge, over real gRPC.</summary>
[Collection(SharedCluster.Name)]
public sealed class TrafficTests(ClusterFixture cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AJudgeIsNeverShownWhatIsPersonal()
    {
        await cluster.Watch("personal", monitor => monitor.KeepText = true);

        await cluster.Record(Turn("personal", 1, "I am Ann, ann@personal.example, card 4111 1111 1111 1111.", "Thank you, ann@personal.example!"));

        var asked = await cluster.Heard("I am Ann");
        Assert.Contains("I am Ann, [redacted email], card [redacted card].", asked, StringComparison.Ordinal);
        Assert.Contains("Thank you, [redacted email]!", asked, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.Listening.Heard, text => text.Contains("ann@personal.example", StringComparison.Ordinal) || text.Contains("4111", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASourceThatIsNotDeclaredSafeIsNotKept()
    {
        var refused = await Refused(() => cluster.Watch("secretive", monitor => monitor.KeepText = true));

        Assert.Equal("keepText", Assert.Single(Mistaken(refused)).Field);
        Assert.Contains("Traffic:Sources:secretive:KeepText", Mistaken(refused)[0].Description, StringComparison.Ordinal);

        var everything = await Refused(() => cluster.Watch("everything", monitor =>
        {
            monitor.KeepText = true;
            monitor.From = new V1.TrafficFilter();
        }));
        Assert.Contains("Traffic:KeepText", Assert.Single(Mistaken(everything)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNotKeptIsJudgedAllTheSame()
    {
        await cluster.Watch("secretive", _ => { });

        await cluster.Record(Turn("secretive", 1, "A secret question.", "A secret answer."));

        Assert.Contains("A secret answer.", await cluster.Heard("A secret question."), StringComparison.Ordinal);
        // It was judged before it was acknowledged.
        Assert.Equal(1, (await cluster.Connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "secretive" }, cancellationToken: Stop)).Monitor.Counts.Unscored.Values.Sum());
    }

    [Fact]
    public async Task AConversationIsShownToTheJudgeWhenItEnds()
    {
        await cluster.Watch("talking", monitor =>
        {
            monitor.KeepText = true;
            monitor.Conversations = new V1.ConversationSettings { IdleMinutes = 60 };
        });
        V1.Interaction[] turns = [Turn("talking", 1, "Where is parcel seven?", "In the van."), Turn("talking", 2, "And when does seven come?", "Today.")];
        foreach (var turn in turns)
        {
            turn.Conversation = "talk";
        }

        turns[1].Ends = true;
        turns[1].Time = Timestamp.FromDateTimeOffset(turns[0].Time.ToDateTimeOffset().AddMinutes(1));

        await cluster.Record(turns[0]);
        var open = (await cluster.Connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "talking" }, cancellationToken: Stop)).Monitor;
        await cluster.Record(turns[1]);

        Assert.Equal((1L, 60.0), (open.Counts.OpenConversations, open.Definition.Conversations.IdleMinutes));
        var asked = await cluster.Heard("And when does seven come?");
        Assert.All(["Where is parcel seven?", "In the van.", "Today."], text => Assert.Contains(text, asked, StringComparison.Ordinal));
        Assert.Single(cluster.Listening.Heard, text => text.Contains("Where is parcel seven?", StringComparison.Ordinal) && !text.Contains("I heard you.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AConversationWhoseIdIsPersonalIsDrawnOnceAndNotByTwoNames()
    {
        await cluster.Watch("written-to", monitor =>
        {
            monitor.Conversations = new V1.ConversationSettings { IdleMinutes = 60 };
            monitor.Sampler.Rate = 0.5;
        });
        await cluster.Record(Enumerable.Range(0, 60).Select(i =>
        {
            var turn = Turn("written-to", i, FormattableString.Invariant($"Question {i}?"), FormattableString.Invariant($"Answer {i}."));
            turn.Conversation = FormattableString.Invariant($"user{i}@written.example");
            return turn;
        }));

        // A monitor that drew again by the other name would leave half of those out that were drawn with one half.
        var after = await Counted("written-to", counts => counts.Seen == 60);
        Assert.InRange(after.Drawn, 15, 45);
        Assert.Equal(after.Drawn, after.OpenConversations);
    }

    [Fact]
    public async Task ASliceIsRedactedByTheRuleThatRedactsItsProperty()
    {
        await cluster.Watch("customers", monitor => monitor.Slices.Add(["language", "customer"]));
        var turn = Turn("customers", 1, "Where?", "There.");
        turn.Properties.Add(new Dictionary<string, string> { ["language"] = "de", ["customer"] = "C123456" });

        await cluster.Record(turn);

        var ledger = (await cluster.Grains.Monitor(TenantName.Default, new("customers")).Status())!.Ledger;
        Assert.Equal("language=de, customer=[redacted customer]", Assert.Single(ledger.Intake.SeenBySlice).Key.Value);
    }

    [Fact]
    public async Task AMonitorThatIsDeletedAndMadeAnewIsDrawnForByItsNewDefinition()
    {
        await cluster.Watch("made-anew", _ => { });
        await cluster.Record(Turn("made-anew", 1, "Before?", "Yes."));
        await cluster.Connection.Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest { Monitor = "made-anew" }, cancellationToken: Stop);
        await cluster.Watch("made-anew", monitor => monitor.Slices.Add("language"));

        await cluster.Record(Turn("made-anew", 2, "And now?", "Yes."));

        var ledger = (await cluster.Grains.Monitor(TenantName.Default, new("made-anew")).Status())!.Ledger;
        Assert.Equal("language=(none)", Assert.Single(ledger.Intake.SeenBySlice).Key.Value);
    }

    [Fact]
    public async Task AJudgeThatIsBehindHoldsNobodyUpAndWhatIsLeftOutIsCounted()
    {
        await cluster.Watch("thinning", monitor =>
        {
            monitor.KeepText = true;
            monitor.Judge.Score.Model = "stuck";
        });
        using var held = cluster.Listening.Hold();
        // One batch may wait for each of these, and 256 may in all.
        for (var i = 0; i < 300; i++)
        {
            await cluster.Record(Turn("thinning", i, "Anybody?", "Nobody."));
        }

        var counts = (await cluster.Connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "thinning" }, cancellationToken: Stop)).Monitor.Counts;
        Assert.Equal((300L, 300L, 0L), (counts.Seen, counts.Drawn + counts.Thinned, counts.OverBudget));
        Assert.InRange(counts.Thinned, 1, 44);
        Assert.InRange(counts.Expected, counts.Drawn - 20, counts.Drawn + 20);
        held.Dispose();
        await cluster.Connection.Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest { Monitor = "thinning" }, cancellationToken: Stop);
    }

    [Theory]
    [InlineData(V1.Role.Unspecified)]
    [InlineData((V1.Role)17)]
    public async Task AnInteractionWithARoleThatNobodyKnowsIsRefusedByItselfAndTheStreamGoesOn(V1.Role role)
    {
        var strange = Turn("roles", 1, "Who asks?", "Nobody.");
        strange.Messages[0].Role = role;
        using var call = cluster.Connection.Traffic.Observe(cancellationToken: Stop);
        await call.RequestStream.WriteAsync(new V1.ObserveRequest { Sequence = 1, Interactions = { strange, Turn("roles", 2, "And now?", "Somebody.") } }, Stop);
        await call.RequestStream.WriteAsync(new V1.ObserveRequest { Sequence = 2, Interactions = { Turn("roles", 3, "Still?", "Yes.") } }, Stop);
        await call.RequestStream.CompleteAsync();

        Assert.True(await call.ResponseStream.MoveNext(Stop));
        var first = call.ResponseStream.Current;
        Assert.Equal(("roles-1", 1), (Assert.Single(first.Refused).Id, first.Accepted));
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Empty(call.ResponseStream.Current.Refused);
    }

    [Fact]
    public async Task AStreamWhoseTextsAreNotKeptIsReadOnWhileItsJudgeIsBehind()
    {
        await cluster.Watch("unkept-behind", monitor => monitor.Judge.Score.Model = "stuck");
        using var held = cluster.Listening.Hold();
        using var call = cluster.Connection.Traffic.Observe(cancellationToken: Stop);
        for (var i = 1; i <= 300; i++)
        {
            await call.RequestStream.WriteAsync(new V1.ObserveRequest { Sequence = i, Interactions = { Turn("unkept-behind", i, "Anybody?", "Nobody.") } }, Stop);
        }

        await call.RequestStream.CompleteAsync();
        var during = await Counted("unkept-behind", counts => counts.Seen == 300);
        held.Dispose();
        var acknowledged = 0;
        while (await call.ResponseStream.MoveNext(Stop))
        {
            Assert.Equal(++acknowledged, call.ResponseStream.Current.Sequence);
        }

        var after = await Counted("unkept-behind", _ => true);
        Assert.Equal((0L, 300, 300L), (during.Drawn, acknowledged, after.Drawn + after.Thinned));
        Assert.InRange(after.Drawn, 1, 20);
        Assert.Equal(after.Drawn, after.Unscored.Values.Sum());
    }

    [Fact]
    public async Task AJudgeThatHasTimeJudgesAllAgainAfterABatchThatWasTooLarge()
    {
        await cluster.Watch("unkept-idle", monitor => monitor.Judge.Score.Model = "fast");
        // No more than 8 find room at first.
        await cluster.Record(Enumerable.Range(0, 100).Select(i => Turn("unkept-idle", i, FormattableString.Invariant($"Question {i}?"), FormattableString.Invariant($"Answer {i}."))));
        var first = await Counted("unkept-idle", counts => counts.Seen == 100);
        for (var batch = 1; batch <= 20; batch++)
        {
            await cluster.Record(Enumerable.Range(batch * 100, 5).Select(i => Turn("unkept-idle", i, FormattableString.Invariant($"Question {i}?"), FormattableString.Invariant($"Answer {i}."))));
        }

        var after = await Counted("unkept-idle", counts => counts.Seen == 200);
        Assert.True(first.Thinned > 0, "the first batch found room");
        Assert.InRange(after.Drawn - first.Drawn, 80, 100);
        Assert.Equal(200, after.Drawn + after.Thinned);
    }

    [Fact]
    public async Task OtherSettingsOfTheAlarmAreTriedOnStoredScoresAndNoModelIsAsked()
    {
        await cluster.Watch("tried", monitor =>
        {
            monitor.Judge.Score.Model = "fast";
            monitor.Baseline = new V1.BaselineSettings { Known = new V1.KnownScores { Mean = 4.9, Deviation = 0.2 } };
            monitor.Alarm = new V1.AlarmSettings { PerDay = 100 };
        });
        await cluster.Record(Enumerable.Range(0, 60).Select(i => Turn("tried", i, FormattableString.Invariant($"Question {i}?"), FormattableString.Invariant($"Answer {i}."))));
        var asked = cluster.Fast.Stats.Requests;

        var own = await cluster.Connection.Monitors.BacktestMonitorAsync(new V1.BacktestMonitorRequest { Monitor = "tried" }, cancellationToken: Stop);
        var monitor = (await cluster.Connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "tried" }, cancellationToken: Stop)).Monitor;
        var patient = monitor.Definition.Clone();
        patient.Alarm.Days = 1000;
        var tried = await cluster.Connection.Monitors.BacktestMonitorAsync(new V1.BacktestMonitorRequest { Monitor = "tried", Definition = patient }, cancellationToken: Stop);
        var another = monitor.Definition.Clone();
        another.Judge.Score.Model = "listening";
        another.Slices.Add("language");
        var refused = await Refused(() => cluster.Connection.Monitors.BacktestMonitorAsync(new V1.BacktestMonitorRequest { Monitor = "tried", Definition = another }, cancellationToken: Stop).ResponseAsync);

        Assert.Equal((monitor.Counts.Scored, monitor.Level), (own.Scores, own.Level));
        Assert.InRange(tried.Level, 0, own.Level / 2);
        Assert.Contains("one per 1000 days", tried.ExpectedFalseAlarms, StringComparison.Ordinal);
        Assert.Equal(["judge", "slices"], Mistaken(refused).Select(mistake => mistake.Field));
        Assert.Contains("no texts", Mistaken(refused)[0].Description, StringComparison.Ordinal);
        Assert.Equal(asked, cluster.Fast.Stats.Requests);
    }

    [Fact]
    public async Task ANumberOrATimeThatIsNoneCostsItsOwnInteractionAndNoOther()
    {
        await cluster.Watch("odd-numbers", _ => { });
        V1.Interaction Odd(int number, Action<V1.Interaction> odd)
        {
            var turn = Turn("odd-numbers", number, "When?", "Then.");
            odd(turn);
            return turn;
        }

        var answer = await cluster.Connection.Traffic.RecordAsync(new V1.RecordRequest
        {
            Interactions =
            {
                Odd(1, turn => turn.LatencyMs = double.NaN), Odd(2, turn => turn.LatencyMs = -1), Odd(3, turn => turn.Feedback = double.PositiveInfinity),
                Odd(4, turn => turn.Time = new Timestamp { Seconds = 1_764_241_000_000 }), Odd(5, _ => { }), Odd(6, turn => turn.LatencyMs = 1e200), Odd(7, turn => turn.CostMicros = -1),
            },
        }, cancellationToken: Stop);

        Assert.Equal(["odd-numbers-1", "odd-numbers-2", "odd-numbers-3", "odd-numbers-4", "odd-numbers-6", "odd-numbers-7"], answer.Refused.Select(refused => refused.Id));
        Assert.Equal(1, (await Counted("odd-numbers", counts => counts.Drawn == 1)).Seen);
    }

    [Fact]
    public async Task AConversationWithoutANameIsRefusedAndSoIsANameThatIsAText()
    {
        V1.Interaction[] odd = [.. Enumerable.Range(1, 4).Select(i => Turn("odd-names", i, "Who?", "You."))];
        odd[0].Conversation = "";
        odd[1].Conversation = new string('c', 257);
        odd[2].Model = new string('m', 257);
        odd[3].Properties.Add(new string('p', 257), "x");

        var answer = await cluster.Connection.Traffic.RecordAsync(new V1.RecordRequest { Interactions = { odd } }, cancellationToken: Stop);

        Assert.Equal(odd.Select(one => one.Id), answer.Refused.Select(refused => refused.Id));
        Assert.Contains("conversation", answer.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Contains("eave it out", answer.Refused[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatComesInIsCountedByItsWayAndByWhatBecameOfIt()
    {
        await cluster.Watch("counted", _ => { });
        using var measured = new Measured();
        var (good, wrong) = (Turn("counted", 1, "Write to ann@counted.example and to bob@counted.example.", "Done."), Turn("counted", 2, "When?", "Then."));
        wrong.Time = null;

        await cluster.Record(good);
        await cluster.Record(good);
        var refused = await cluster.Connection.Traffic.RecordAsync(new V1.RecordRequest { Interactions = { wrong } }, cancellationToken: Stop);

        Assert.Single(refused.Refused);
        Assert.Equal((1, 1, 1), (Received("accepted"), Received("repeated"), Received("refused")));
        Assert.Equal(2, measured.Sum("assize.traffic.redactions{detector=email}"));
        Assert.Equal((1, 1), (measured.Sum("assize.monitor.expected{monitor=default/counted}"), measured.Sum("assize.monitor.sampled{monitor=default/counted}")));
        Assert.Equal((1, 0), (measured.Gauges()["assize.monitor.share{monitor=default/counted}"], measured.Gauges()["assize.traffic.unsafe{}"]));

        double Received(string outcome) => measured.Sum($"assize.traffic.interactions{{outcome={outcome},way=api}}");
    }

    [Fact]
    public async Task WhatTrafficSaysOfItselfIsMeasuredOnceDrawnOrNotAndByTheSourcesThatAreDeclared()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var declared = new Measured(meters);
        var shop = new TrafficTelemetry(meters, new MonitorNames(), new TrafficPolicy(SourcePolicy.Default, TrafficPolicy.Default.Sources.Add(new("shop"), SourcePolicy.Default)));
        shop.Begin();
        shop.Said(new Interaction { Id = new("1"), Time = DateTimeOffset.UnixEpoch, Application = new("shop"), Messages = [], Response = "", Cost = 0.25m });
        Assert.Equal((0.25, 0, 0), (declared.Sum("assize.traffic.cost{source=shop}"), declared.Sum("assize.traffic.cost{source=other}"), declared.Sum("assize.traffic.feedback{source=shop,verdict=negative}")));

        // Nobody watches it: it is counted all the same.
        using var measured = new Measured();
        var (said, silent) = (Turn("unwatched-figures", 1, "When?", "Then."), Turn("unwatched-figures", 2, "Who?", "They."));
        (said.LatencyMs, said.CostMicros, said.Feedback) = (1500, 2500, -0.5);
        await cluster.Connection.Traffic.RecordAsync(new V1.RecordRequest { Interactions = { said, silent, said } }, cancellationToken: Stop);

        Assert.Equal((1.5, 0.0025), (measured.Sum("assize.traffic.latency{source=other}"), measured.Sum("assize.traffic.cost{source=other}")));
        Assert.Equal(1, measured.Sum("assize.traffic.feedback{source=other,verdict=negative}"));
    }

    private async Task<V1.MonitorCounts> Counted(string monitor, Func<V1.MonitorCounts, bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var counts = (await cluster.Connection.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = monitor }, cancellationToken: Stop)).Monitor.Counts;
            if (condition(counts))
            {
                return counts;
            }

            await often.WaitForNextTickAsync(deadline.Token);
        }
    }

    internal static V1.Interaction Turn(string application, int number, string question, string answer) => new()
    {
        Id = FormattableString.Invariant($"{application}-{number}"),
        Time = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
        Application = application,
        Messages = { new V1.Message { Role = V1.Role.User, Content = question } },
        Response = answer,
    };
}
