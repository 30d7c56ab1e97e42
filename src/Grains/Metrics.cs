using System.Collections.Immutable;

namespace Assize.Grains;

/// <summary>
/// The catalogue of what Assize measures: every name, unit and label stands here and nowhere else. Names follow OpenTelemetry (dots, base units, no suffix for the kind); Prometheus reads them
/// with underscores, the unit, and <c>_total</c> behind counters. Calls of models have the names of OpenTelemetry's conventions for generative AI.
/// A label has few values that an operator chose or the program knows: never an id, a text or a user's word.
/// </summary>
public static class Metrics
{
    /// <summary>What stands in a label for a name that was not declared.</summary>
    public const string Other = "other";

    private static readonly MetricLabel Model = new("model", "a declared model, or other");

    private static readonly MetricLabel Lane = new("lane", "run, monitor");

    private static readonly MetricLabel Status = new("status", "completed, cancelled, out_of_budget");

    private static readonly MetricLabel Monitor = new("monitor", "a monitor as tenant/name, or other");

    private static readonly MetricLabel Way = new("way", "api, otlp");

    private static readonly MetricLabel Source = new("source", "an application that the configuration declares (Traffic:Sources), or other");

    private static readonly MetricLabel Criterion = new("criterion", "what is watched, or other");

    private static readonly MetricLabel Reason = new("reason", "none, refused, unparsed, out_of_range, rate_limited, timeout, provider_error, content_filter, context_too_long, budget, cancelled, no_model, expired");

    private static readonly ImmutableArray<MetricLabel> Call =
    [
        new("gen_ai.operation.name", "chat"),
        new("gen_ai.provider.name", "openai, azure.ai.openai, ollama, anthropic, simulated"),
        new("gen_ai.request.model", "the declared model's name at its provider"),
        Model,
    ];

    public static readonly Metric RunsStarted = new("assize.runs.started", MetricKind.Counter, "{run}", "Runs that began; one that goes on after a restart counts once.", []);

    public static readonly Metric RunsEnded = new("assize.runs.ended", MetricKind.Counter, "{run}", "Runs that ended with a report.", [Status]);

    public static readonly Metric RunDuration = new("assize.run.duration", MetricKind.Histogram, "s", "From a run's start to its report.", [Status])
    {
        Buckets = [1, 10, 60, 300, 1800, 7200, 28800, 86400],
    };

    public static readonly Metric RunsActive = new("assize.runs.active", MetricKind.Gauge, "{run}", "Unfinished runs that this silo looks after.", []);

    public static readonly Metric RunsStalled = new("assize.runs.stalled", MetricKind.Gauge, "{run}", "Those of them that have finished no case for 15 minutes; it may take 20 to say so.", []);

    public static readonly Metric CasesPending = new("assize.cases.pending", MetricKind.Gauge, "{case}", "Cases of unfinished runs in shards that have not reported.", []);

    public static readonly Metric CasesActive = new("assize.cases.active", MetricKind.Gauge, "{case}", "Cases that this silo works on at the moment.", []);

    public static readonly Metric CasesJudged = new("assize.cases.judged", MetricKind.Counter, "{case}", "Cases finished, with all their judgements.", []);

    public static readonly Metric Judgements = new("assize.judgements", MetricKind.Counter, "{judgement}", "Judgements by what they came to; the reason is none unless the outcome is unscored.",
        [new("judge", "the kind of judge: score, panel, pairwise, exact, contains, regex, number, json"), new("outcome", "scored, a, b, tie, inconsistent, unscored"), Reason]);

    public static readonly Metric Injections = new("assize.injection.attempts", MetricKind.Counter, "{case}", "Cases, and drawn interactions, with an answer that holds the marker verdicts are read from; it is contained, and worth knowing.", []);

    public static readonly Metric ShardsInterrupted = new("assize.shards.interrupted", MetricKind.Counter, "{shard}", "Shards whose work was broken off by a fault and begun again.", []);

    public static readonly Metric Completions = new("assize.completions", MetricKind.Counter, "{completion}", "Completions asked for: paid for now, read from what was kept (reused), or without a reply (failed).",
        [Model, new("outcome", "paid, reused, failed")]);

