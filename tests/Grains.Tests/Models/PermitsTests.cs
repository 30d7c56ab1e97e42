using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Assize.Grains.Tests.Models;

public sealed class PermitsTests
{
    private static readonly Attempt Answered = ScriptedModel.Says("yes");

    private static readonly Attempt Limited = new(new Completion.Failed(Reason.RateLimited, "status 429"), Transient: true, TimeSpan.FromMilliseconds(1));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CallsPassUpToTheLeasedConcurrency()
    {
        await using var permits = Permits(new LeasingEndpoint(new Lease(2, null, TimeSpan.FromMinutes(1))));
        var first = await permits.Enter(Request("run"), Stop);
        await permits.Enter(Request("run"), Stop);
        var third = permits.Enter(Request("run"), Stop).AsTask();
        Assert.False(third.IsCompleted);

        permits.Leave(first, Request("run"), Answered);

        Assert.True((await third).Granted);
    }

    [Fact]
    public async Task ALateRunTakesTurnsWithOneThatHasMuchMoreWaiting()
    {
        await using var permits = Permits(new LeasingEndpoint(new Lease(1, null, TimeSpan.FromMinutes(1))));
        var held = await permits.Enter(Request("early"), Stop);
        var order = await Order(permits, held, [.. Enumerable.Repeat(Request("early"), 50), .. Enumerable.Repeat(Request("late"), 10)], 20);

        Assert.InRange(order.Count(name => name == "late"), 9, 10);
    }

    [Fact]
    public async Task WeightsOfTheLeaseDivideTheTurns()
    {
        static Weight Weigh(string run, double value) => new(new Flow(Lane.Run, TenantName.Default, new(run)), value);
        await using var permits = Permits(new LeasingEndpoint(new Lease(1, null, TimeSpan.FromMinutes(1)) { Weights = [Weigh("heavy", 0.75), Weigh("light", 0.25)] }));
        var held = await permits.Enter(Request("heavy"), Stop);
        var order = await Order(permits, held, [.. Enumerable.Repeat(Request("heavy"), 50), .. Enumerable.Repeat(Request("light"), 50)], 40);

        Assert.InRange(order.Count(name => name == "light"), 9, 21);
    }

    [Fact]
    public async Task WhoGivesUpWaitingIsNotGivenAPermit()
    {
        using var cancelled = new CancellationTokenSource();
        await using var permits = Permits(new LeasingEndpoint(new Lease(1, null, TimeSpan.FromMinutes(1))));
        var first = await permits.Enter(Request("run"), Stop);
        var second = permits.Enter(Request("run"), cancelled.Token).AsTask();
        var third = permits.Enter(Request("run"), Stop).AsTask();

        await cancelled.CancelAsync();
        Assert.Equal(Entry.GivenUp, (await second).Entry);
        permits.Leave(first, Request("run"), Answered);

        Assert.Equal(Entry.Granted, (await third).Entry);
    }

    [Fact]
    public async Task ClosingLetsEverybodyGoWhoWaitsAndNobodyInAnyMore()
    {
        await using var permits = Permits(new LeasingEndpoint(new Lease(1, null, TimeSpan.FromMinutes(1))));
        await permits.Enter(Request("run"), Stop);
        var waiting = permits.Enter(Request("run"), Stop).AsTask();

        permits.Close();

        Assert.Equal(Entry.LetGo, (await waiting).Entry);
        Assert.Equal(Entry.LetGo, (await permits.Enter(Request("run"), Stop)).Entry);
    }

    [Fact]
    public async Task AfterAComplaintNothingStartsBeforeTheEndpointHasHeardOfIt()
    {
        var endpoint = new LeasingEndpoint(new Lease(1, null, TimeSpan.FromMinutes(1)));
        await using var permits = Permits(endpoint);
        var first = await permits.Enter(Request("run"), Stop);
        var second = permits.Enter(Request("run"), Stop).AsTask();

        permits.Leave(first, Request("run"), Limited);

        Assert.True((await second).Granted);
        Assert.Contains(endpoint.Reports, report => report is { Limited: 1, RetryAfter: not null });
    }

