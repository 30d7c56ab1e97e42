using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Assize.Servers;
using Assize.SimulatedModel;

namespace Assize.Cluster.Tests.Monitoring;

/// <summary>A real process under a real Prometheus and Alertmanager, with the project's own configuration, rules and dashboards.</summary>
public sealed partial class MonitoringTests
{
    /// <summary>Series of one process with one model that has run a suite; each further model may add as many as <see cref="SeriesOfAModel"/>.</summary>
    private const int SeriesOfAProcess = 600;

    private const int SeriesOfAModel = 120;

    private const int SeriesOfAMonitor = 40;

    /// <summary>Panels without data here, and why.</summary>
    private static readonly Dictionary<string, string> Empty = new()
    {
        ["assize-cluster/Certificates"] = "this cluster does without TLS",
        ["assize-limits/Learned rate"] = "the simulated provider does not complain",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheDemonstrationFillsEveryPanelKeepsToTheBudgetOfSeriesAndItsAlarmsReachSomebody()
    {
        using var receiver = new WebhookReceiver();
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = 10 }, 0, Cancellation);
        using var folder = new Folder();
        var settings = Settings(model.BaseAddress, "judge");
        settings["Notifications__Channels__pager__Url"] = new Uri(receiver.Address, "pager").ToString();
        settings["Notifications__Channels__pager__SecretEnvironment"] = "PAGER_SECRET";
        settings["PAGER_SECRET"] = "0123456789abcdef0123456789abcdef";
        settings["Monitors__TendEvery"] = "00:00:01";
        // What a judge says hangs on the installation's secret, and a verdict is wrong now and then: the same secret and seed give the same performance.
        settings["Secret__File"] = Path.Combine(folder.Path, "secret");
        await File.WriteAllTextAsync(settings["Secret__File"], new string('d', 32), Cancellation);
        await using var assize = await AssizeProcess.Start(folder.Path, settings, Cancellation);
        await using var alertmanager = await AlertmanagerServer.Started(Cancellation, receiver.Address);
        await using var prometheus = await PrometheusServer.Started(assize.Health, alertmanager, Cancellation);
        await Until(async () => (await prometheus.Query("assize_model_cost_total == 0", Cancellation)).Count > 0);

        var demonstration = Run(folder.Path, ["demo", "drift", "--speed", "12", "--seed", "3", "--address", assize.Address.ToString(), "--judge", model.BaseAddress.ToString(), "--notify", "pager"]);
        await RunTheSample(assize, folder.Path);
        await Until(async () => (await prometheus.Query("sum(assize_judgements_total) > 100", Cancellation)).Count > 0);
        await assize.Report(await assize.StartGenerated(100, "second", Cancellation), Cancellation);
        await RunTheSample(assize, folder.Path);
        Assert.Contains("Both alarms named who was to blame: the applications in German, then the judge.", await demonstration, StringComparison.Ordinal);
        await Silent(assize);

        var queries = Dashboards.All.SelectMany(board => board.Queries).ToArray();
        Assert.True(queries.Length > 80, $"only {queries.Length} queries were found");
        var silent = Array.Empty<string>();
        await Until(async () =>
        {
            var answers = new List<string>();
            foreach (var query in queries)
            {
                if ((await prometheus.Query(query.Anywhere("1m", "5m"), Cancellation)).Count == 0)
                {
                    answers.Add($"{query.Dashboard}/{query.Panel}");
                }
            }

            silent = [.. answers.Distinct()];
            return silent.All(Empty.ContainsKey);
        }, () => $"without data: {string.Join(", ", silent.Where(panel => !Empty.ContainsKey(panel)))}");
        Assert.Equal(Empty.Keys.Order(StringComparer.Ordinal), silent.Order(StringComparer.Ordinal));

        var measured = (await prometheus.Query("count by (__name__) ({job=\"assize\"})", Cancellation)).Select(series => series.Labels["__name__"])
            .Where(name => !name.StartsWith("scrape_", StringComparison.Ordinal) && !name.Contains(':', StringComparison.Ordinal) && name is not ("up" or "target_info" or "ALERTS" or "ALERTS_FOR_STATE")).ToArray();
        var known = Reference().ToHashSet(StringComparer.Ordinal);
        Assert.True(measured.Length > 50, $"only {measured.Length} metrics were read");
        Assert.DoesNotContain(measured, name => !known.Contains(name) && !known.Contains(Part().Replace(name, "")));
        var series = (await prometheus.Query("max(scrape_samples_post_metric_relabeling{job=\"assize\"})", Cancellation))[0].Value;
        Assert.InRange(series, 100, SeriesOfAProcess + 3 * SeriesOfAMonitor);
        Assert.InRange((await prometheus.Query("max(count by (monitor) ({monitor!=\"\", job=\"assize\"}))", Cancellation))[0].Value, 10, SeriesOfAMonitor);

