using System.Collections.Immutable;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Monitors;

public sealed class MonitorCheckTests
{
    private static readonly MonitorDefinition Sound = SomeMonitor.Definition;

    private static SamplerSettings Split { get; } = new() { Rate = 1, PerDay = 100, Allocation = new() };

    private static readonly (string Field, MonitorDefinition Monitor)[] Wrong =
    [
        ("name", Sound with { Name = new("a b") }),
        ("sampler.rate", Sound with { Sampler = new SamplerSettings { Rate = 0 } }),
        ("sampler.rate", Sound with { Sampler = new SamplerSettings { Rate = double.NaN } }),
        ("sampler.perDay", Sound with { Sampler = new SamplerSettings { Rate = 1, PerDay = 0 } }),
        ("sampler.strata.language=de", Sound with { Sampler = new SamplerSettings { Rate = 1, Strata = ImmutableSortedDictionary<Slice, double>.Empty.Add(new("language=de"), 2) } }),
        ("sampler.perDay", Sound with { Sampler = new SamplerSettings { Rate = 1, Allocation = new() } }),
        ("slices", Sound with { Slices = [], Sampler = Split }),
        ("sampler.strata", Sound with { Sampler = Split with { Strata = ImmutableSortedDictionary<Slice, double>.Empty.Add(new("language=de"), 0.5) } }),
        ("sampler.allocation.floor", Sound with { Sampler = Split with { Allocation = new() { Floor = -1 } } }),
        ("sampler.allocation.floors", Sound with { Sampler = Split with { Allocation = new() { Floors = ImmutableSortedDictionary<Slice, long>.Empty.Add(new("language=de"), 51) } } }),
        ("judge", Sound with { Judge = new PairwiseJudge { Name = new("pair"), Model = new("judge") } }),
        ("judge", Sound with { Judge = new ExactJudge { Name = new("exact") } }),
        ("judge.where", Sound with { Judge = Sound.Judge with { Where = new CaseFilter { Tag = "x" } } }),
        ("criterion", Sound with { Criterion = new("tone") }),
        ("slices[1]", Sound with { Slices = ["language", "language"] }),
        ("slices", Sound with { Slices = ["a", "b", "c", "d", "e"] }),
        ("baseline.scores", Sound with { Baseline = new BaselineSettings { Scores = 49 } }),
        ("baseline.known.mean", Sound with { Baseline = new BaselineSettings { Known = new KnownScores(6, 1) } }),
        ("baseline.known.deviation", Sound with { Baseline = new BaselineSettings { Known = new KnownScores(3, 0) } }),
        ("alarm.perDay", Sound with { Baseline = new BaselineSettings { Known = new KnownScores(3, 1) }, Alarm = new AlarmSettings() }),
        ("alarm.days", Sound with { Alarm = new AlarmSettings { Days = 0 } }),
        ("alarm.detectors[0]", Sound with { Alarm = new AlarmSettings { Detectors = ["cusumm"] } }),
        ("alarm.detectors[1]", Sound with { Alarm = new AlarmSettings { Detectors = ["cusum", "mixture"] } }),
        ("alarm.detectors[1]", Sound with { Alarm = new AlarmSettings { Detectors = ["ewma", "ewma"] } }),
        ("alarm.dropWeight", Sound with { Alarm = new AlarmSettings { DropWeight = 1.5 } }),
    ];

    public static TheoryData<int> Places => [.. Enumerable.Range(0, Wrong.Length)];

    [Fact]
    public void ASoundMonitorHasNoMistakes() => Assert.Empty(MonitorCheck.Of(Sound, [new ModelName("judge")]));

    [Theory]
    [MemberData(nameof(Places))]
    public void AMistakeIsToldAtItsPlace(int place) => Assert.Equal(Wrong[place].Field, Assert.Single(MonitorCheck.Of(Wrong[place].Monitor)).Field);

    [Fact]
    public void AllMistakesAreToldAtOnce() => Assert.Equal(
        ["name", "sampler.rate", "judge.model", "alarm.days"],
        MonitorCheck.Of(Sound with { Name = new(""), Sampler = new SamplerSettings { Rate = -1 }, Alarm = new AlarmSettings { Days = -1 } }, [new ModelName("another")]).Select(mistake => mistake.Field));
}
