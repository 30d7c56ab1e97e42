using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class AllotmentTests
{
    private const int AnHour = 1000;

    /// <summary>Midnight.</summary>
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 0, 0, 0, TimeSpan.Zero);

    private static readonly MonitorDefinition Split = SomeMonitor.Definition with
    {
        Sampler = new SamplerSettings { Rate = 1, PerDay = 1200, Allocation = new AllocationSettings { Floor = 60 } },
        Baseline = new BaselineSettings { Scores = 2000 },
    };

    [Fact]
    public void ABudgetIsSplitByTrafficFloorsAndSpreadAndIsSpentWithinItsDay()
    {
        var days = Days(Split, 3);

        foreach (var day in days[1..])
        {
            Assert.InRange(day.Length, 1080, 1200);
            var count = day.CountBy(drawn => drawn.Slice.Value).ToDictionary();
            // 600 as the traffic is: 534, 60 and 6. Then 54 to the French floor. Of the other 546 two thirds to German and a third to English: 0.89 * 0.45 against 0.1 * 2.
            Assert.InRange(count["language=de"], 760, 960);
            Assert.InRange(count["language=en"], 190, 290);
            Assert.InRange(count["language=fr"], 60 * 0.6, 90);
        }
    }

    [Fact]
    public void WhatIsDrawnByUnequalRatesEstimatesAllTraffic()
    {
        var day = Days(Split, 3)[2];
        double[] inclusions = [.. day.Select(drawn => drawn.Inclusion)];
        var estimate = PopulationEstimate.Hajek([.. day.Select(drawn => drawn.Score)], inclusions);

        // The mean over the traffic: 0.89·4 + 0.1·3 + 0.01·2 = 3.88; an unweighted one is 0.2 lower.
        Assert.InRange(estimate.Value, 3.88 - 4 * estimate.StandardError!.Value, 3.88 + 4 * estimate.StandardError!.Value);
        Assert.True(day.Average(drawn => drawn.Score) < 3.88 - 4 * estimate.StandardError.Value);
        Assert.InRange(PopulationEstimate.PopulationSize(inclusions), 24 * AnHour * 0.85, 24 * AnHour * 1.15);
    }

    [Fact]
    public void RatesAreMadeOnceADayAndBeforeAnythingOfItIsSeen()
    {
        var (ledger, made) = (MonitorLedger.Begin(SomeMonitor.Spec(Split)), new List<DateTimeOffset>());
        for (var minute = 0; minute < 3 * 24 * 60; minute += 10)
        {
            (ledger, _) = ledger.Take(Seen(minute, ("language=de", 90), ("language=en", 10)), Start.AddMinutes(minute));
            made.Add(ledger.Allotment.Rates.Made ?? default);
        }

        Assert.Equal([default, Start.AddHours(1), Start.AddDays(1), Start.AddDays(2)], made.Distinct());
        Assert.Equal(12960, ledger.Allotment.Plans[0].Traffic, 100.0);
        Assert.Equal(1200, ledger.Allotment.Plans.Sum(plan => plan.Planned));
        Assert.All(ledger.Allotment.Plans, plan => Assert.Equal(plan.Planned / plan.Traffic, ledger.Allotment.Rates.Of(plan.Slice), 1e-9));
    }

    [Fact]
    public void ASliceThatIsNewInTheDayIsDrawnAtTheMeanRate()
    {
        var ledger = Solved(Split);

        Assert.Equal(1200 / 14400.0, ledger.Allotment.RateOf(new("language=it"), Split.Sampler), 1e-9);
    }

    [Fact]
    public void OtherSettingsHoldFromTheNextTrafficOn()
    {
        var ledger = Solved(Split);
        var before = ledger.Allotment.RateOf(new("language=en"), Split.Sampler);
        var more = Split with { Sampler = Split.Sampler with { PerDay = 2400 } };

        (ledger, _) = ledger.Update(SomeMonitor.Spec(more), rebaseline: false, Start.AddHours(3)).Take(Seen(2000, ("language=en", 1)), Start.AddHours(3));

        Assert.Equal(2400, ledger.Allotment.Plans.Sum(plan => plan.Planned));
        Assert.True(ledger.Allotment.RateOf(new("language=en"), more.Sampler) > before);
        (ledger, _) = ledger.Update(SomeMonitor.Spec(more with { Sampler = new SamplerSettings { Rate = 0.5 } }), rebaseline: false, Start.AddHours(4)).Take(Seen(2001, ("language=en", 1)), Start.AddHours(4));
        Assert.Equal((0.5, 0), (ledger.Allotment.RateOf(new("language=en"), ledger.Spec.Definition.Sampler), ledger.Allotment.Plans.Length));
    }

    [Fact]
    public void FloorsThatABudgetCannotHoldAreTold()
    {
        Assert.DoesNotContain(Solved(Split).Troubles(Start.AddMinutes(90)), trouble => trouble.Contains("floors", StringComparison.Ordinal));

        Assert.Contains("The daily budget of 100 is too small for the floors of 2 slices, language=de among them: at least half of it is drawn as the traffic is.", Solved(Split with { Sampler = Split.Sampler with { PerDay = 100 } }).Troubles(Start.AddMinutes(90)));
    }

    [Fact]
    public void AConversationThatBeganByYesterdaysRateIsDrawnToItsEndAndNoOtherIsBegunByIt()
    {
        var talking = Split with { Conversations = new ConversationSettings(), Sampler = Split.Sampler with { PerDay = 120 } };
        var sampler = TrafficSampler.Of(talking).Allotted(Rates(0.5, Start, null)).Allotted(Rates(0.1, Start.AddDays(1), Rates(0.5, Start, null)));
        Interaction[] talks = [.. Enumerable.Range(0, 400).Select(i => SomeMonitor.Interaction(2 * i) with { Conversation = new(string.Create(CultureInfo.InvariantCulture, $"talk-{i}")) })];

        var late = Start.AddDays(1).AddHours(1);
        var drawn = talks.Where(talk => sampler.Decide(talk, late).Draw.Kept).ToArray();
        Assert.InRange(drawn.Length, 160, 240);
        Assert.InRange(talks.Count(talk => sampler.Decide(talk, late.AddHours(4)).Draw.Kept), 16, 70);

        var intake = new Intake();
        var begun = 0;
        foreach (var talk in drawn)
        {
            (intake, var inclusion) = intake.Begin(new Drawn(talk, new("language=de"), 0.5), talking with { Sampler = talking.Sampler with { PerDay = null } }, 0.1, behind: false, late);
            Assert.True(inclusion is null or 0.1);
            begun += inclusion is null ? 0 : 1;
        }

        Assert.InRange(begun, 16, 70);
    }

    [Fact]
    public void AConversationThatHadBegunWhenItsRateRoseIsNotBegunAtItsSecondTurn()
    {
        var talking = Split with { Conversations = new ConversationSettings { IdleMinutes = 30 }, Sampler = Split.Sampler with { PerDay = 1_000_000 } };
        var (low, high) = (Rates(0.1, Start, null), Rates(0.5, Start.AddDays(1), Rates(0.1, Start, null)));
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec(talking));
        Interaction Turn(int talk, int turn) => SomeMonitor.Interaction(2 * (1000 * talk + turn)) with { Conversation = new(string.Create(CultureInfo.InvariantCulture, $"talk-{talk}")) };
        // What the gateway draws of these turns, and what the monitor begins by it.
        var number = 0;
        MonitorLedger Taken(MonitorLedger before, SliceRates rates, int from, int count, int turn, DateTimeOffset at)
        {
            var sampler = TrafficSampler.Of(talking).Allotted(rates);
            ImmutableArray<Drawn> drawn = [.. Enumerable.Range(from, count).Select(talk => Turn(talk, turn)).Select(one => (One: one, Decided: sampler.Decide(one, at)))
                .Where(one => one.Decided.Draw.Kept).Select(one => new Drawn(one.One, one.Decided.Slice, one.Decided.Draw.Inclusion))];
            var batch = new TrafficBatch("gateway", ++number) { Seen = ImmutableSortedDictionary<Slice, long>.Empty, Expected = drawn.Length, Drawn = drawn };
            return (before with { Allotment = before.Allotment with { Since = at, Rates = rates, Revision = before.Spec.Revision } }).Admit(batch, behind: false, at).Next;
        }

        var rise = high.Made!.Value;
        ledger = Taken(ledger, low, 0, 1000, turn: 0, rise.AddMinutes(-1));
        var begun = ledger.Conversations.Open.Keys.ToHashSet();
        Assert.InRange(begun.Count, 60, 140);

        // The second turns of the same talks come by the higher rate, and the first ones of others.
        ledger = Taken(ledger, high, 0, 1000, turn: 1, rise.AddMinutes(5));
        ledger = Taken(ledger, high, 1000, 400, turn: 0, rise.AddMinutes(6));
        var kept = ledger.Conversations.Open.Where(one => !one.Value.Left).ToArray();
        Assert.Equal(begun.Order(), kept.Select(one => one.Key).Where(id => int.Parse(id.Value.AsSpan(5), CultureInfo.InvariantCulture) < 1000).Order());
        Assert.All(kept, one => Assert.Equal(0.1, one.Value.Inclusion));
        Assert.Equal(0, ledger.Intake.Counts.OverBudget);

        // When all that may have begun before has ended or is known, the new rate begins talks too, and the old ones stay out to their ends.
        ledger = Taken(ledger, high, 0, 1000, turn: 2, rise.AddMinutes(31));
        ledger = Taken(ledger, high, 2000, 400, turn: 0, rise.AddMinutes(32));
        Assert.Equal(begun.Count, ledger.Conversations.Open.Count(one => !one.Value.Left && int.Parse(one.Key.Value.AsSpan(5), CultureInfo.InvariantCulture) < 1000));
        Assert.InRange(ledger.Conversations.Open.Count(one => !one.Value.Left && one.Value.Inclusion == 0.5), 150, 250);
    }

    [Theory]
    [InlineData(0.5, 0.1)]
    [InlineData(0.1, 0.5)]
    public void AConversationThatBeganBeforeItsRateWasChangedByHandIsNeitherCutNorBegunInItsMiddle(double before, double after)
    {
        var talking = SomeMonitor.Definition with { Conversations = new ConversationSettings { IdleMinutes = 30 }, Sampler = new SamplerSettings { Rate = before } };
        var changed = talking with { Sampler = new SamplerSettings { Rate = after } };
        var (ledger, sampler, number) = (MonitorLedger.Begin(SomeMonitor.Spec(talking)), TrafficSampler.Of(talking), 0);
        void Take(int from, int turn, DateTimeOffset at)
        {
            ImmutableArray<Drawn> drawn = [.. Enumerable.Range(from, 400)
                .Select(talk => SomeMonitor.Interaction(2 * (1000 * talk + turn)) with { Conversation = new(string.Create(CultureInfo.InvariantCulture, $"talk-{talk}")) })
                .Select(one => (One: one, Decided: sampler.Decide(one, at))).Where(one => one.Decided.Draw.Kept).Select(one => new Drawn(one.One, one.Decided.Slice, one.Decided.Draw.Inclusion))];
            ledger = ledger.Admit(new TrafficBatch("gateway", ++number) { Expected = drawn.Length, Drawn = drawn }, behind: false, at).Next;
        }

        OpenConversation[] Kept(bool first) =>
            [.. ledger.Conversations.Open.Where(one => !one.Value.Left && int.Parse(one.Key.Value.AsSpan(5), CultureInfo.InvariantCulture) < 400 == first).Select(one => one.Value)];

        Take(0, turn: 0, Start);
        var begun = Kept(first: true).Length;
        ledger = ledger.Given(SomeMonitor.Spec(changed) with { Changed = Start.AddMinutes(1) }, rebaseline: false, Start.AddMinutes(1));
        sampler = sampler.Under(changed, 1);
        // A gateway that has not heard from the monitor since, and then one that has.
        Take(0, turn: 1, Start.AddMinutes(2));
        sampler = sampler.Allotted(ledger.Allotment.Rates).Sharing(1);
        Take(0, turn: 2, Start.AddMinutes(3));
        Take(400, turn: 0, Start.AddMinutes(4));

        Assert.Equal(begun, Kept(first: true).Length);
        Assert.All(Kept(first: true), one => Assert.Equal((3, before), (one.Turns, one.Inclusion)));
        Assert.InRange(Kept(first: false).Length, 20, 60);
        Assert.All(Kept(first: false), one => Assert.Equal(0.1, one.Inclusion));
        // Later all are begun by the new rate.
        Take(800, turn: 0, Start.AddMinutes(32));
        Assert.Equal(after, ledger.Conversations.Open[new("talk-" + Enumerable.Range(800, 400).First(talk => ledger.Conversations.Open.TryGetValue(new("talk-" + talk.ToString(CultureInfo.InvariantCulture)), out var one) && !one.Left).ToString(CultureInfo.InvariantCulture))].Inclusion);
    }

    [Fact]
    public void WhereConversationsAreJudgedABudgetIsSplitByTheirNumberAndNotByTheirTurns()
    {
        var talking = Split with { Conversations = new ConversationSettings(), Sampler = Split.Sampler with { PerDay = 240, Allocation = new() } };
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec(talking));
        for (var step = 0; step <= 48; step++)
        {
            // 20 German conversations of ten turns each half-hour, and 10 English ones of two; every turn may come through either gateway.
            foreach (var gateway in new[] { "one", "other" })
            {
                var batch = Seen(step, ("language=de", 100), ("language=en", 10)) with { Source = gateway, Wholes = Wholes(("language=de", step * 20, 20), ("language=en", 100_000 + step * 10, 10)) };
                (ledger, _) = ledger.Take(batch, Start.AddMinutes(step * 30));
            }
        }

        Assert.Equal(Start.AddDays(1), ledger.Allotment.Rates.Made);
        // The first hours' rates were made from 80 conversations, these from 46 half-hours: 20 and 10 in each.
        var (german, english) = (ledger.Allotment.Plans[0], ledger.Allotment.Plans[1]);
        Assert.Equal(("language=de", "language=en"), (german.Slice.Value, english.Slice.Value));
        Assert.InRange(german.Traffic, 960 * 0.6, 960 * 1.4);
        Assert.InRange(english.Traffic, 480 * 0.6, 480 * 1.4);
        Assert.Equal(240, german.Planned + english.Planned);
    }

    [Fact]
    public void ALedgerThatWasStoredBeforeBudgetsWereSplitIsRead()
    {
        var json = JsonSerializer.SerializeToNode(MonitorLedger.Begin(SomeMonitor.Spec()), EvaluationJson.Plain.MonitorLedger)!.AsObject();
        Assert.True(json.Remove("allotment"));

        var read = JsonSerializer.Deserialize<MonitorLedger>(json, EvaluationJson.Stored)!;

        Assert.Equal((SliceRates.None, 0), (read.Allotment.Rates, read.Allotment.Plans.Length));
        var solved = Solved(Split);
        var again = JsonSerializer.Deserialize<MonitorLedger>(JsonSerializer.Serialize(solved, EvaluationJson.Plain.MonitorLedger), EvaluationJson.Stored)!;
        Assert.Equal(solved.Allotment.Plans, again.Allotment.Plans);
        Assert.Equal(solved.Allotment.Rates.Known, again.Allotment.Rates.Known);
    }

    private static SliceRates Rates(double rate, DateTimeOffset made, SliceRates? before) => new() { Made = made, Others = rate, Before = before };

    /// <summary>Two hours of nine German interactions for an English one.</summary>
    private static MonitorLedger Solved(MonitorDefinition monitor)
    {
        var ledger = MonitorLedger.Begin(SomeMonitor.Spec(monitor));
        for (var minute = 0; minute < 120; minute++)
        {
            (ledger, _) = ledger.Take(Seen(minute, ("language=de", 9), ("language=en", 1)), Start.AddMinutes(minute));
        }

        Assert.NotNull(ledger.Allotment.Rates.Made);
        return ledger;
    }

    private static TrafficBatch Seen(long number, params (string Slice, long Count)[] seen) =>
        new("gateway", number + 1) { Seen = seen.ToImmutableSortedDictionary(one => new Slice(one.Slice), one => one.Count) };

    private static ImmutableSortedDictionary<Slice, BottomK> Wholes(params (string Slice, int From, int Count)[] seen) => seen.ToImmutableSortedDictionary(
        one => new Slice(one.Slice),
        one => Enumerable.Range(one.From, one.Count).Aggregate(new BottomK(Allotment.WholesKept), (kept, talk) => kept.Add(KeyHash.Of(new("support"), talk.ToString(CultureInfo.InvariantCulture)))));

    /// <summary>What a gateway and a monitor draw together, day by day: most of it German and steady, a tenth English that varies, a hundredth French.</summary>
    private static (DateTimeOffset At, Slice Slice, double Inclusion, double Score)[][] Days(MonitorDefinition monitor, int days)
    {
        var (ledger, sampler, random) = (MonitorLedger.Begin(SomeMonitor.Spec(monitor)), TrafficSampler.Of(monitor), new Random(7));
        var judged = Enumerable.Range(0, days).Select(_ => new List<(DateTimeOffset, Slice, double, double)>()).ToArray();
        var sent = 0;
        for (var minute = 0; minute < days * 24 * 60; minute++)
        {
            var (now, drawn, seen, expected) = (Start.AddMinutes(minute), ImmutableArray.CreateBuilder<Drawn>(), new List<Slice>(), 0.0);
            for (; sent < (minute + 1) * AnHour / 60; sent++)
            {
                var language = random.Next(100) switch { 0 => "fr", < 11 => "en", _ => "de" };
                var interaction = SomeMonitor.Interaction(sent, now) with { Properties = ImmutableSortedDictionary<string, string>.Empty.Add("language", language) };
                (sampler, var draw, var slice) = sampler.Decide(interaction, now);
                (_, expected) = (draw.Kept ? Add(drawn, new Drawn(interaction, slice, draw.Inclusion)) : 0, expected + draw.Inclusion);
                seen.Add(slice);
            }

            var batch = new TrafficBatch("gateway", minute + 1) { Seen = seen.CountBy(slice => slice).ToImmutableSortedDictionary(one => one.Key, one => (long)one.Value), Drawn = drawn.ToImmutable(), Expected = expected, Rates = sampler.Rates.Made };
            (ledger, var fresh) = ledger.Take(batch, now);
            JudgedSample[] samples = [.. fresh.Select(one => new JudgedSample(new(one.Interaction.Id.Value), one.Stratum, now, one.Inclusion) { Score = Score(one, random) })];
            ledger = samples.Length == 0 ? ledger : ledger.Record(ledger.Intake.Segments, [.. samples], now);
            judged[minute / (24 * 60)].AddRange(samples.Select(sample => (now, sample.Slice, sample.Inclusion, sample.Score!.Value)));
            sampler = sampler.Sharing(1, ledger.Intake.Minute, ledger.Intake.Day);
            sampler = ledger.Allotment.Rates.Made == batch.Rates ? sampler : sampler.Allotted(ledger.Allotment.Rates);
        }

        return [.. judged.Select(day => day.ToArray())];
    }

    private static int Add(ImmutableArray<Drawn>.Builder drawn, Drawn one)
    {
        drawn.Add(one);
        return drawn.Count;
    }

    private static double Score(Drawn drawn, Random random) => drawn.Stratum.Value switch
    {
        "language=de" => random.Next(10) switch { 0 => 3, 1 => 5, _ => 4 },
        "language=en" => random.Next(2) == 0 ? 1 : 5,
        _ => 2,
    };
}