        // The whole way: the monitor's own channel, and the alerts by Prometheus and Alertmanager.
        await Until(() => Task.FromResult(
                Told("\"kind\":\"drift\"", "language=de") && Told("\"trouble\":\"NoTraffic\"", "\"monitor\":\"silent\"")
                && Reached("/on-call", "AssizeMonitorAlarm", "default/demo") && Reached("/tickets", "AssizeMonitorSilent", "default/silent")),
            () => $"only these reached anybody: {string.Join(", ", receiver.All.Select(posted => $"{posted.Path}: {AlertName().Match(posted.Body).Value}").Distinct())}");

        bool Told(params string[] words) => receiver.All.Any(posted => posted.Path == "/pager" && words.All(word => posted.Body.Contains(word, StringComparison.Ordinal)));
        bool Reached(string path, string alert, string monitor) => receiver.All.Any(posted =>
            posted.Path == path && posted.Body.Contains($"\"alertname\":\"{alert}\"", StringComparison.Ordinal) && posted.Body.Contains($"\"monitor\":\"{monitor}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnotherModelCostsAFewSeriesAndARunNone()
    {
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, Cancellation);
        using var folder = new Folder();
        await using var assize = await AssizeProcess.Start(folder.Path, Settings(model.BaseAddress, "judge", "another"), Cancellation);

        await assize.Report(await assize.StartGenerated(20, "first", Cancellation), Cancellation);
        var first = await Series(assize);
        await assize.Report(await assize.StartGenerated(20, "second", Cancellation), Cancellation);
        await assize.Report(await assize.StartGenerated(20, "third", Cancellation), Cancellation);
        var third = await Series(assize);

        // Which outcomes twenty cases come to is chance; the catalogue bounds them.
        Assert.Empty(third.Where(line => line.StartsWith("assize_", StringComparison.Ordinal) && !line.StartsWith("assize_judgements_total", StringComparison.Ordinal)).Except(first));
        Assert.InRange(third.Count(line => line.Contains("model=\"another\"", StringComparison.Ordinal)), 1, SeriesOfAModel);
        Assert.InRange(third.Count(line => line.Contains("model=\"judge\"", StringComparison.Ordinal)), 1, SeriesOfAModel);
    }

    [Fact]
    public async Task MetricsAreServedToOperatorsAndToNobodyElse()
    {
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, Cancellation);
        using var folder = new Folder();
        await using var assize = await AssizeProcess.Start(folder.Path, Settings(model.BaseAddress, "judge"), Cancellation);
        using var http = new HttpClient();
        using var outside = new HttpRequestMessage(HttpMethod.Get, new Uri(assize.Address, "metrics")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var refused = await http.SendAsync(outside, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Contains("assize_runs_started_total{} 0", await http.GetStringAsync(new Uri(assize.Health, "metrics"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProcessShowsHowLongItsCertificateLastsAndOneWithoutTlsShowsNone()
    {
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, Cancellation);
        using var folder = new Folder();
        var authority = Authority.Root();
        var issued = authority.Issue(to: TimeSpan.FromDays(2));
        var settings = Settings(model.BaseAddress, "judge");
        foreach (var (setting, file, text) in new[] { ("Certificate", "tls.crt", issued.Certificate), ("Key", "tls.key", issued.Key), ("Authority", "ca.crt", authority.Pem) })
        {
            settings[$"Tls__{setting}"] = Path.Combine(folder.Path, file);
            await File.WriteAllTextAsync(settings[$"Tls__{setting}"], text, Cancellation);
        }

        await using (var assize = await AssizeProcess.Start(folder.Path, settings, Cancellation))
        {
            using var http = new HttpClient();
            var left = Left().Match(await http.GetStringAsync(new Uri(assize.Health, "metrics"), Cancellation));

            Assert.True(left.Success, "no certificate is shown");
            Assert.InRange(double.Parse(left.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromDays(1.9).TotalSeconds, TimeSpan.FromDays(2).TotalSeconds);
            Assert.Contains("expires soon", await http.GetStringAsync(new Uri(assize.Health, "readyz"), Cancellation), StringComparison.Ordinal);
        }

        using var plain = new Folder();
        await using var open = await AssizeProcess.Start(plain.Path, Settings(model.BaseAddress, "judge"), Cancellation);
        Assert.DoesNotContain(await Series(open), line => line.StartsWith("assize_certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnAlarmReachesWhoeverIsOnCall()
    {
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, Cancellation);
        using var folder = new Folder();
        await using var assize = await AssizeProcess.Start(folder.Path, Settings(model.BaseAddress, "judge"), Cancellation);
        await using var alertmanager = await AlertmanagerServer.Started(Cancellation);
        await using var prometheus = await PrometheusServer.Started(assize.Health, alertmanager, Cancellation);
        // Until the first look at the process has come in, it is absent, as the alert says.
        await Until(async () => await alertmanager.Alerts(Cancellation) is var alerts
            && alerts.Any(alert => alert is { Name: "AssizeAlertingWorks", Receiver: "dead-man" }) && !alerts.Any(alert => alert.Receiver == "on-call"));

        await assize.Kill();

        await Until(async () => (await alertmanager.Alerts(Cancellation)).Any(alert => alert is { Name: "AssizeAbsent", Receiver: "on-call", Inhibited: false }));
        await Until(async () => (await alertmanager.Alerts(Cancellation)).Any(alert => alert is { Name: "AssizeProcessDown", Receiver: "tickets", Inhibited: true }));
    }

    private static Dictionary<string, string> Settings(Uri model, params string[] names)
    {
        var settings = new Dictionary<string, string>();
        foreach (var name in names)
        {
            settings[$"Models__{name}__Provider"] = "simulated";
            settings[$"Models__{name}__Model"] = "simulated-1";
            settings[$"Models__{name}__Endpoint"] = model.ToString();
            settings[$"Models__{name}__InputPrice"] = "0.4";
            settings[$"Models__{name}__OutputPrice"] = "1.6";
            settings[$"Models__{name}__Limits__RequestsPerMinute"] = "60000";
            settings[$"Models__{name}__Limits__TokensPerMinute"] = "90000000";
        }

        return settings;
    }

    private static Task<string> RunTheSample(AssizeProcess assize, string folder) =>
        Run(folder, ["run", Path.Combine(Programs.Root, "samples", "support-bot", "suite.yaml"), "--new", "--address", assize.Address.ToString()]);

    private static async Task<string> Run(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(AssizeProcess.Program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var run = Process.Start(start)!;
        var (said, complained) = (run.StandardOutput.ReadToEndAsync(Cancellation), run.StandardError.ReadToEndAsync(Cancellation));
        await run.WaitForExitAsync(Cancellation);
        Assert.True(run.ExitCode == 0, $"{await said}{await complained}");
        return await said;
    }

    /// <summary>A monitor that puts up with a second of silence and gets nothing: its anchors, the sample's answers, are judged all the same.</summary>
    private static async Task Silent(AssizeProcess assize)
    {
        var definition = (await assize.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = "demo" }, cancellationToken: Cancellation)).Monitor.Definition;
        (definition.Name, definition.Alarm.SilenceMinutes) = ("silent", 0.02);
        (definition.Judge.Score.Per, definition.Conversations) = (V1.JudgeScope.Conversation, new V1.ConversationSettings { IdleMinutes = 10 });
        definition.Slices.Clear();
        definition.Baseline = new V1.BaselineSettings { Known = new V1.KnownScores { Mean = 3.5, Deviation = 1 } };
        definition.Anchors = new V1.AnchorSettings { Suite = "support-bot", Candidate = "baseline", Repeats = 1 };
        definition.From.Applications.Clear();
        definition.From.Applications.Add("nobody");
        await assize.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = definition }, cancellationToken: Cancellation);
    }

    /// <summary>Every series of a process, without its value.</summary>
    private static async Task<string[]> Series(AssizeProcess assize)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(assize.Health, "metrics"), Cancellation);
        return [.. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..line.LastIndexOf(' ')])];
    }

    /// <summary>The metrics in docs/metrics.md.</summary>
    private static IEnumerable<string> Reference() =>
        File.ReadAllLines(Path.Combine(Programs.Root, "docs", "metrics.md")).Select(line => Row().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);

    private static async Task Until(Func<Task<bool>> condition, Func<string>? told = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!await condition())
        {
            try
            {
                await often.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (told is not null && !Cancellation.IsCancellationRequested)
            {
                Assert.Fail(told());
            }
        }
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("assize-monitoring-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    [GeneratedRegex("\"alertname\":\"\\w+\"", RegexOptions.CultureInvariant)]
    private static partial Regex AlertName();

    [GeneratedRegex("^assize_certificate_left_seconds\\S* (\\S+)", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Left();

    [GeneratedRegex("(_bucket|_sum|_count)$", RegexOptions.CultureInvariant)]
    private static partial Regex Part();

    [GeneratedRegex("^\\| `(\\w+)` \\| (?:counter|gauge|histogram) \\|", RegexOptions.CultureInvariant)]
    private static partial Regex Row();
}
