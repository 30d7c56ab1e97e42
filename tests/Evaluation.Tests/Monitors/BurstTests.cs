using Assize.Evaluation.Drift;
using Assize.Evaluation.Monitors;

namespace Assize.Evaluation.Tests.Monitors;

/// <summary>A baseline that came in one burst says nothing about how many scores a day there will be, and its promise holds whatever comes.</summary>
public sealed class BurstTests
{
    private static readonly DateTimeOffset Burst = SomeMonitor.Start;

    private static MonitorDefinition Learnt => SomeMonitor.Definition with { Alarm = new AlarmSettings { Days = 3 }, Sampler = new SamplerSettings { Rate = 1 } };

    [Fact]
    public void AfterADayThePromiseReckonsWithWhatComes()
    {
        var burst = new Traffic(1).Batches(20, TimeSpan.FromSeconds(3));
        Assert.InRange(burst.PerDay, 200_000, 400_000);

        var quiet = burst.Batches(48, TimeSpan.FromHours(1));

        // 240 a day came, and half as many more have room.
        Assert.InRange(quiet.PerDay, 1.4 * 240, 1.6 * 240);
        Assert.Equal(quiet.PerDay * 3, quiet.Ledger.Watch.Patience!.Threshold, 6);
        Assert.Equal(2 * quiet.PerDay * 3, ((MixtureDetector)quiet.Ledger.Watch.Drift!.Detectors[0]).Threshold, 6);
        Assert.Equal(3, FalseAlarms.Of(quiet.Ledger.Watch.Drift).Production[0].Days!.Value, 6);
    }

    [Fact]
    public void ADropAfterABurstIsFound()
    {
        var quiet = new Traffic(2).Batches(20, TimeSpan.FromSeconds(3)).Batches(48, TimeSpan.FromHours(1));

        Assert.NotEmpty(quiet.Batches(24, TimeSpan.FromHours(1), worse: 0.5).Ledger.Watch.Alarms.Standing);
    }

    [Fact]
    public void WhereMoreComeThanThereIsRoomForTheOldPromiseHoldsBeforeThey()
    {
        var quiet = new Traffic(3).Batches(20, TimeSpan.FromSeconds(3));
        var made = quiet.PerDay;
        quiet = quiet.Batches(48, TimeSpan.FromHours(1));
        var (slow, level) = (quiet.PerDay, quiet.Ledger.Watch.Level);

        // What has room in a day may come at once; then it is the pace at which the promise was made, with as much evidence of its threshold.
        var fast = quiet.Batches((int)(slow / 10) - 3, TimeSpan.FromSeconds(3));
        Assert.Equal(slow, fast.PerDay, 6);
        Assert.Equal(made, fast.Batches(6, TimeSpan.FromSeconds(3)).PerDay, 6);

        var drift = quiet.Ledger.Watch.Drift!;
        Assert.Equal(level, drift.Repaced(drift.Patience with { PerDay = made }).Level, 9);
    }

    [Fact]
    public void NoScoreIsReckonedWithLessThanTheTimeThatHasPassed()
    {
        var (pace, chance, spent, start) = (new FollowedPace(100_000, 0, Burst), new Random(7), 0.0, Burst);
        for (var (now, i) = (Burst, 0); i < 20_000; i++)
        {
            now += TimeSpan.FromMinutes(chance.Next(4) == 0 ? chance.Next(200) : 1);
            var scores = 1 + chance.Next(64);
            (pace, var perDay) = pace.Spend(scores, 1 + 2000 * chance.NextDouble(), now);
            spent += scores / perDay;

            Assert.True(spent <= (now - start).TotalDays + 64 / pace.Made, "a promise in days is spent before they have passed");
            Assert.True(pace.Unspent <= 1);
        }
    }

    [Fact]
    public void APaceThatSomebodyToldIsKept()
    {
        var told = Learnt with { Alarm = new AlarmSettings { PerDay = 100_000 } };

        Assert.Equal(100_000, new Traffic(4, told).Batches(20, TimeSpan.FromSeconds(3)).Batches(48, TimeSpan.FromHours(1)).PerDay);
    }

    [Fact]
    public void WhatAnEarlierVersionStoredIsFollowedToo()
    {
        var quiet = new Traffic(5).Batches(20, TimeSpan.FromSeconds(3)).Batches(40, TimeSpan.FromHours(1));
        var made = quiet.Ledger.Watch.Patience!.Followed!.Made;
        var drift = quiet.Ledger.Watch.Drift!;
        var before = quiet with { Ledger = quiet.Ledger with { Watch = quiet.Ledger.Watch with { Drift = drift.Repaced(new Patience(made, 3)) } } };

        Assert.InRange(before.Batches(30, TimeSpan.FromHours(1)).PerDay, 1.4 * 240, 1.6 * 240);
    }

    [Fact]
    public void FalseAlarmsStayWithinTheDaysWhateverBurstsCome()
    {
        const int monitors = 12, days = 60;
        var alarms = 0;
        for (var seed = 0; seed < monitors; seed++)
        {
            var (traffic, chance) = (new Traffic(100 + seed).Batches(20, TimeSpan.FromSeconds(3)), new Random(seed));
            for (var hour = 0; hour < 24 * days; hour++)
            {
                traffic = chance.Next(40) == 0 ? traffic.Batches(40, TimeSpan.FromSeconds(3)).Batches(1, TimeSpan.FromMinutes(58)) : traffic.Batches(1, TimeSpan.FromHours(1));
                foreach (var alarm in traffic.Ledger.Watch.Alarms.Standing)
                {
                    alarms += alarm.Alarm.Stream is AlarmSource.Production ? 1 : 0;
                    traffic = traffic with { Ledger = traffic.Ledger.Acknowledge(alarm.Number, new Acknowledgement(AlarmState.Resolved, "test", "", false), traffic.Now) };
                }
            }
        }

        // One in three days is promised.
        Assert.InRange(alarms, 0, monitors * days / 3);
    }

    /// <summary>A monitor's stream in batches of ten.</summary>
    private sealed record Traffic(MonitorLedger Ledger, Random Chance, DateTimeOffset Now, int Sent)
    {
        public Traffic(int seed, MonitorDefinition? definition = null) : this(MonitorLedger.Begin(SomeMonitor.Spec(definition ?? Learnt)), new Random(seed), Burst, 0)
        {
        }

        public double PerDay => Ledger.Watch.Patience!.PerDay;

        public Traffic Batches(int count, TimeSpan every, double worse = 0)
        {
            var (ledger, now, sent) = (Ledger, Now, Sent);
            for (var i = 0; i < count; i++, sent += 10)
            {
                now += every;
                var (next, fresh) = ledger.Take(SomeMonitor.Batch(sent / 10 + 1, sent, 10, time: now), now);
                ledger = next.Record(next.Intake.Segments, [.. fresh.Select(drawn => SomeMonitor.Judged(drawn) with { Score = Math.Max(1, 2 + Chance.Next(4) - worse) })], now);
            }

            return this with { Ledger = ledger, Now = now, Sent = sent };
        }
    }
}
