using Assize.Evaluation.Schedules;

namespace Assize.Evaluation.Tests.Schedules;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void AnIntervalGoesOnFromWhereItIs()
    {
        Assert.Equal(Noon.AddHours(36), new Schedule { EveryHours = 36 }.Next(Noon));
        Assert.Equal(4, new Schedule { EveryHours = 6 }.PerDay(Noon));
    }

    [Fact]
    public void AnIntervalIsCountedFromThePlanAndNotFromTheEndOfWhatWasPlanned()
    {
        var daily = Schedule.Daily;

        Assert.Equal(Noon.AddDays(1), daily.After(Noon, Noon.AddMinutes(20)));
        // Days without anybody are one time, and the next is a whole interval later.
        Assert.Equal(Noon.AddDays(4), daily.After(Noon, Noon.AddDays(3)));
        Assert.Equal(Noon.AddDays(1), daily.After(null, Noon));
        // What is done beside the schedule does not move it.
        Assert.Equal(Noon.AddHours(2), daily.After(Noon.AddHours(2), Noon));
        Assert.Equal(Noon.AddHours(3), new Schedule { Cron = "0 15 * * *", Zone = "UTC" }.After(Noon.AddHours(-21), Noon));
    }

    [Theory]
    [InlineData("0 4 1 * *", 48)]
    [InlineData("0 4 1,15 * *", 96)]
    [InlineData("0 4 1 1,4,7,10 *", 16)]
    [InlineData("0 4 1 1 *", 4)]
    public void AScheduleRarerThanWeeklyIsCountedOverFourYears(string cron, int times) =>
        Assert.Equal(times / 1461.0, new Schedule { Cron = cron, Zone = "UTC" }.PerDay(Noon), 12);

    [Fact]
    public void ACronExpressionIsReadInItsZone()
    {
        var nightly = new Schedule { Cron = "30 4 * * *", Zone = "Europe/Berlin" };

        Assert.Equal(new DateTimeOffset(2026, 11, 27, 3, 30, 0, TimeSpan.Zero), nightly.Next(Noon).ToUniversalTime());
        Assert.Equal(1, nightly.PerDay(Noon));
        Assert.Equal(5.0 / 7, new Schedule { Cron = "0 4 * * MON-FRI", Zone = "UTC" }.PerDay(Noon), 9);
    }

    [Fact]
    public void AnHourThatAClockSkipsOrRepeatsHasItsTimeOnce()
    {
        var nightly = new Schedule { Cron = "30 2 * * *", Zone = "Europe/Berlin" };

        // On 29 March 2026 the hour from two to three does not exist, on 25 October it comes twice.
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), nightly.Next(new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero)).ToUniversalTime());
        Assert.Equal(new DateTimeOffset(2026, 3, 30, 0, 30, 0, TimeSpan.Zero), nightly.Next(new(2026, 3, 29, 1, 0, 0, TimeSpan.Zero)).ToUniversalTime());
        var first = nightly.Next(new(2026, 10, 24, 12, 0, 0, TimeSpan.Zero));
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero), first.ToUniversalTime());
        Assert.Equal(new DateTimeOffset(2026, 10, 26, 1, 30, 0, TimeSpan.Zero), nightly.Next(first).ToUniversalTime());
    }

    [Fact]
    public void WhatIsNoScheduleIsTold()
    {
        static string?[] Fields(Schedule schedule) => [.. schedule.Check("schedule").Select(mistake => mistake.Field)];

        Assert.Empty(Fields(Schedule.Daily));
        Assert.Empty(Fields(new Schedule { Cron = "0 4 * * *", Zone = "UTC" }));
        Assert.Equal(["schedule"], Fields(new Schedule()));
        Assert.Equal(["schedule"], Fields(new Schedule { EveryHours = 1, Cron = "0 4 * * *" }));
        Assert.Equal(["schedule.everyHours"], Fields(new Schedule { EveryHours = 0.1 }));
        Assert.Equal(["schedule.zone"], Fields(new Schedule { EveryHours = 1, Zone = "UTC" }));
        Assert.Equal(["schedule.cron", "schedule.zone"], Fields(new Schedule { Cron = "every night" }));
        Assert.Equal(["schedule.cron"], Fields(new Schedule { Cron = "0 4 31 2 *", Zone = "UTC" }));
        Assert.Equal(["schedule.zone"], Fields(new Schedule { Cron = "0 4 * * *", Zone = "Berlin" }));
    }
}
