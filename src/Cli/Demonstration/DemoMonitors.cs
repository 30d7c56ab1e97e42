using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Translation;

namespace Assize.Cli.Demonstration;

/// <summary>The demonstration's two monitors: one of the traffic, and one of the fixed items, whose alarm is the judge's.</summary>
internal static class DemoMonitors
{
    public const string Traffic = "demo";

    public const string Fixed = "demo-fixed";

    /// <summary>The share of the traffic that is judged.</summary>
    public const double Rate = 0.15;

    /// <param name="model">The judge's model, as the cluster declares it.</param>
    /// <param name="notify">Channels to tell.</param>
    public static IEnumerable<V1.MonitorDefinition> All(string model, IReadOnlyCollection<string> notify)
    {
        var daily = Enumerable.Range(0, 24).Sum(DemoTraffic.Expected) * Rate;
        yield return Definition(Traffic, "Two simulated applications", model, Rate, daily, 150, ["language"], [.. DemoTraffic.Applications], notify);
        yield return Definition(Fixed, "Fixed items, judged again and again", model, 1, 24 / DemoTraffic.FixedEvery * 24.0, 240, [], [DemoTraffic.Fixed], notify);
    }

    private static V1.MonitorDefinition Definition(
        string name, string description, string model, double rate, double daily, int baseline, string[] slices, string[] applications, IReadOnlyCollection<string> notify) => new MonitorDefinition
        {
            Name = new(name),
            Description = description,
            From = new TrafficFilter { Applications = [.. applications.Select(ApplicationName.Of)] },
            Sampler = new SamplerSettings { Rate = rate },
            Judge = new ScoreJudge
            {
                Name = new("helpful"), Model = new ModelName(model),
                Asked = [new Criterion { Name = new("quality"), Question = "Does the answer solve the user's problem?", Scale = new Scale(1, 5) }],
            },
            Slices = [.. slices],
            Baseline = new BaselineSettings { Scores = baseline },
            Alarm = new AlarmSettings { PerDay = daily },
            Notify = [.. notify.Select(channel => new Evaluation.Notifications.NotificationChannel(channel))],
        }.ToProto();
}