    [Fact]
    public async Task UnusedPermitsGoBackAndDemandIsToldByRun()
    {
        var endpoint = new LeasingEndpoint(new Lease(1, 5, TimeSpan.FromMilliseconds(20)));
        await using var permits = Permits(endpoint);
        await permits.Enter(Request("one"), Stop);
        _ = permits.Enter(Request("two"), Stop).AsTask();

        var report = await endpoint.Heard(report => report.UnusedRequests > 0 && report.Demands.Length == 2);

        Assert.Equal(4, report.UnusedRequests);
        Assert.Equal([("one", 0, 1), ("two", 1, 0)], report.Demands.Select(demand => (demand.Flow.Run.Value, demand.Waiting, demand.InFlight)));
    }

    [Fact]
    public async Task ComplaintsUseUpNoAttempt()
    {
        var asked = 0;
        var model = new AnsweringModel(() => ++asked <= 50 ? Limited : Answered);
        await using var permits = Permits(new LeasingEndpoint(new Lease(1, null, TimeSpan.FromMinutes(1))));

        var completion = await new Caller(model, permits, TimeProvider.System, Some.Telemetry).Ask(Request("run"), Stop);

        Assert.Equal((51, 50), (asked, Assert.IsType<Completion.Replied>(completion).FailedAttempts.Length));
    }

    [Fact]
    public async Task FailedProbesUseUpNoAttempt()
    {
        var asked = 0;
        var model = new AnsweringModel(() => ++asked <= 20 ? new Attempt(new Completion.Failed(Reason.ProviderError, "status 500"), Transient: true) : Answered);
        await using var permits = Permits(new LeasingEndpoint(new Lease(0, 0, TimeSpan.FromMilliseconds(20)) { Probe = true }));

        Assert.IsType<Completion.Replied>(await new Caller(model, permits, TimeProvider.System, Some.Telemetry).Ask(Request("run"), Stop));
    }

    [Fact]
    public async Task AProbeThatBreaksIsOverAndDidNotComeThrough()
    {
        var endpoint = new LeasingEndpoint(new Lease(0, 0, TimeSpan.FromMilliseconds(20)) { Probe = true });
        await using var permits = Permits(endpoint);

        await Assert.ThrowsAsync<ArithmeticException>(() => new Caller(new AnsweringModel(() => throw new ArithmeticException()), permits, TimeProvider.System, Some.Telemetry).Ask(Request("run"), Stop));

        Assert.False((await endpoint.Heard(report => report is { Probe: not null })).Probing);
    }

    [Fact]
    public async Task AProbeTakesItsTokensAndGivesBackWhatItDidNotUse()
    {
        var endpoint = new LeasingEndpoint(new Lease(0, 0, TimeSpan.FromMilliseconds(20)) { Probe = true, Tokens = 0 });
        await using var permits = new Permits(endpoint, "silo", new ModelLimits { TokensPerMinute = 10_000 }, Awake.Value, TimeProvider.System);
        var probe = await permits.Enter(Request("run"), Stop);
        permits.Leave(probe, Request("run"), Answered);
        await endpoint.Heard(report => report.Probe is true);

        var usage = ((Completion.Replied)Answered.Completion).Usage;
        Assert.Equal(-(usage.InputTokens + usage.OutputTokens), endpoint.Reports.Sum(report => report.UnusedTokens), 6);
    }

