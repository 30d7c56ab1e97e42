using System.Globalization;

namespace Assize.Gateway.Tests.Services;

/// <summary>Suites small enough to read.</summary>
internal static class Samples
{
    public static V1.SuiteDefinition Suite(string name, string model = "fast") => new()
    {
        Name = name,
        Seed = 7,
        Candidates = { new V1.Candidate { Name = "a", Recorded = new V1.RecordedCandidate() }, new V1.Candidate { Name = "b", Recorded = new V1.RecordedCandidate() } },
        Judges =
        {
            new V1.Judge
            {
                Name = "quality",
                Score = new V1.ScoreJudge { Model = model, Criteria = { new V1.Criterion { Name = "correct", Question = "Is it correct?", Scale = new V1.Scale { Min = 1, Max = 5 } } } },
            },
            new V1.Judge { Name = "preference", Pairwise = new V1.PairwiseJudge { Model = model } },
            new V1.Judge { Name = "fact", Contains = new V1.ContainsJudge() },
        },
        Slices = { "category" },
    };

    public static V1.Exhibit Exhibit(int number) => new()
    {
        Case = new V1.Case
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"case-{number:000}"),
            Category = number % 2 == 0 ? "even" : "odd",
            Turns =
            {
                new V1.Turn
                {
                    Messages = { new V1.Message { Role = V1.Role.User, Content = string.Create(CultureInfo.InvariantCulture, $"What is {number} plus {number}?") } },
                    References = { string.Create(CultureInfo.InvariantCulture, $"{number + number}") },
                },
            },
        },
        Responses =
        {
            new V1.RecordedResponse { Candidate = "a", Turns = { string.Create(CultureInfo.InvariantCulture, $"The sum is {number + number}.") } },
            new V1.RecordedResponse { Candidate = "b", Turns = { string.Create(CultureInfo.InvariantCulture, $"Perhaps {number}?") } },
        },
    };

    public static IEnumerable<V1.Exhibit> Exhibits(int count) => Enumerable.Range(1, count).Select(Exhibit);
}