    public static readonly Metric Attempts = new("assize.model.attempts", MetricKind.Counter, "{attempt}", "Calls to a provider by what they brought; rate_limited is a 429.",
        [Model, new("outcome", "replied, refused, rate_limited, timeout, provider_error, content_filter, context_too_long, cancelled, no_model")]);

    public static readonly Metric Retries = new("assize.model.retries", MetricKind.Counter, "{attempt}", "Calls that repeat a failed one, by what it had failed with.",
        [Model, new("reason", "rate_limited, timeout, provider_error")]);

    public static readonly Metric CallDuration = new("gen_ai.client.operation.duration", MetricKind.Histogram, "s", "One call to a provider, from its start to its end.",
        [.. Call, new("error.type", "absent for a reply, else as outcome above")])
    {
        Buckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    public static readonly Metric Tokens = new("gen_ai.client.token.usage", MetricKind.Histogram, "{token}", "Tokens of one reply, or of a failed call that is billed, as the provider counts them; nothing where it does not.", [.. Call, new("gen_ai.token.type", "input, output")])
    {
        Buckets = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576],
    };

    public static readonly Metric Cost = new("assize.model.cost", MetricKind.Counter, "{currency}", "Money that calls cost by the declared prices, failed ones that are billed included, in whole units of their currency; by an estimate where the provider counts no tokens.", [Model]);

    public static readonly Metric PermitsWaiting = new("assize.permits.waiting", MetricKind.Gauge, "{call}", "Calls on this silo that wait for a permit of their model.", [Model, Lane]);

    public static readonly Metric PermitsActive = new("assize.permits.active", MetricKind.Gauge, "{call}", "Calls of this silo in flight.", [Model, Lane]);

    public static readonly Metric PermitWait = new("assize.permit.wait", MetricKind.Histogram, "s", "How long a call waited for its permit.", [Model, Lane])
    {
        Buckets = [0.001, 0.01, 0.1, 0.5, 1, 5, 15, 60, 300],
    };

    public static readonly Metric EndpointConcurrency = new("assize.endpoint.concurrency", MetricKind.Gauge, "{call}", "Calls at once that the provider seems to bear, learned or declared; shown by the silo that keeps the model's limits.", [Model]);

    public static readonly Metric EndpointLearnedRate = new("assize.endpoint.learned.rate", MetricKind.Gauge, "{request}/s", "Requests a second that the provider seems to bear; absent as long as it has not complained.", [Model]);

    public static readonly Metric EndpointRequestLimit = new("assize.endpoint.request.limit", MetricKind.Gauge, "{request}/s", "Declared limit of requests, by the second; absent when none is declared.", [Model]);

    public static readonly Metric EndpointTokenLimit = new("assize.endpoint.token.limit", MetricKind.Gauge, "{token}/s", "Declared limit of tokens, by the second; absent when none is declared.", [Model]);

    public static readonly Metric EndpointWaiting = new("assize.endpoint.waiting", MetricKind.Gauge, "{call}", "Calls of the whole cluster that wait, by what for: the provider works again (breaker), a pause it asked for (pause), a rate (rate), a place (place).",
        [Model, new("cause", "breaker, pause, rate, place")]);

    public static readonly Metric EndpointBreaker = new("assize.endpoint.breaker", MetricKind.Gauge, "{state}", "1 for the state that the model's breaker is in, 0 for the others.", [Model, new("state", "closed, open, half_open")]);

    public static readonly Metric Pauses = new("assize.process.pauses", MetricKind.Counter, "{pause}", "Times that this process did not run for three seconds or more, so that others may have given it up.", []);

    public static readonly Metric CertificateLeft = new("assize.certificate.left", MetricKind.Gauge, "s", "Until the certificate expires that this process shows to silos and gateways; below 0 it has expired, and without TLS it is absent.", []);

    public static readonly Metric TrafficInteractions = new("assize.traffic.interactions", MetricKind.Counter, "{interaction}",
        "Interactions that this gateway received, by the way they came and what became of them: accepted ones are new here, repeated ones were here already, and refused ones cannot be used.",
        [Way, new("outcome", "accepted, repeated, refused")]);

