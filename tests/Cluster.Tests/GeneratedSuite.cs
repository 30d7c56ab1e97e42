using System.Globalization;

namespace Assize.Cluster.Tests;

/// <summary>A suite of any size with two recorded candidates, a score and a comparison.</summary>
internal static class GeneratedSuite
{
    /// <param name="announced">How many cases are announced, which decides the number of shards.</param>
    public static V1.SuiteHeader Header(int announced, string name) => new()
    {
        AnnouncedCases = announced,
        Definition = new V1.SuiteDefinition
        {
            Name = name,
            Seed = 5,
            Candidates =
            {
                new V1.Candidate { Name = "left", Recorded = new() },
                new V1.Candidate { Name = "right", Recorded = new() },
            },
            Judges =
            {
                new V1.Judge
                {
                    Name = "quality",
                    Score = new V1.ScoreJudge
                    {
                        Model = "judge",
                        Criteria = { new V1.Criterion { Name = "correctness", Question = "Is it right?", Scale = new V1.Scale { Min = 1, Max = 10 } } },
                    },
                },
                new V1.Judge { Name = "preference", Pairwise = new V1.PairwiseJudge { Model = "judge", Question = "Which is better?" } },
            },
            Slices = { "category" },
        },
    };

    public static IEnumerable<V1.Exhibit> Exhibits(int cases, string name) => Enumerable.Range(0, cases).Select(i =>
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        return new V1.Exhibit
        {
            Case = new V1.Case
            {
                Id = $"case-{number}",
                Category = i % 2 == 0 ? "even" : "odd",
                Cluster = $"cluster-{(i / 3).ToString(CultureInfo.InvariantCulture)}",
                Turns = { new V1.Turn { Messages = { new V1.Message { Role = V1.Role.User, Content = $"In {name}: what comes after {number}?" } }, References = { $"After {number} comes the number {i + 1}." } } },
            },
            Responses =
            {
                new V1.RecordedResponse { Candidate = "left", Turns = { i % 3 == 0 ? "I could not say." : $"After {number} comes the number {i + 1}." } },
                new V1.RecordedResponse { Candidate = "right", Turns = { i % 5 == 0 ? $"Perhaps {i + 2}." : $"The number {i + 1} comes after {number}." } },
            },
        };
    });
}

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("assize-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
