using System.Diagnostics;
using System.Diagnostics.Metrics;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Grains.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Assize.Grains.Tests;

[Collection(nameof(TwoSilos))]
public sealed class TelemetryTests(TwoSilos silos)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARunIsCountedFromItsStartToItsEnd()
    {
        TwoSilos.Model.Reset();
        TwoSilos.Model.Answer = (prompt, before) => prompt.Contains("Question 1.", StringComparison.Ordinal) && before == 0
            ? new Attempt(new Completion.Failed(Reason.RateLimited, "status 429"), Transient: true, TimeSpan.FromMilliseconds(1))
            : prompt.Contains("Question 2.", StringComparison.Ordinal) ? new Attempt(new Completion.Failed(Reason.ContextTooLong, "too long")) : ScriptedModel.Judges(prompt, 4);
        using var measured = new Measured();
        var suite = await Some.Stored(silos.Grains, "counted", 10);

        await Some.Reported(silos.Grains, suite, "run-counted-1", Cancellation);
        await Some.Reported(silos.Grains, suite, "run-counted-2", Cancellation);

        Assert.Equal((2, 2, 20), (measured.Sum("assize.runs.started{}"), measured.Sum("assize.runs.ended{status=completed}"), measured.Sum("assize.cases.judged{}")));
        Assert.Equal(18, measured.Sum("assize.judgements{judge=score,outcome=scored,reason=none}"));
        Assert.Equal(2, measured.Sum("assize.judgements{judge=score,outcome=unscored,reason=context_too_long}"));
        Assert.Equal((9, 9, 2), (Completions("paid"), Completions("reused"), Completions("failed")));
        Assert.Equal((9, 1, 2), (Attempts("replied"), Attempts("rate_limited"), Attempts("context_too_long")));
        Assert.Equal(1, measured.Sum("assize.model.retries{model=scripted,reason=rate_limited}"));
        Assert.Equal(9 * 20 / 1e6, measured.Sum("assize.model.cost{model=scripted}"), 12);
        const string Call = "gen_ai.operation.name=chat,gen_ai.provider.name=scripted,gen_ai.request.model=scripted-1";
        Assert.Equal((90, 45), (measured.Sum($"gen_ai.client.token.usage{{{Call},gen_ai.token.type=input,model=scripted}}"), measured.Sum($"gen_ai.client.token.usage{{{Call},gen_ai.token.type=output,model=scripted}}")));
        Assert.Contains($"gen_ai.client.operation.duration{{error.type=rate_limited,{Call},model=scripted}}", measured.Series);
        Assert.Contains("assize.permit.wait{lane=run,model=scripted}", measured.Series);

        double Completions(string outcome) => measured.Sum($"assize.completions{{model=scripted,outcome={outcome}}}");
        double Attempts(string outcome) => measured.Sum($"assize.model.attempts{{model=scripted,outcome={outcome}}}");
    }

    [Fact]
    public async Task AFailedCallThatIsBilledCostsWhatItCosts()
    {
        TwoSilos.Model.Reset();
        TwoSilos.Model.Answer = (prompt, before) => before == 0
            ? new Attempt(new Completion.Failed(Reason.ContextTooLong, "too long")) { FailedUsage = new Usage(300, 0, 600) }
            : ScriptedModel.Judges(prompt, 4);
        using var measured = new Measured();
        var suite = await Some.Stored(silos.Grains, "billed-failures", 1);

        var report = await Some.Reported(silos.Grains, suite, "run-billed-failures", Cancellation);

        Assert.Equal(600, report.Usage.Sum(line => line.Usage.CostMicros));
        Assert.Equal(600 / 1e6, measured.Sum("assize.model.cost{model=scripted}"), 12);
        Assert.Equal(300, measured.Sum("gen_ai.client.token.usage{gen_ai.operation.name=chat,gen_ai.provider.name=scripted,gen_ai.request.model=scripted-1,gen_ai.token.type=input,model=scripted}"));
    }

    [Theory]
    [InlineData(RunStatus.Completed, "completed")]
    [InlineData(RunStatus.Cancelled, "cancelled")]
    [InlineData(RunStatus.OutOfBudget, "out_of_budget")]
    public void ARunIsCountedByTheWayInWhichItEnded(RunStatus status, string word)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var measured = new Measured(meters);
        var telemetry = new Telemetry(meters, TwoSilos.Model);

        telemetry.Begin();
        telemetry.RunEnded(status, TimeSpan.FromSeconds(1));

        Assert.Equal((1, 0), (measured.Sum($"assize.runs.ended{{status={word}}}"), measured.Sum($"assize.runs.ended{{status={(status is RunStatus.Cancelled ? "completed" : "cancelled")}}}")));
        Assert.Contains("assize.runs.ended{status=out_of_budget}", measured.Series);
    }

    [Fact]
    public async Task GaugesShowWhatIsAtWorkAndForgetWhatHasLeft()
    {
        TwoSilos.Model.Reset();
        TwoSilos.Model.Gate = new TaskCompletionSource();
        TwoSilos.Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        using var measured = new Measured();
        var suite = await Some.Stored(silos.Grains, "gauged", 40);
        await silos.Grains.Suite(Some.Tenant, suite.Definition.Name).Start(Some.Request(suite, "run-gauged"));

        // As many calls at once as the limiter has learned, which other tests of this cluster may have taught it.
        await Waiting.Until(() => measured.Gauges() is var now && Of(now, "assize.permits.active{lane=run,model=scripted}") == Borne(now) && Of(now, "assize.permits.waiting{lane=run,model=scripted}") > 0);
        var working = measured.Gauges();
        Assert.Equal((1, 40, 0), (Of(working, "assize.runs.active{}"), Of(working, "assize.cases.pending{}"), Of(working, "assize.runs.stalled{}")));
        Assert.InRange(Borne(working), 1, 16);
        Assert.InRange(Of(working, "assize.cases.active{}"), Borne(working) + 1, 40);
        Assert.Equal((1, 0), (Of(working, "assize.endpoint.breaker{model=scripted,state=closed}"), Of(working, "assize.endpoint.breaker{model=scripted,state=open}")));

        TwoSilos.Model.Gate.SetResult();
        await Some.Ended(silos.Grains, "run-gauged", Cancellation);
        var management = silos.Management;
        await Waiting.Until(async () =>
        {
            await management.ForceActivationCollection(TimeSpan.Zero);
            return !measured.Gauges().Keys.Any(series => series.StartsWith("assize.endpoint.", StringComparison.Ordinal) || series.StartsWith("assize.permits.", StringComparison.Ordinal));
        });

        Assert.Equal((0, 0, 0), (Of(measured.Gauges(), "assize.runs.active{}"), Of(measured.Gauges(), "assize.cases.pending{}"), Of(measured.Gauges(), "assize.cases.active{}")));

        static double Borne(IReadOnlyDictionary<string, double> gauges) => Of(gauges, "assize.endpoint.concurrency{model=scripted}");
    }

    [Fact]
    public void WhatIsCountedForAJudgementAllocatesNothing()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var telemetry = new Telemetry(services.GetRequiredService<IMeterFactory>(), TwoSilos.Model);
        using var listener = Silent(services.GetRequiredService<IMeterFactory>());
        var (suite, card) = (Some.Definition("any"), TwoSilos.Model.Card);
        var record = new CaseRecord
        {
            Case = new("case"),
            Judgements = [new Judgement { Judge = new("judge"), Candidate = new("recorded"), Outcome = new Outcome.Unscored(Reason.Unparsed, "no verdict") }],
        };
        var reply = new Completion.Replied("yes") { Usage = new Usage(10, 5, 20) };
        var tried = new Attempt(reply);
        void Judge()
        {
            telemetry.Waited(card.Name, Lane.Run, TimeSpan.FromSeconds(1));
            telemetry.Called(card, tried, TimeSpan.FromSeconds(1), []);
            telemetry.Completed(card.Name, reply);
            telemetry.CaseJudged(suite, record, imitates: false);
        }

        Judge();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Judge();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void AModelThatNobodyDeclaredIsCalledOther()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var telemetry = new Telemetry(meters, TwoSilos.Model);
        using var measured = new Measured(meters);

        telemetry.Reused(new ModelName("whatever-a-user-wrote"));

        Assert.Equal(1, measured.Sum("assize.completions{model=other,outcome=reused}"));
    }

    [Fact]
    public void EveryMetricHasAnInstrumentOfItsNameUnitAndKind()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var instruments = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => { if (instrument.Meter.Scope == meters) { instruments.Add(instrument); } } };
        listener.Start();
        _ = new Telemetry(meters, TwoSilos.Model);
        _ = new MonitorTelemetry(meters, new MonitorNames());
        _ = new CertificateTelemetry(meters, () => TimeSpan.Zero);
        _ = new TrafficTelemetry(meters, new MonitorNames(), TrafficPolicy.Default);

        Assert.Equal(
            Metrics.All.Select(metric => (metric.Name, metric.Unit, metric.Kind)).Order(),
            instruments.Select(one => (one.Name, one.Unit ?? "", one.IsObservable ? MetricKind.Gauge : one.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram : MetricKind.Counter)).Order());
    }

    [Fact]
    public void MonitorsBeyondTheHundredthAreCountedTogetherAndShowNothingThatCannotBeAdded()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var telemetry = new MonitorTelemetry(meters, new MonitorNames());
        using var measured = new Measured(meters);
        for (var i = 0; i < 103; i++)
        {
            var name = $"m{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            telemetry.Begin(new Evaluation.Monitors.MonitorSpec { Tenant = Some.Tenant, Definition = Monitors.MonitorTests.Definition(name), Models = ModelCards.None, Changed = DateTimeOffset.UnixEpoch });
        }

        var series = measured.Series.Where(one => one.StartsWith("assize.monitor.interactions", StringComparison.Ordinal)).ToArray();
        Assert.Equal(101, series.Length);
        Assert.Contains("assize.monitor.interactions{monitor=other}", series);
    }

    [Fact]
    public async Task ACaseIsATraceOfItsOwnThatNamesItsRun()
    {
        var spans = new System.Collections.Concurrent.ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        TwoSilos.Model.Reset();
        TwoSilos.Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        var suite = await Some.Stored(silos.Grains, "traced", 5);

        await Some.Reported(silos.Grains, suite, "run-traced", Cancellation);

        var cases = spans.Where(span => span.DisplayName == "judge case" && Equals(span.GetTagItem("assize.run"), "run-traced")).ToArray();
        Assert.Equal(["case-0", "case-1", "case-2", "case-3", "case-4"], cases.Select(span => (string)span.GetTagItem("assize.case")!).Order());
        Assert.Equal(5, cases.Select(span => span.TraceId).Distinct().Count());
        Assert.All(cases, span => Assert.Null(span.Parent));
    }

    private static double Of(IReadOnlyDictionary<string, double> gauges, string series) => gauges.GetValueOrDefault(series, double.NaN);

    private static MeterListener Silent(IMeterFactory meters)
    {
        var listener = new MeterListener { InstrumentPublished = (instrument, heard) => { if (instrument.Meter.Scope == meters) { heard.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        return listener;
    }
}
