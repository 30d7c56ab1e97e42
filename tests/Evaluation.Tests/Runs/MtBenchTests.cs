using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Runs;

/// <summary>Recorded GPT-4 grades of MT-Bench against the averages that FastChat's own table gives (errors left out, duplicates kept).</summary>
public sealed class MtBenchTests
{
    private static readonly ScoreJudge Judge = SomeRun.Judge("gpt-4", new Scale(1, 10, 0), JudgeScope.Turn);

    [Fact]
    public void TheReportOfRecordedGradesHasThePublishedAverages()
    {
        var folder = Shared(Path.Combine("data", "mtbench"));
        Assert.SkipWhen(folder is null, "The recorded MT-Bench grades (shared/data/mtbench) are not here.");

        var categories = File.ReadLines(Path.Combine(folder, "question.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(question => question.GetProperty("question_id").GetInt32(), question => question.GetProperty("category").GetString()!);
        var rows = Rows(Path.Combine(folder, "single_judgments.jsonl.gz")).ToArray();
        var suite = new SuiteDefinition
        {
            Name = new("mt-bench"),
            Candidates = [.. rows.Select(row => row.Candidate).Distinct().Select(name => new RecordedCandidate { Name = name })],
            Judges = [Judge],
            Slices = [SliceKey.Of("category")],
        };
        var cases = rows.GroupBy(row => row.Question).Select(question =>
        {
            var @case = SomeRun.Case(question.Key, turns: 2) with { Category = categories[question.Key] };
            return (@case, SomeRun.Record(@case, [.. question.Select(row => row.Score < 0
                ? SomeRun.Unscored(Judge, row.Candidate, Reason.Unparsed, row.Turn)
                : SomeRun.Scored(Judge, row.Candidate, row.Score, row.Turn))]));
        });
        var lines = SomeRun.Report(suite, Summary.Of(suite, cases)).Scores;

        var compared = 0;
        var table = File.ReadAllLines(Path.Combine(folder, "single_expected.csv")).Select(line => line.Split(',')).ToArray();
        foreach (var expected in table[1..])
        {
            var row = table[0].Zip(expected).ToDictionary(cell => cell.First, cell => cell.Second);
            var own = lines.Where(line => line.Candidate.Value == $"{row["source"]}|{row["model"]}").ToDictionary(line => line.Slice.Value);
            Assert.Equal((long.Parse(row["n_rows"], CultureInfo.InvariantCulture), long.Parse(row["n_error"], CultureInfo.InvariantCulture)), (own["all"].Coverage.Trials, own["all"].Coverage.Unscored.GetValueOrDefault(Reason.Unparsed)));
            Near(row["average"], own["all"]);
            foreach (var category in categories.Values.Distinct())
            {
                Near(row[category], own[$"category={category}"]);
                compared++;
            }
        }

        Assert.Equal(8 * (table.Length - 1), compared);

        static void Near(string published, ScoreLine line) =>
            Assert.Equal(double.Parse(published, CultureInfo.InvariantCulture), line.Estimate.Value!.Value, 5e-7);
    }

    private static IEnumerable<(CandidateName Candidate, int Question, int Turn, double Score)> Rows(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var row = JsonDocument.Parse(line);
            var root = row.RootElement;
            yield return (
                new CandidateName($"{root.GetProperty("source").GetString()}|{root.GetProperty("model").GetString()}"),
                root.GetProperty("question_id").GetInt32(), root.GetProperty("turn").GetInt32(), root.GetProperty("score").GetDouble());
        }
    }

    private static string? Shared(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", path) is var found && Directory.Exists(found))
            {
                return found;
            }
        }

        return null;
    }
}
