using System.Text.Json;
using System.Text.RegularExpressions;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Suites;

public sealed class SuiteRecordTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void AVersionIsAsOldAsWhatReplacedIt()
    {
        var suite = Record("a", 0).With(Version("b", 10)).With(Version("c", 20));

        Assert.Equal([], Replaced(suite, 10));
        Assert.Equal(["a"], Replaced(suite, 11));
        Assert.Equal(["a", "b"], Replaced(suite, 1000));
    }

    [Fact]
    public void AVersionThatCameBackIsTheNewestAndReplacesFromThenOn()
    {
        var suite = Record("a", 0).With(Version("b", 10)).With(Version("a", 20));

        Assert.Equal("a", suite.Latest.Version.Value);
        Assert.Equal([], Replaced(suite, 20));
        Assert.Equal(["b"], Replaced(suite, 21));
        Assert.Equal(["b"], Replaced(suite, 1000));
    }

    [Fact]
    public void TheNewestStoredOnceMoreChangesNothing()
    {
        var suite = Record("a", 0).With(Version("b", 10));

        Assert.Same(suite, suite.With(Version("b", 20)));
    }

    [Fact]
    public void TheNewestVersionIsStoredOnce()
    {
        var json = JsonSerializer.Serialize(Record("a", 0).With(Version("the-newest", 10)), EvaluationJson.Stored);

        Assert.Single(Regex.Matches(json, "\"version\":\"the-newest\""));
        Assert.Equal("the-newest", JsonSerializer.Deserialize<SuiteRecord>(json, EvaluationJson.Stored)!.Latest.Version.Value);
    }

    private static IEnumerable<string> Replaced(SuiteRecord suite, int day) => suite.ReplacedBefore(Start.AddDays(day)).Select(version => version.Version.Value);

    private static SuiteRecord Record(string version, int day) => new(new("suite"), [Version(version, day)]);

    private static SuiteContents Version(string version, int day) => new()
    {
        Version = new(version), Definition = new SuiteDefinition { Name = new("suite"), Candidates = [], Judges = [] }, Cases = 1, Created = Start.AddDays(day), Plan = new CasePlan(version, [1]),
    };
}
