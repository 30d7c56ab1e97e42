using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json.Serialization;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;
using Meter = System.Diagnostics.Metrics.Meter;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Assize.Grains;

/// <summary>Counts what happens in this process: one call an event. What is called per judgement allocates nothing.</summary>
public sealed class Telemetry
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Assize";

    private static readonly ImmutableArray<string> Reasons = [.. Enum.GetNames<Reason>().Select(Snake)];

    private static readonly ImmutableArray<string> Preferences = [.. Enum.GetNames<Preference>().Select(Snake)];

    private static readonly ImmutableArray<string> Lanes = [.. Enum.GetNames<Lane>().Select(Snake)];

    private static readonly FrozenDictionary<Type, string> Judges = typeof(Judge).GetCustomAttributes<JsonDerivedTypeAttribute>().ToFrozenDictionary(one => one.DerivedType, one => (string)one.TypeDiscriminator!);

    private static readonly ImmutableArray<string> Causes = ["breaker", "pause", "rate", "place"];

    private static readonly Tag Chat = new("gen_ai.operation.name", "chat");

    private readonly FrozenSet<ModelName> declared;
    private readonly Counter<long> started;
    private readonly Counter<long> ended;
    private readonly Histogram<double> duration;
    private readonly Counter<long> judged;
    private readonly Counter<long> judgements;
    private readonly Counter<long> injections;
    private readonly Counter<long> interrupted;
    private readonly Counter<long> completions;
    private readonly Counter<long> attempts;
    private readonly Counter<long> retries;
    private readonly Histogram<double> calls;
    private readonly Histogram<long> tokens;
    private readonly Counter<double> cost;
    private readonly Histogram<double> waits;
    private readonly Counter<long> pauses;

    public Telemetry(IMeterFactory meters, IModels models)
    {
        declared = models.Declared.Select(model => model.Card.Name).ToFrozenSet();
        var meter = meters.Create(Name);
        (started, ended, duration) = (Count(meter, Metrics.RunsStarted), Count(meter, Metrics.RunsEnded), Sizes<double>(meter, Metrics.RunDuration));
        (judged, judgements, injections, interrupted) =
            (Count(meter, Metrics.CasesJudged), Count(meter, Metrics.Judgements), Count(meter, Metrics.Injections), Count(meter, Metrics.ShardsInterrupted));
        (completions, attempts, retries) = (Count(meter, Metrics.Completions), Count(meter, Metrics.Attempts), Count(meter, Metrics.Retries));
        (calls, tokens, waits) = (Sizes<double>(meter, Metrics.CallDuration), Sizes<long>(meter, Metrics.Tokens), Sizes<double>(meter, Metrics.PermitWait));
        cost = meter.CreateCounter<double>(Metrics.Cost.Name, Metrics.Cost.Unit, Metrics.Cost.Means);
        pauses = Count(meter, Metrics.Pauses);
        Show(meter, Metrics.RunsActive, () => [new(Active().Count())]);
        Show(meter, Metrics.RunsStalled, () => [new(Movements.Now().Count(run => run.IsStill))]);
        Show(meter, Metrics.CasesPending, () => [new(Active().Sum(run => run.Spec.Suite.Cases - run.Folded.Cases - run.Waiting.Values.Sum(shard => shard.Cases)))]);
        Show(meter, Metrics.CasesActive, () => [new(Shards.Now().Sum(shard => shard.InFlight))]);
        Show(meter, Metrics.PermitsWaiting, () => ByLane(demand => demand.Waiting));
        Show(meter, Metrics.PermitsActive, () => ByLane(demand => demand.InFlight));
        Show(meter, Metrics.EndpointConcurrency, () => Each(endpoint => endpoint.Bearable));
        Show(meter, Metrics.EndpointLearnedRate, () => Each(endpoint => endpoint.LearnedPerMinute / 60));
        Show(meter, Metrics.EndpointRequestLimit, () => Each(endpoint => endpoint.Limits.RequestsPerMinute / 60.0));
        Show(meter, Metrics.EndpointTokenLimit, () => Each(endpoint => endpoint.Limits.TokensPerMinute / 60.0));
        Show(meter, Metrics.EndpointWaiting, () => Endpoints.Now().SelectMany(Waiting));
        Show(meter, Metrics.EndpointBreaker, () => Endpoints.Now().SelectMany(endpoint => Enum.GetValues<BreakerState>()
            .Select(state => new Measurement<double>(endpoint.Breaker == state ? 1 : 0, Of(endpoint.Model), new Tag("state", Snake(state.ToString()))))));
    }

    internal Living<RunLedger> Runs { get; } = new();

    internal Living<Grains.Runs.RunMovement> Movements { get; } = new();

    internal Living<Grains.Runs.ShardWork> Shards { get; } = new();

    internal Living<EndpointStatus> Endpoints { get; } = new();

    internal Living<PermitQueue> Permits { get; } = new();

    /// <summary>Begins the counters of what happens seldom at 0, so that the first time is seen as an increase.</summary>
    public void Begin()
    {
        foreach (var counter in new[] { started, judged, injections, interrupted, pauses })
        {
            counter.Add(0);
        }

        foreach (var status in new[] { RunStatus.Completed, RunStatus.Cancelled, RunStatus.OutOfBudget })
        {
            ended.Add(0, StatusOf(status));
        }

        foreach (var model in declared)
        {
            cost.Add(0, Of(model));
            foreach (var outcome in new[] { "paid", "reused", "failed" })
            {
                completions.Add(0, Of(model), new("outcome", outcome));
            }

            attempts.Add(0, Of(model), new("outcome", "replied"));
            foreach (var reason in new[] { Reason.RateLimited, Reason.Timeout, Reason.ProviderError })
            {
                attempts.Add(0, Of(model), new("outcome", Word(reason)));
                retries.Add(0, Of(model), new("reason", Word(reason)));
            }
        }
    }

    internal void RunStarted() => started.Add(1);

    internal void RunEnded(RunStatus status, TimeSpan took)
    {
        ended.Add(1, StatusOf(status));
        duration.Record(took.TotalSeconds, StatusOf(status));
    }

    internal void ShardInterrupted() => interrupted.Add(1);

    internal void Paused() => pauses.Add(1);

    internal void CaseJudged(SuiteDefinition suite, CaseRecord record, bool imitates)
    {
        judged.Add(1);
        if (imitates)
        {
            injections.Add(1);
        }

        foreach (var judgement in record.Judgements)
        {
            var (outcome, reason) = judgement.Outcome switch
            {
                Outcome.Preferred preferred => (Preferences[(int)preferred.Preference], "none"),
                Outcome.Unscored unscored => ("unscored", Word(unscored.Reason)),
                _ => ("scored", "none"),
            };
            judgements.Add(1, new("judge", KindOf(suite, judgement.Judge)), new("outcome", outcome), new("reason", reason));
        }
    }

    /// <summary>Somebody else's call brought this: a reply that was paid for already, or the same failure.</summary>
    internal void Shared(ModelName model, Completion completion) => completions.Add(1, Of(model), new("outcome", completion is Completion.Replied ? "reused" : "failed"));

    internal void Reused(ModelName model) => completions.Add(1, Of(model), new("outcome", "reused"));

    internal void Completed(ModelName model, Completion completion) => completions.Add(1, Of(model), new("outcome", completion is Completion.Replied ? "paid" : "failed"));

    internal void Waited(ModelName model, Lane lane, TimeSpan time) => waits.Record(time.TotalSeconds, Of(model), new("lane", Lanes[(int)lane]));

    /// <param name="before">What the call repeats; empty for a first one.</param>
    internal void Called(ModelCard card, Attempt tried, TimeSpan took, ImmutableArray<FailedAttempt> before)
    {
        var (model, provider, asked) = (Of(card.Name), new Tag("gen_ai.provider.name", Spans.ProviderOf(card)), new Tag("gen_ai.request.model", card.Model));
        if (before.Length > 0)
        {
            retries.Add(1, model, new("reason", Word(before[^1].Reason)));
        }

        if (tried.Completion is Completion.Failed failed)
        {
            attempts.Add(1, model, new("outcome", Word(failed.Reason)));
            calls.Record(took.TotalSeconds, [Chat, provider, asked, model, new("error.type", Word(failed.Reason))]);
            // Most failures are not billed, and have no tokens that would be none.
            if (tried.FailedUsage != Usage.None)
            {
                Billed(tried.FailedUsage, provider, asked, model);
            }

            return;
        }

        attempts.Add(1, model, new("outcome", "replied"));
        calls.Record(took.TotalSeconds, [Chat, provider, asked, model]);
        var reply = (Completion.Replied)tried.Completion;
        Billed(reply.Usage, provider, asked, model, reply.Estimated);
    }

    private void Billed(Usage usage, Tag provider, Tag asked, Tag model, Usage? estimated = null)
    {
        if (estimated is not { InputTokens: > 0 })
        {
            tokens.Record(usage.InputTokens, [Chat, provider, asked, model, new("gen_ai.token.type", "input")]);
        }

        if (estimated is not { OutputTokens: > 0 })
        {
            tokens.Record(usage.OutputTokens, [Chat, provider, asked, model, new("gen_ai.token.type", "output")]);
        }

        cost.Add(usage.CostMicros / 1e6, model);
    }

    /// <summary>A reason as labels and spans say it.</summary>
    public static string Word(Reason reason) => Reasons[(int)reason];

    private static Tag StatusOf(RunStatus status) => new("status", status switch { RunStatus.Completed => "completed", RunStatus.OutOfBudget => "out_of_budget", _ => "cancelled" });

    private static string KindOf(SuiteDefinition suite, JudgeName name)
    {
        foreach (var judge in suite.Judges)
        {
            if (judge.Name == name)
            {
                return Judges[judge.GetType()];
            }
        }

        return Metrics.Other;
    }

    /// <summary>A name of ours as labels say it.</summary>
    internal static string Snake(string name) => string.Concat(name.Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString()));

    private static Counter<long> Count(Meter meter, Metric metric) => meter.CreateCounter<long>(metric.Name, metric.Unit, metric.Means);

    private static Histogram<T> Sizes<T>(Meter meter, Metric metric)
        where T : struct => meter.CreateHistogram<T>(metric.Name, metric.Unit, metric.Means);

    private static void Show(Meter meter, Metric metric, Func<IEnumerable<Measurement<double>>> now) => meter.CreateObservableGauge(metric.Name, now, metric.Unit, metric.Means);

    private Tag Of(ModelName model) => new("model", declared.Contains(model) ? model.Value : Metrics.Other);

    private IEnumerable<RunLedger> Active() => Runs.Now().Where(run => run.Report is null);

    private IEnumerable<Measurement<double>> Each(Func<EndpointStatus, double?> value) =>
        from endpoint in Endpoints.Now()
        let now = value(endpoint)
        where now is not null
        select new Measurement<double>(now.Value, Of(endpoint.Model));

    private IEnumerable<Measurement<double>> ByLane(Func<Demand, int> value) =>
        from queue in Permits.Now()
        from lane in Enum.GetValues<Lane>()
        select new Measurement<double>(queue.Demands.Where(demand => demand.Flow.Lane == lane).Sum(value), Of(queue.Model), new Tag("lane", Lanes[(int)lane]));

    private IEnumerable<Measurement<double>> Waiting(EndpointStatus endpoint)
    {
        var cause = endpoint.Breaker is not BreakerState.Closed ? "breaker" : !endpoint.HeldUp ? "place" : endpoint.PausedUntil is not null ? "pause" : "rate";
        var waiting = endpoint.Flows.Sum(flow => flow.Waiting);
        return Causes.Select(one => new Measurement<double>(one == cause ? waiting : 0, Of(endpoint.Model), new Tag("cause", one)));
    }
}

/// <summary>What wants permits of a model in this process.</summary>
internal sealed record PermitQueue(ModelName Model, ImmutableArray<Demand> Demands);