    [Fact]
    public async Task ASiloThatMayNotStartCallsAsksForNothingAndKeepsNoProbe()
    {
        var endpoint = new LeasingEndpoint(new Lease(0, 0, TimeSpan.FromMilliseconds(20)) { Probe = true });
        var asleep = new Pulse(new LeapingTime(), Some.Telemetry, new ServiceCollection().BuildServiceProvider());
        await using var permits = new Permits(endpoint, "silo", new ModelLimits { TokensPerMinute = 10_000 }, asleep, TimeProvider.System);
        var waiting = permits.Enter(Request("run"), Stop).AsTask();
        await endpoint.Heard(_ => endpoint.Reports.Length >= 3);

        Assert.All(endpoint.Reports, report => Assert.Equal((0, 0.0, 0.0, false), (report.Waiting, report.NextTokens, report.WaitingTokens, report.Probing)));
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task WaitingForAProviderThatStaysAwayEndsWithAReason()
    {
        await using var permits = Permits(new LeasingEndpoint(new Lease(0, 0, TimeSpan.FromSeconds(1)) { Hopeless = "the provider has not worked for long" }));

        var completion = await new Caller(new AnsweringModel(() => Answered), permits, TimeProvider.System, Some.Telemetry).Ask(Request("run"), Stop);

        Assert.Equal((Reason.ProviderError, "the provider has not worked for long"), Assert.IsType<Completion.Failed>(completion) is var failed ? (failed.Reason, failed.Detail) : default);
    }

    [Fact]
    public async Task WaitingForAProviderThatTurnsEverybodyAwayEndsWithThatReason()
    {
        await using var permits = Permits(new LeasingEndpoint(new Lease(0, 0, TimeSpan.FromSeconds(1)) { Hopeless = "nothing but 429", HopelessFor = Reason.RateLimited }));

        var completion = await new Caller(new AnsweringModel(() => Answered), permits, TimeProvider.System, Some.Telemetry).Ask(Request("run"), Stop);

        Assert.Equal((Reason.RateLimited, "nothing but 429"), Assert.IsType<Completion.Failed>(completion) is var failed ? (failed.Reason, failed.Detail) : default);
    }

    [Fact]
    public async Task ACallThatASiloLetsGoIsAskedForElsewhere()
    {
        var permits = Permits(new LeasingEndpoint(new Lease(0, 0, TimeSpan.FromSeconds(1))));
        var call = new Caller(new AnsweringModel(() => Answered), permits, TimeProvider.System, Some.Telemetry).Ask(Request("run"), Stop);

        await permits.DisposeAsync();

        await Assert.ThrowsAsync<LetGoException>(() => call);
    }

    [Fact]
    public async Task ACallThatIsLetGoAfterAFailedAttemptTellsWhatThatTook()
    {
        await using var permits = Permits(new LeasingEndpoint(new Lease(1, null, TimeSpan.FromMinutes(1))));
        var model = new AnsweringModel(() =>
        {
            permits.Close();
            return new Attempt(new Completion.Failed(Reason.ProviderError, "status 500"), Transient: true) { FailedUsage = new Usage(3, 2, 7) };
        });

        var failed = Assert.IsType<Completion.Failed>(await new Caller(model, permits, TimeProvider.System, Some.Telemetry).Ask(Request("run"), Stop));

        Assert.Equal((Reason.Cancelled, 7), (failed.Reason, Assert.Single(failed.FailedAttempts).Usage.CostMicros));
    }

    [Fact]
    public async Task AnEndpointThatBreaksIsAskedAgain()
    {
        var endpoint = new LeasingEndpoint(new Lease(1, null, TimeSpan.FromMinutes(1))) { Breaks = 2 };
        await using var permits = Permits(endpoint);

        Assert.True((await permits.Enter(Request("run"), Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop)).Granted);
    }

    [Fact]
    public async Task WhatACallTookIsWhatItReservedWhereTheProviderDoesNotSay()
    {
        var endpoint = new LeasingEndpoint(new Lease(1, null, TimeSpan.FromMilliseconds(20)) { Tokens = 1000 });
        await using var permits = new Permits(endpoint, "silo", new ModelLimits { TokensPerMinute = 10_000 }, Awake.Value, TimeProvider.System);
        var first = await permits.Enter(Request("run"), Stop);
        permits.Leave(first, Request("run"), new Attempt(new Completion.Replied("yes")));

        var second = await permits.Enter(Request("run"), Stop);
        permits.Leave(second, Request("run"), new Attempt(new Completion.Replied("yes")));
        await permits.DisposeAsync();

        Assert.True(first.Tokens > 256);
        Assert.Equal(first.Tokens, second.Tokens);
    }

    [Theory]
    [InlineData(Reason.Timeout, Reason.Timeout)]
    [InlineData(Reason.RateLimited, Reason.Cancelled)]
    public async Task NoAttemptIsBegunWhoseReplyNobodyWouldHearAnyMore(Reason failing, Reason told)
    {
        var clock = new Clock();
        var asked = 0;
        var model = new AnsweringModel(() =>
        {
            asked++;
            clock.Pass(TimeSpan.FromMinutes(7));
            return new Attempt(new Completion.Failed(failing, "not yet"), Transient: true, TimeSpan.Zero);
        })
        {
            Limits = new ModelLimits { MaxAttempts = 9, Patience = TimeSpan.FromHours(5) }, Timeout = TimeSpan.FromMinutes(8),
        };
        await using var permits = Permits(new LeasingEndpoint(new Lease(1, null, TimeSpan.FromMinutes(1))));

        var failed = Assert.IsType<Completion.Failed>(await new Caller(model, permits, clock, Some.Telemetry).Ask(Request("run"), Stop));

        // After two of them 14 minutes are over; with five for a permit and eight for the attempt there is time for one more, and then no longer.
        Assert.Equal((told, 3, 3), (failed.Reason, asked, failed.FailedAttempts.Length));
    }

    private static Permits Permits(LeasingEndpoint endpoint) => new(endpoint, "silo", new ModelLimits(), Awake.Value, TimeProvider.System);

    private static readonly Lazy<Pulse> Awake = new(() =>
    {
        var pulse = new Pulse(TimeProvider.System, Some.Telemetry, new ServiceCollection().BuildServiceProvider());
        _ = pulse.StartAsync(CancellationToken.None);
        return pulse;
    });

    private static CompletionRequest Request(string run) => new()
    {
        Tenant = TenantName.Default, Run = new(run), Payer = "payer", Prompt = new Prompt { Model = new("m"), Messages = [new Message(Role.User, "Question?")] },
    };

    /// <summary>Who gets the one permit, in turn, when all of them wait before it is given on for the first time.</summary>
    private static async Task<List<string>> Order(Permits permits, Permit held, IEnumerable<CompletionRequest> requests, int turns)
    {
        var waiting = requests.Select(request => (Run: request.Run.Value, Permit: permits.Enter(request, Stop).AsTask())).ToList();
        var order = new List<string>();
        while (order.Count < turns)
        {
            permits.Leave(held, Request("any"), Answered);
            // A permit is given on before Leave returns.
            var next = waiting.Single(one => one.Permit.IsCompleted);
            waiting.Remove(next);
            order.Add(next.Run);
            held = await next.Permit;
        }

        return order;
    }

    /// <summary>The time of a process that sleeps again and again.</summary>
    private sealed class LeapingTime : TimeProvider
    {
        private long now;

        public override long GetTimestamp() => now += 10 * TimestampFrequency;
    }

    /// <summary>An endpoint that gives everybody the same lease, and remembers what it was told.</summary>
    private sealed class LeasingEndpoint(Lease lease) : IEndpointGrain
    {
        private readonly ConcurrentQueue<LeaseRequest> reports = new();
        private readonly ConcurrentBag<(Func<LeaseRequest, bool> Fits, TaskCompletionSource<LeaseRequest> Found)> listeners = [];

        public ImmutableArray<LeaseRequest> Reports => [.. reports];

        /// <summary>How often it breaks before it gives anything.</summary>
        public int Breaks { get; set; }

        public Task<Lease> Renew(LeaseRequest request)
        {
            reports.Enqueue(request);
            foreach (var (fits, found) in listeners)
            {
                if (fits(request))
                {
                    found.TrySetResult(request);
                }
            }

            return Breaks-- > 0 ? throw new ArithmeticException("the endpoint broke") : Task.FromResult(lease);
        }

        public Task<EndpointStatus> Status() => throw new NotSupportedException();

        public Task<LeaseRequest> Heard(Func<LeaseRequest, bool> fits)
        {
            var found = new TaskCompletionSource<LeaseRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
            listeners.Add((fits, found));
            return Reports.FirstOrDefault(fits) is { } before ? Task.FromResult(before) : found.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        }
    }

    private sealed class AnsweringModel(Func<Attempt> answer) : IModel
    {
        public ModelCard Card { get; } = new() { Name = new("m"), Provider = "scripted", Model = "m", Fingerprint = "f" };

        public ModelLimits Limits { get; init; } = new() { MaxAttempts = 3 };

        public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

        public Evaluation.Budgets.Budget? Budget => null;

        public Task<Attempt> Ask(Prompt prompt, CancellationToken cancellation) => Task.FromResult(answer());
    }
}
