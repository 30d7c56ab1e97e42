using Assize.Cli.Monitors;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Gateway.Translation;

namespace Assize.Cli.Tests.Monitors;

public sealed class MonitorFileTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.yaml");

    public void Dispose() => File.Delete(path);

    [Fact]
    public void TheExampleOfTheDocumentationIsReadAndTravelsThroughTheApi()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Cluster.sln")))
        {
            root = root.Parent!;
        }

        var page = File.ReadAllText(Path.Combine(root.FullName, "docs", "monitors.md"));
        var monitor = Read(page.Split("```yaml\n")[1].Split("```")[0]);

        Assert.Equal("support", monitor.Name.Value);
        Assert.Equal((0.1, 5000L, 0.5), (monitor.Sampler.Rate, monitor.Sampler.PerDay, monitor.Sampler.Strata[new("language=de")]));
        Assert.Equal("quality", monitor.Watched!.Name.Value);
        Assert.Equal("on-call", Assert.Single(monitor.Notify).Value);
        Assert.Equal(new AlarmSettings { LeastShift = 0.1 }, monitor.Alarm);
        Assert.Equal(monitor.ToProto(), monitor.ToProto().ToDomain().ToProto());
    }

    [Fact]
    public void TheSampleHasAnchorsWithASchedule()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Cluster.sln")))
        {
            root = root.Parent!;
        }

        var monitor = MonitorFile.Read(Path.Combine(root.FullName, "samples", "support-bot", "monitor.yaml"));

        Assert.Equal(("support-bot", "baseline", 5), (monitor.Anchors!.Suite.Value, monitor.Anchors.Candidate!.Value.Value, monitor.Anchors.Repeats));
        Assert.Equal(("0 4 * * *", "Europe/Berlin"), (monitor.Anchors.Schedule.Cron, monitor.Anchors.Schedule.Zone));
        Assert.Equal(monitor.ToProto(), monitor.ToProto().ToDomain().ToProto());
    }

    [Fact]
    public void ABenchmarkIsReadAndTravelsThroughTheApi()
    {
        var monitor = Read("""
            name: nightly
            sampler: { rate: 1 }
            judge: { type: regex, name: polite, pattern: please }
            benchmark: { suite: nightly, candidate: assistant, criterion: quality/correctness, margin: 0.1, detectorOnly: true, schedule: { cron: "0 2 * * *", zone: UTC } }
            """);

        Assert.Equal(("nightly", 0.1, true), (monitor.Benchmark!.Suite.Value, monitor.Benchmark.Margin, monitor.Benchmark.DetectorOnly));
        Assert.Equal(monitor.ToProto(), monitor.ToProto().ToDomain().ToProto());
    }

    [Fact]
    public void ChartsAreReadAndTravelThroughTheApi()
    {
        var monitor = Read("""
            name: charted
            sampler: { rate: 1 }
            judge: { type: regex, name: polite, pattern: please }
            alarm: { days: 7, detectors: [cusum, adwin] }
            """);

        Assert.Equal(new AlarmSettings { Days = 7, Detectors = ["adwin", "cusum"] }, monitor.Alarm);
        Assert.Equal(monitor.ToProto(), monitor.ToProto().ToDomain().ToProto());
    }

    [Fact]
    public void WhatIsLeftOutHasItsDefault()
    {
        var monitor = Read("""
            name: short
            sampler: { rate: 1 }
            judge: { type: regex, name: polite, pattern: please }
            """);

        Assert.Equal((BaselineSize.Usual, 30.0, false), (monitor.Baseline.Scores, monitor.Alarm.Days, monitor.KeepText));
        Assert.Equal((new AlarmSettings(), new BaselineSettings()), (monitor.Alarm, monitor.Baseline));
        Assert.IsType<RegexJudge>(monitor.Judge);
    }

    [Fact]
    public void AMistakeIsToldWithItsLine()
    {
        var wrong = Assert.Throws<EvaluationException>(() => Read("""
            name: wrong
            sampler:
              rate: 3
            judge: { type: regex, name: polite, pattern: please }
            alarm:
              days: 0
            """));

        Assert.Equal([(3, "sampler.rate"), (6, "alarm.days")], wrong.Mistakes.Select(mistake => (mistake.Line!.Value, mistake.Field)));
    }

    [Fact]
    public void MistakesOfAllPartsAndKindsAreToldAtOnce()
    {
        var wrong = Assert.Throws<EvaluationException>(() => Read("""
            nam: wrong
            sampler: { rate: 3 }
            judge: { type: regex, name: polite, pattern: please }
            alarm:
              dayz: 7
              days: 0
            slices: [""]
            """));

        Assert.Equal(
            [(1, "nam"), (1, "name"), (2, "sampler.rate"), (5, "alarm.dayz"), (6, "alarm.days"), (7, "slices[0]")],
            wrong.Mistakes.Select(mistake => (mistake.Line!.Value, mistake.Field)));
    }

    [Fact]
    public void WhatMayFollowFromAJudgeThatCannotBeReadIsNotTold()
    {
        var wrong = Assert.Throws<EvaluationException>(() => Read("""
            name: wrong
            sampler: { rate: 3 }
            judge: { type: scroe, name: quality, model: judge, criterai: [] }
            criterion: quality
            baseline: { known: { mean: 4, deviation: 1 } }
            """));

        Assert.Equal(
            [(2, "sampler.rate"), (3, "judge.type"), (3, "judge.criterai"), (3, "judge.criteria")],
            wrong.Mistakes.Select(mistake => (mistake.Line!.Value, mistake.Field)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a list")]
    [InlineData("name: x\nsampler: { rate: 1, ratio: 2 }\njudge: { type: regex, name: polite, pattern: please }")]
    [InlineData("name: x")]
    public void WhatIsNoMonitorIsRefused(string text) => Assert.NotEmpty(Assert.Throws<EvaluationException>(() => Read(text)).Mistakes);

    private MonitorDefinition Read(string text)
    {
        File.WriteAllText(path, text);
        return MonitorFile.Read(path);
    }
}