    public static readonly Metric TrafficUnsafe = new("assize.traffic.unsafe", MetricKind.Gauge, "{interaction}", "Interactions that this gateway took and that do not rest safely yet; their senders wait.", []);

    public static readonly Metric TrafficRedactions = new("assize.traffic.redactions", MetricKind.Counter, "{redaction}",
        "Places of drawn interactions that were redacted before they left this gateway; what is not drawn is not looked at.", [new("detector", "key, email, iban, card, ip, phone, or the name of an operator's rule")]);

    public static readonly Metric TrafficLatency = new("assize.traffic.latency", MetricKind.Histogram, "s", "How long users waited for a response: of accepted interactions that say it, drawn or not.", [Source])
    {
        Buckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    public static readonly Metric TrafficCost = new("assize.traffic.cost", MetricKind.Counter, "{currency}", "What responses cost their application: the sum of what accepted interactions say, drawn or not.", [Source]);

    public static readonly Metric TrafficFeedback = new("assize.traffic.feedback", MetricKind.Counter, "{interaction}",
        "Accepted interactions of which the user gave a verdict, drawn or not: below 0, 0, or above 0. Users who complain are no sample of users.", [Source, new("verdict", "negative, neutral, positive")]);

    public static readonly Metric MonitorInteractions = new("assize.monitor.interactions", MetricKind.Counter, "{interaction}", "Observed interactions: those that matched the monitor's filter.", [Monitor]);

    public static readonly Metric MonitorExpected = new("assize.monitor.expected", MetricKind.Counter, "{interaction}",
        "Interactions that should have been drawn: the sum of the probabilities in force. In the long run as many are.", [Monitor]);

    public static readonly Metric MonitorSampled = new("assize.monitor.sampled", MetricKind.Counter, "{interaction}", "Interactions drawn to be judged.", [Monitor]);

    public static readonly Metric MonitorLeftOut = new("assize.monitor.left.out", MetricKind.Counter, "{interaction}",
        "Interactions that the monitor's own rate drew and that were not judged: judging is behind (thinned), a budget is spent (over_budget), or they were drawn before (repeated).",
        [Monitor, new("reason", "thinned, over_budget, repeated")]) { MostSeries = 400 };

    public static readonly Metric MonitorShare = new("assize.monitor.share", MetricKind.Gauge, "", "The share of the monitor's own rate at which this gateway draws; below 1 it thins, because judging is behind.", [Monitor]);

    public static readonly Metric MonitorApart = new("assize.monitor.apart", MetricKind.Gauge, "{monitor}",
        "1 while this gateway has set the monitor apart, because it takes no traffic while everything else works; what is drawn for it is lost to it then; absent otherwise.", [Monitor]);

    public static readonly Metric MonitorLost = new("assize.monitor.lost", MetricKind.Counter, "{interaction}",
        "Interactions that were drawn for a monitor and acknowledged while this gateway had set it apart, and so are lost to it; absent before any.", [Monitor]);

    public static readonly Metric MonitorConversations = new("assize.monitor.conversations", MetricKind.Counter, "{conversation}",
        "Conversations that were handed to the judge as a whole (complete), and those of which a silo took the texts with it (lost).", [Monitor, new("outcome", "complete, lost")]) { MostSeries = 300 };

    public static readonly Metric MonitorConversationsOpen = new("assize.monitor.conversations.open", MetricKind.Gauge, "{conversation}",
        "Drawn conversations that are not complete yet; absent where a monitor judges each interaction by itself.", [Monitor]);

    public static readonly Metric MonitorConversationsCut = new("assize.monitor.conversations.cut", MetricKind.Counter, "{conversation}", "Conversations that were judged before they were complete, because they grew too large.", [Monitor]);

    public static readonly Metric MonitorJudgements = new("assize.monitor.judgements", MetricKind.Counter, "{judgement}", "Judgements of sampled interactions.", [Monitor, new("outcome", "scored, unscored")]) { MostSeries = 300 };

    public static readonly Metric MonitorEstimate = new("assize.monitor.estimate", MetricKind.Gauge, "", "The mean of the latest hundred scores, in points of the criterion's scale.", [Monitor, Criterion]);

    public static readonly Metric MonitorLow = new("assize.monitor.estimate.low", MetricKind.Gauge, "", "Lower end of its interval.", [Monitor, Criterion]);

    public static readonly Metric MonitorHigh = new("assize.monitor.estimate.high", MetricKind.Gauge, "", "Upper end of its interval.", [Monitor, Criterion]);

    public static readonly Metric MonitorEvidence = new("assize.monitor.evidence.ratio", MetricKind.Gauge, "", "Evidence of a change over the threshold at which an alarm is raised.", [Monitor, Criterion]);

    public static readonly Metric MonitorAlarms = new("assize.monitor.alarms", MetricKind.Counter, "{alarm}", "Alarms raised, by what they are about: the quality that is watched, its judge, or that the monitor cannot do its work (watchdog).",
        [Monitor, new("about", "product, judge, watchdog")]) { MostSeries = 400 };

    public static readonly Metric MonitorAlarmsOpen = new("assize.monitor.alarms.open", MetricKind.Gauge, "{alarm}", "Alarms that are not resolved.", [Monitor]);

    public static readonly Metric MonitorAlarmsUnseen = new("assize.monitor.alarms.unseen", MetricKind.Gauge, "{alarm}", "Alarms that nobody has acknowledged and that are not resolved, by what they are about; absent where there are none.",
        [Monitor, new("about", "product, judge, watchdog")]) { MostSeries = 400 };

    public static readonly Metric MonitorDelay = new("assize.monitor.alarm.delay", MetricKind.Histogram, "s", "From the estimated moment of a change to its alarm.", [Monitor])
    {
        Buckets = [60, 300, 900, 3600, 14400, 43200, 86400, 259200],
    };

    public static readonly Metric MonitorJudgeEvidence = new("assize.monitor.judge.evidence.ratio", MetricKind.Gauge, "",
        "Evidence that the judge itself moved over its threshold, from anchors that are judged again and again; absent where a monitor has none.", [Monitor, Criterion]);

    public static readonly Metric MonitorWatchdog = new("assize.monitor.watchdog", MetricKind.Gauge, "{trouble}", "1 for what keeps the monitor from doing its work at the moment, 0 for what does not.",
        [Monitor, new("trouble", "no_traffic, little_traffic, no_scores, too_few_samples, too_few_scores, unwatched_slices, lost_conversations, outpaced_promise, no_baseline_run")]) { MostSeries = 800 };

    public static readonly Metric MonitorNotifications = new("assize.monitor.notifications", MetricKind.Counter, "{attempt}", "Notifications by what became of them; one that failed is tried again until it is given up.",
        [new("channel", "a declared channel"), new("outcome", "delivered, failed, given_up")]);

    /// <summary>Everything, in the order of the reference.</summary>
    public static ImmutableArray<Metric> All { get; } =
    [
        RunsStarted, RunsEnded, RunDuration, RunsActive, RunsStalled, CasesPending, CasesActive, CasesJudged, Judgements, Injections, ShardsInterrupted,
        Completions, Attempts, Retries, CallDuration, Tokens, Cost,
        PermitsWaiting, PermitsActive, PermitWait,
        EndpointConcurrency, EndpointLearnedRate, EndpointRequestLimit, EndpointTokenLimit, EndpointWaiting, EndpointBreaker,
        Pauses, CertificateLeft,
        TrafficInteractions, TrafficUnsafe, TrafficRedactions, TrafficLatency, TrafficCost, TrafficFeedback,
        MonitorInteractions, MonitorExpected, MonitorSampled, MonitorLeftOut, MonitorShare, MonitorApart, MonitorLost, MonitorConversations, MonitorConversationsOpen, MonitorConversationsCut,
        MonitorJudgements, MonitorEstimate, MonitorLow, MonitorHigh, MonitorEvidence, MonitorAlarms, MonitorAlarmsOpen, MonitorAlarmsUnseen, MonitorDelay,
        MonitorJudgeEvidence, MonitorWatchdog, MonitorNotifications,
    ];
}
