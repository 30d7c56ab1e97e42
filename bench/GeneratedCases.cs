using System.Globalization;
using System.Text.Json;

namespace Assize.Bench;

/// <summary>Cases of about 1 KB: a question of 25 words, a recorded answer of 111, each different.</summary>
internal static class GeneratedCases
{
    private static readonly string[] Words =
        "the lamp on a bicycle should point slightly down so that it lights road ahead and does not blind those who come towards you at night in rain or fog".Split(' ');

    public static (string Question, string Answer) Of(int i) => (Sentence(i, 7, 25), Sentence(i, 13, 111));

    public static string WriteSuite(string folder, int cases, string name)
    {
        using (var rows = new StreamWriter(Path.Combine(folder, "cases.jsonl")))
        using (var answers = new StreamWriter(Path.Combine(folder, "answers.jsonl")))
        {
            for (var i = 0; i < cases; i++)
            {
                var (question, answer) = Of(i);
                var id = $"case-{i.ToString(CultureInfo.InvariantCulture)}";
                rows.WriteLine($"{{\"id\":\"{id}\",\"input\":{JsonSerializer.Serialize(question)}}}");
                answers.WriteLine($"{{\"id\":\"{id}\",\"response\":{JsonSerializer.Serialize(answer)}}}");
            }
        }

        var suite = Path.Combine(folder, "suite.yaml");
        File.WriteAllText(suite, $$"""
            name: {{name}}
            cases: cases.jsonl
            candidates:
              - { name: recorded, responses: answers.jsonl }
            judges:
              - name: quality
                type: score
                model: judge
                criteria:
                  - { name: helpfulness, question: "Does the answer help?", scale: { min: 1, max: 10 } }
            """);
        return suite;
    }

    private static string Sentence(int seed, int stride, int length) => string.Join(
        ' ', Enumerable.Range(0, length).Select(i => i == 0 ? seed.ToString(CultureInfo.InvariantCulture) : Words[(seed * stride + i * i + i) % Words.Length]));
}
