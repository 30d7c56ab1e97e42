using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Traffic;
using Assize.Grains;
using Assize.Grains.Monitors;
using Assize.Grains.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Assize.Gateway.Tests.Traffic;

/// <summary>What becomes of traffic for a monitor that does not take it, on a clock that the test turns.</summary>
public sealed class DeliveryTests : IAsyncDisposable
{
    private static readonly Taken Safe = new(TakenAs.Safe, 1);

    private readonly FakeTimeProvider time = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Measured measured;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<TrafficBatch> offered = new();
    private readonly Delivery delivery;
    private volatile Exception? failing;
    private volatile bool works = true;
    private volatile Task<Taken>? pending;

    public DeliveryTests()
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        measured = new Measured(meters);
        delivery = new Delivery(
            new("unheard"), "here", Take, () => Task.FromResult(works), new GatewayOptions(), new TrafficTelemetry(meters, new MonitorNames(), TrafficPolicy.Default), time, NullLogger.Instance, stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await delivery.DisposeAsync();
        stop.Dispose();
        measured.Dispose();
        await services.DisposeAsync();
    }

    [Fact]
    public async Task AMonitorWhoseStateCannotBeReadIsSetApartAndToldWhatItMissedOnceItCanBe()
    {
        failing = new OrleansException("the activation failed", new UnreadableStateException("its state is damaged"));

        var kept = delivery.Keep(Filled(3));
        var took = await Turned(() => kept.IsCompleted);

        Assert.Null(await kept);
        Assert.InRange(took, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90));
        Assert.Equal((3, true, "its state is damaged"), (delivery.Apart!.Lost, delivery.Apart.Unreadable, delivery.Apart.Why));
        // Nobody waits for it any more.
        Assert.Null(await delivery.Keep(Filled(2)));
        Assert.True(delivery.Loses());
        Assert.Null(await delivery.Keep(Filled(4)));
        Assert.Equal(10, measured.Sum("assize.monitor.lost{monitor=default/unheard}"));
        Assert.Contains("10 drawn interactions", delivery.Apart.Sentence(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);

        offered.Clear();
        failing = null;
        await Turned(() => delivery.Apart is null);

        // What was offered before keeps its number, by which it would be known if it had been taken; the others are told together, and no sample is.
        Assert.Equal([(1L, 3L, 3L), (2L, 6L, 6L)], offered.Select(batch => (batch.Number, batch.Lost, batch.Seen.Values.Sum())));
        Assert.All(offered, batch => Assert.Equal(("here", 0, 0.0), (batch.Source, batch.Drawn.Length, batch.Expected)));
        Assert.Equal(Safe, await delivery.Keep(Filled(1)));
        Assert.Equal((3, 0, 1), (offered.Last().Number, offered.Last().Lost, offered.Last().Drawn.Length));
        Assert.False(delivery.Loses());
        Assert.Equal(10, measured.Sum("assize.monitor.lost{monitor=default/unheard}"));
    }

    [Fact]
    public async Task AnOutageIsSatOutHoweverLongItIs()
    {
        (failing, works) = (new TimeoutException("no silo answers"), false);
        var kept = delivery.Keep(Filled(3));
        var since = time.GetTimestamp();
        await Turned(() => time.GetElapsedTime(since) > TimeSpan.FromHours(1));
        Assert.False(kept.IsCompleted);

        // The store answers again, and the monitor a minute later.
        works = true;
        since = time.GetTimestamp();
        await Turned(() => time.GetElapsedTime(since) > TimeSpan.FromMinutes(1));
        Assert.Null(delivery.Apart);
        failing = null;
        await Turned(() => kept.IsCompleted);

        Assert.Equal(Safe, await kept);
        Assert.Equal((0L, 3), (offered.Last().Lost, offered.Last().Drawn.Length));
        Assert.Single(offered.Select(batch => batch.Number).Distinct());
        Assert.Equal(0, measured.Sum("assize.monitor.lost{monitor=default/unheard}"));
    }

    [Fact]
    public async Task AMonitorThatFailsWhileAllElseWorksIsSetApartAfterTheStatedTime()
    {
        failing = new InvalidOperationException("its activation throws");

        var kept = delivery.Keep(Filled(5));
        var took = await Turned(() => kept.IsCompleted);

        Assert.Null(await kept);
        Assert.InRange(took, new GatewayOptions().SetApartAfter, new GatewayOptions().SetApartAfter * 2);
        Assert.Equal((5, false, "its activation throws"), (delivery.Apart!.Lost, delivery.Apart.Unreadable, delivery.Apart.Why));
    }

    [Fact]
    public async Task SamplesThatWaitForAJudgeAreLetGoWithTheirMonitorAndNeverForASlowJudge()
    {
        var judge = new TaskCompletionSource<Taken>();
        pending = judge.Task;
        var judged = delivery.Judge(Filled(2).Closed("here/samples", 1));
        var since = time.GetTimestamp();
        await Turned(() => time.GetElapsedTime(since) > TimeSpan.FromMinutes(20));
        Assert.False(judged.IsCompleted);
        Assert.Null(delivery.Apart);

        pending = null;
        failing = new InvalidOperationException("its activation throws");
        await Turned(() => judged.IsCompleted);

        await judged;
        Assert.Equal(2, delivery.Apart!.Lost);
        offered.Clear();
        failing = null;
        await Turned(() => delivery.Apart is null);
        Assert.Equal(("here", 2L), (Assert.Single(offered).Source, offered.Single().Lost));
    }

    private Task<Taken> Take(TrafficBatch batch)
    {
        offered.Enqueue(batch);
        return failing is { } failed ? Task.FromException<Taken>(failed) : pending ?? Task.FromResult(Safe);
    }

    private static FillingBatch Filled(int drawn)
    {
        var batch = new FillingBatch(null);
        for (var i = 0; i < drawn; i++)
        {
            var interaction = new Interaction { Id = new(FormattableString.Invariant($"i{i}")), Time = default, Application = new("shop"), Messages = [], Response = "Yes." };
            batch.See(Slice.All, 1, turn: false, interaction);
            batch.Draw(new Drawn(interaction, Slice.All, 1), turn: false, keep: true);
        }

        return batch;
    }

    /// <summary>Turns the clock until something is so, and says how far.</summary>
    private async Task<TimeSpan> Turned(Func<bool> until)
    {
        var start = time.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!until())
        {
            time.Advance(TimeSpan.FromSeconds(2));
            await often.WaitForNextTickAsync(deadline.Token);
        }

        return time.GetElapsedTime(start);
    }
}
