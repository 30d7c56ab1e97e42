using System.Text.Json;

namespace Assize.Cluster.Tests;

/// <summary>MT-Bench's own files, read where they lie, from question to report.</summary>
public sealed class MtBenchTests
{
    [Fact]
    public async Task AllEightyQuestionsAndBothTurnsAreAnsweredAndJudged()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var data = SharedData("mtbench");
        using var folder = new TemporaryFolder();
        var suite = Path.Combine(folder.Path, "suite.yaml");
        await File.WriteAllTextAsync(suite, $$"""
            name: mt-bench
            cases: { format: mt-bench, questions: {{data}}/question.jsonl, references: {{data}}/reference_answer_gpt-4.jsonl }
            candidates:
              - { name: simulated, model: candidate, maxTokens: 500 }
            judges:
              - name: grade
                type: score
                model: judge
                per: turn
                criteria:
                  - { name: quality, question: "How good is the answer?", scale: { min: 1, max: 10 } }
            slices: [category]
            """, cancellation);

        using var report = JsonDocument.Parse(await AssizeCommand.Output(["run", suite, "--simulate", "--data", Path.Combine(folder.Path, "data"), "--output", "json", "--html", "-"], cancellation));

        var root = report.RootElement;
        Assert.Equal(80, root.GetProperty("casesDone").GetInt32());
        Assert.True(root.GetProperty("simulated").GetBoolean());
        var all = root.GetProperty("scores").EnumerateArray().Single(line => line.GetProperty("slice").GetString() == "all");
        Assert.Equal(160, all.GetProperty("coverage").GetProperty("scored").GetInt32());
        Assert.Equal(80, all.GetProperty("clusters").GetInt32());
        Assert.Equal(9, root.GetProperty("scores").GetArrayLength());
        var usage = root.GetProperty("usage").EnumerateArray().ToDictionary(line => line.GetProperty("model").GetString()!, line => line.GetProperty("completions").GetInt32());
        Assert.Equal(160, usage["candidate"]);
        Assert.InRange(usage["judge"], 160, 320);
    }

    private static string SharedData(string name)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var found = Path.Combine(folder, "shared", "data", name);
            if (Directory.Exists(found))
            {
                return found;
            }
        }

        Assert.Skip($"the recorded data '{name}' are not on this machine");
        return "";
    }
}
