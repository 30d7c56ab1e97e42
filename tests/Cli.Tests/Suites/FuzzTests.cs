using System.Text;
using Assize.Cli.Suites;
using Assize.Evaluation;
using CsCheck;
using CsvHelper;

namespace Assize.Cli.Tests.Suites;

/// <summary>Whatever the bytes are, reading them ends in a suite or in mistakes.</summary>
public sealed class FuzzTests
{
    private static readonly Gen<byte[]> Scraps = Gen.OneOf(
        "name: x\n", "cases:\n", "  - ", "- ", "{", "}", "[", "]", ":", ",", "\"", "'", "\n", "\r\n", "  ", "\t", "#", "&a ", "*a", "!t ", "|\n", ">\n", "---\n", "...\n", "? ",
        "%YAML 1.2\n", "<<: ", "\\u0000", "\\ud800", "\\xzz", "\\U00110000", "null", "true", "1e999", "-0", "0x", "candidates", "judges", "type: exact", "name", "\"id\":\"a\"",
        "\"turns\":[", "\"input\":\"x\"", "\"reference\":1", "question_id", "choices", "\ufeff", "é", "🗼").Select(Encoding.UTF8.GetBytes);

    private static readonly Gen<byte[]> Bytes = Gen.OneOf(
        Gen.Byte.Array[0, 200],
        Scraps.Array[0, 30].Select(scraps => scraps.SelectMany(scrap => scrap).ToArray()),
        Gen.Select(Scraps.Array[0, 20], Gen.Byte, Gen.Int[0, 200], (scraps, odd, at) =>
        {
            var bytes = scraps.SelectMany(scrap => scrap).ToArray();
            return bytes.Length == 0 ? bytes : [.. bytes[..(at % bytes.Length)], odd, .. bytes[(at % bytes.Length)..]];
        }));

    [Theory]
    [InlineData("? ")]
    [InlineData("- :\n\t}")]
    [InlineData("a: \"\\ud800\"")]
    public void BytesThatOnceWentWrongAreMistakes(string document)
    {
        using var folder = new SuiteFolder();
        Assert.NotEmpty(folder.With("suite.yaml", document).Mistakes());
    }

    [Theory]
    [InlineData("suite.yaml", "suite.yaml")]
    [InlineData("suite.json", "suite.json")]
    [InlineData("suite.yaml", "cases.jsonl")]
    [InlineData("suite.yaml", "baseline.jsonl")]
    [InlineData("csv.yaml", "cases.csv")]
    [InlineData("csv.yaml", "baseline.csv")]
    [InlineData("mtbench.yaml", "question.jsonl")]
    [InlineData("mtbench.yaml", "reference.jsonl")]
    [InlineData("evals.yaml", "samples.jsonl")]
    public void RandomBytesAreASuiteOrMistakes(string suite, string file)
    {
        using var folder = new SuiteFolder();
        folder.With("csv.yaml", SuiteFolder.Suite.Replace("jsonl", "csv", StringComparison.Ordinal))
            .With("cases.csv", "id,input,reference\na,b,c\n")
            .With("baseline.csv", "id,response\na,b\n")
            .With("mtbench.yaml", SuiteFolder.Suite.Replace("cases: cases.jsonl", "cases: { format: mt-bench, questions: question.jsonl, references: reference.jsonl }", StringComparison.Ordinal))
            .With("question.jsonl", "{\"question_id\":1,\"turns\":[\"x\"]}\n")
            .With("reference.jsonl", "{\"question_id\":1,\"choices\":[{\"turns\":[\"x\"]}]}\n")
            .With("evals.yaml", SuiteFolder.Suite.Replace("cases: cases.jsonl", "cases: { format: openai-evals, file: samples.jsonl }", StringComparison.Ordinal));

        Bytes.Sample(
            bytes =>
            {
                folder.With(file, bytes);
                try
                {
                    _ = folder.Open(suite).Exhibits().Count();
                    return true;
                }
                catch (EvaluationException refused)
                {
                    return refused.Mistakes.Length > 0;
                }
            },
            iter: 200,
            threads: 1,
            print: bytes => Convert.ToHexString(bytes));
    }

    [Fact]
    public void CsvThatAWriterWroteIsReadBack()
    {
        var cell = Gen.OneOf("", "a", "1", "\"", "\"\"", ",", "\n", "\r\n", " ", "é", "🗼").Array[0, 5].Select(string.Concat);
        Gen.Select(cell.Array[3].Array[0, 6], Gen.OneOf("\n", "\r\n")).Sample(
            (rows, newLine) =>
            {
                using var folder = new SuiteFolder();
                using var text = new MemoryStream();
                using (var writer = CsvWriter.Create(text, new CsvWriterOptions { NewLine = newLine }))
                {
                    foreach (var row in rows.Prepend(["id", "input", "reference"]))
                    {
                        writer.WriteRecord(row);
                    }
                }

                folder.With("cases.csv", text.ToArray());
                var log = new MistakeLog();
                var at = new Reading("cases.csv", log);
                var file = SourceFile.Find(Path.GetDirectoryName(folder.PathOf("x"))!, "cases.csv", at, null, null, long.MaxValue, "");
                using var csv = new RowFile(file!, csv: true, Evaluation.Suites.SuiteLimits.Default, at);
                var read = new List<string>();
                while (csv.Read())
                {
                    var map = Assert.IsType<Map>(csv.Row);
                    read.Add(string.Join('|', csv.Header!.Select(name => (map[name] as Scalar)?.Text ?? "")));
                }

                Assert.Equal(rows.Select(row => string.Join('|', row)), read);
                Assert.Equal(0, log.Count);
            },
            iter: 300,
            threads: 1);
    }
}
