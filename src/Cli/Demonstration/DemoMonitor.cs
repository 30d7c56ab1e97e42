using System.Collections.Immutable;
using System.Globalization;
using Assize.Cli.Hosting;
using Assize.Cli.Uploads;
using Assize.Evaluation;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Translation;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Cli.Demonstration;

/// <summary>The demonstration's monitor, and its anchors: answers of the kind that the traffic has, which stay as they are.</summary>
internal static class DemoMonitor
{
    public const string Name = "demo";

    public const int Anchors = 60;

    /// <summary>Hours between two rounds of the anchors.</summary>
    public const int AnchorsEvery = 6;

    /// <summary>The share of the traffic that is judged.</summary>
    public const double Rate = 0.3;

    private const string AnchorSuite = "demo-anchors";

    /// <summary>In place of one of an earlier performance.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="model">The judge's model, as the cluster declares it.</param>
    /// <param name="notify">Channels to tell.</param>
    /// <param name="begins">When its calendar begins.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task Put(Connection connection, string model, IReadOnlyCollection<string> notify, DateTimeOffset begins, CancellationToken cancellation)
    {
        var suite = new SuiteDefinition
        {
            Name = new(AnchorSuite), Description = "Frozen answers of the demonstration", Candidates = [new RecordedCandidate { Name = new("frozen") }], Judges = [Judge(model)],
        };
        await SuiteUpload.Send(connection.Suites, suite, Anchors, Frozen(), cancellation);
        var known = (await connection.Monitors.ListMonitorsAsync(new V1.ListMonitorsRequest(), cancellationToken: cancellation)).Monitors;
        if (known.Any(one => one.Definition.Name == Name))
        {
            await connection.Monitors.DeleteMonitorAsync(new V1.DeleteMonitorRequest { Monitor = Name }, cancellationToken: cancellation);
        }

        await connection.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = Definition(model, notify), AnchorsAsOf = Timestamp.FromDateTimeOffset(begins) }, cancellationToken: cancellation);
    }

    private static V1.MonitorDefinition Definition(string model, IReadOnlyCollection<string> notify) => new MonitorDefinition
    {
        Name = new(Name),
        Description = "Two simulated applications",
        From = new TrafficFilter { Applications = [.. DemoTraffic.Applications.Select(ApplicationName.Of)] },
        Sampler = new SamplerSettings { Rate = Rate },
        Judge = Judge(model),
        Slices = ["language"],
        Baseline = new BaselineSettings { Scores = 400 },
        Alarm = new AlarmSettings { PerDay = Enumerable.Range(0, 24).Sum(DemoTraffic.Expected) * Rate },
        Anchors = new AnchorSettings { Suite = new(AnchorSuite), Schedule = new Evaluation.Schedules.Schedule { EveryHours = AnchorsEvery }, Repeats = 2 },
        Notify = [.. notify.Select(channel => new Evaluation.Notifications.NotificationChannel(channel))],
    }.ToProto();

    private static ScoreJudge Judge(string model) => new()
    {
        Name = new("helpful"), Model = new ModelName(model),
        Asked = [new Criterion { Name = new("quality"), Question = "Does the answer solve the user's problem?", Scale = new Scale(1, 5) }],
    };

    private static IEnumerable<Exhibit> Frozen()
    {
        foreach (var (language, share) in Conversation.Languages.Zip(DemoTraffic.Mix(hour: 16)))
        {
            for (var i = 0; i < share * Anchors; i++)
            {
                var (question, answer) = Conversation.Typical(language, 500 + i, i);
                yield return new Exhibit
                {
                    Case = new Case { Id = new(string.Create(CultureInfo.InvariantCulture, $"{language}-{i}")), Turns = [new Turn { Messages = [new Message(Role.User, question)] }] },
                    Recorded = ImmutableSortedDictionary.Create<CandidateName, ImmutableArray<string>>(NameOrder<CandidateName>.Ordinal).Add(new("frozen"), [answer]),
                };
            }
        }
    }
}
