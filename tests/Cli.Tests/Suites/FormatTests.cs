using System.Text.Json;
using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Tests.Suites;

/// <summary>What each format of cases and responses is read as.</summary>
public sealed class FormatTests : IDisposable
{
    private readonly SuiteFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AFullCaseLineIsReadWhole()
    {
        folder.With("cases.jsonl", """
            {"id":"c-1","category":"geo","tags":["eu","easy"],"cluster":"doc-7","metadata":{"channel":"mail"},"turns":[{"system":"Be brief.","user":"Capital of France?","references":["Paris","paris"]},{"messages":[{"role":"user","content":"Of Japan?"},{"role":"assistant","content":"Which?"},{"role":"user","content":"That."}],"reference":"Tokyo"}]}
            """).With("baseline.jsonl", """{"id":"c-1","turns":["Paris","Tokyo"]}""");

        Assert.Equal(
            """{"case":{"id":"c-1","turns":[{"messages":[{"role":"System","content":"Be brief."},{"role":"User","content":"Capital of France?"}],"references":["Paris","paris"]},{"messages":[{"role":"User","content":"Of Japan?"},{"role":"Assistant","content":"Which?"},{"role":"User","content":"That."}],"references":["Tokyo"]}],"category":"geo","tags":["eu","easy"],"cluster":"doc-7","metadata":{"channel":"mail"}},"recorded":{"baseline":["Paris","Tokyo"]}}""",
            Json(Assert.Single(folder.Open().Exhibits())));
    }

    [Fact]
    public void TheSameSuiteInYamlAndJsonIsTheSame()
    {
        folder.With("suite.yaml", """
            name: support-bot
            description: |
              Answers of the bot.
            seed: 0x2A
            cases:
              - id: 81        # a plain scalar is taken as its text
                input: yes
                reference: 007
                category: history
                metadata: { year: 2024 }
            candidates:
              - { name: live, model: gpt, system: "Be brief.", template: "{{input}}!", temperature: 0, maxTokens: 500 }
              - { name: other, model: gpt, temperature: 1e-1 }
            judges:
              - name: quality
                type: score
                model: judge
                per: turn
                where: { metadata: year }
                criteria:
                  - name: correctness
                    question: "Is it right?"
                    scale: { min: 1, max: 5 }
                    levels: { 1: "Wrong.", 5: Right. }
              - { type: pairwise, name: preference, model: judge, baseline: other, question: ~ }
            slices: [category, metadata.year]
            """).With("suite.json", """
            {
              "name": "support-bot", "description": "Answers of the bot.\n", "seed": 42,
              "cases": [{ "id": "81", "input": "yes", "reference": "007", "category": "history", "metadata": { "year": "2024" } }],
              "candidates": [
                { "name": "live", "model": "gpt", "system": "Be brief.", "template": "{{input}}!", "temperature": 0, "maxTokens": 500 },
                { "type": "model", "name": "other", "model": "gpt", "temperature": 0.1 }],
              "judges": [
                { "name": "quality", "type": "score", "model": "judge", "per": "Turn", "where": { "metadata": "year" },
                  "criteria": [{ "name": "correctness", "question": "Is it right?", "scale": { "min": 1, "max": 5 }, "levels": { "1": "Wrong.", "5": "Right." } }] },
                { "name": "preference", "type": "pairwise", "model": "judge", "baseline": "other" }],
              "slices": ["category", "metadata.year"]
            }
            """);

        var (yaml, json) = (folder.Open(), folder.Open("suite.json"));

        Assert.Equal(Json(json.Definition), Json(yaml.Definition));
        Assert.Equal(json.Exhibits().Select(Json), yaml.Exhibits().Select(Json));
        Assert.Equal(42, yaml.Definition.Seed);
        Assert.Equal(["correctness"], yaml.Definition.Judges[0].Criteria.Select(criterion => criterion.Name.Value));
        Assert.True(yaml.Definition.Judges[1].Pairwise);
    }

    [Fact]
    public void WhatIsLeftOutHasTheValueThatTheTypeGivesIt()
    {
        var suite = folder.Open();

        Assert.Empty(suite.Definition.Slices);
        Assert.Equal(2, suite.Cases);
        Assert.Equal(0, suite.Definition.Seed);
    }

    [Fact]
    public void ByteOrderMarksAndCarriageReturnsAreTolerated()
    {
        folder.With("suite.yaml", "\uFEFF" + SuiteFolder.Suite.Replace("\n", "\r\n", StringComparison.Ordinal))
            .With("cases.jsonl", "\uFEFF{\"id\":\"a\",\"input\":\"x\",\"reference\":\"y\"}\r\n\r\n{\"id\":\"b\",\"input\":\"x\",\"reference\":\"y\"}")
            .With("baseline.jsonl", "\uFEFF{\"id\":\"a\",\"response\":\"1\"}\r\n{\"id\":\"b\",\"response\":\"2\"}\r\n");

        Assert.Equal(["1", "2"], Answers());
    }

    [Fact]
    public void ResponsesInAnyOrderFindTheirCases()
    {
        folder.With("baseline.jsonl", """
            {"id":"japan","response":"Kyoto"}

            {"id":"france","response":"Paris"}
            """);

        Assert.Equal(["Paris", "Kyoto"], Answers());
    }

    [Fact]
    public void NumbersAndTruthsInMetadataAreTakenAsTheyAreWritten()
    {
        folder.With("cases.jsonl", """
            {"id":"france","input":"Capital of France?","reference":"Paris","metadata":{"n":3,"share":0.50,"hard":true,"channel":"mail"}}
            {"id":"japan","input":"Capital of Japan?","reference":"Tokyo"}
            """);

        Assert.Equal(
            [("channel", "mail"), ("hard", "true"), ("n", "3"), ("share", "0.50")],
            folder.Open().Exhibits().First().Case.Metadata.Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void CsvIsReadByItsHeader()
    {
        folder.With("cases.csv", "id,input,reference,category,tags,metadata.channel\nfrance,\"Capital of \"\"France\"\",\nplease?\",Paris,geo,eu; easy,\njapan,Capital of Japan 🗼?,,,,mail\n")
            .With("baseline.csv", "id,response\r\njapan,\"🗼, Tokyo\"\r\nfrance,Paris\r\n")
            .With("suite.yaml", SuiteFolder.Suite.Replace(".jsonl", ".csv", StringComparison.Ordinal).Replace("type: exact", "type: exact\n    where: { tag: eu }", StringComparison.Ordinal));

        Assert.Equal(
            [
                """{"case":{"id":"france","turns":[{"messages":[{"role":"User","content":"Capital of \"France\",\nplease?"}],"references":["Paris"]}],"category":"geo","tags":["eu","easy"],"metadata":{}},"recorded":{"baseline":["Paris"]}}""",
                """{"case":{"id":"japan","turns":[{"messages":[{"role":"User","content":"Capital of Japan \uD83D\uDDFC?"}],"references":[]}],"tags":[],"metadata":{"channel":"mail"}},"recorded":{"baseline":["\uD83D\uDDFC, Tokyo"]}}""",
            ],
            folder.Open().Exhibits().Select(Json));
    }

    [Fact]
    public void ColumnsAreReadByTheirNames()
    {
        folder.With("faq.jsonl", """{"nr":1,"question":"Capital of France?","answers":["Paris","paris"],"topic":"geo","lang":"en","unused":{"a":1}}""")
            .With("bot.csv", "nr,said,seconds\n1,Paris,0.3\n")
            .Replacing("cases: cases.jsonl", "cases: { file: faq.jsonl, columns: { id: nr, input: question, reference: answers, category: topic, metadata.lang: lang } }")
            .With("suite.yaml", File.ReadAllText(folder.PathOf("suite.yaml")).Replace("responses: baseline.jsonl", "responses: { file: bot.csv, columns: { id: nr, response: said } }", StringComparison.Ordinal));

        Assert.Equal(
            """{"case":{"id":"1","turns":[{"messages":[{"role":"User","content":"Capital of France?"}],"references":["Paris","paris"]}],"category":"geo","tags":[],"metadata":{"lang":"en"}},"recorded":{"baseline":["Paris"]}}""",
            Json(Assert.Single(folder.Open().Exhibits())));
    }

    [Fact]
    public void OpenAiEvalsSamplesAreReadAsTheyAre()
    {
        folder.With("samples.jsonl", """
            {"input":[{"role":"system","content":"Be brief."},{"role":"user","content":"1+1?"},{"role":"assistant","content":"2"},{"role":"user","content":"2+2?"}],"ideal":["4","four"],"kind":"sum"}
            {"id":"three","input":"3+3?","ideal":"6"}
            """)
            .With("baseline.jsonl", """{"id":"samples-000001","response":"4"}""" + "\n" + """{"id":"three","response":"6"}""")
            .Replacing("cases: cases.jsonl", "cases: { file: samples.jsonl, format: openai-evals }");

        Assert.Equal(
            [
                """{"case":{"id":"samples-000001","turns":[{"messages":[{"role":"System","content":"Be brief."},{"role":"User","content":"1\u002B1?"},{"role":"Assistant","content":"2"},{"role":"User","content":"2\u002B2?"}],"references":["4","four"]}],"tags":[],"metadata":{}},"recorded":{"baseline":["4"]}}""".Replace("\\u002B", "+", StringComparison.Ordinal),
                """{"case":{"id":"three","turns":[{"messages":[{"role":"User","content":"3+3?"}],"references":["6"]}],"tags":[],"metadata":{}},"recorded":{"baseline":["6"]}}""",
            ],
            folder.Open().Exhibits().Select(Json));
    }

    [Fact]
    public void NumbersThatAreComparedWithStayAsTheyAreWritten()
    {
        folder.Replacing("    type: exact", "    type: exact\n    values: [1.10, 1.0, 007, 9007199254740993, 1000000000000000000, yes, true]\n  - name: shaped\n    type: json\n    values: [{ id: 9007199254740993 }]");

        var judges = folder.Open().Definition.Judges;

        Assert.Equal(["1.10", "1.0", "007", "9007199254740993", "1000000000000000000", "yes", "true"], ((ExactJudge)judges[0]).Values);
        Assert.Equal("""{"id":9007199254740993}""", Assert.Single(((JsonJudge)judges[1]).Values));
    }

    [Fact]
    public void MtBenchAsItWasPublishedIsReadUnchanged()
    {
        var shared = Shared();
        if (shared is null)
        {
            Assert.Skip("shared/data/mtbench is not here");
        }

        var answers = File.ReadLines(Path.Combine(shared, "question.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("question_id").GetInt32())
            .Select(id => $$"""{"question_id":{{id}},"answer_id":"x{{id}}","model_id":"toy","choices":[{"index":0,"turns":["First {{id}}.","Second."]}],"tstamp":1.5}""")
            .Reverse();
        folder.With("toy.jsonl", string.Join('\n', answers)).With("suite.yaml", $$"""
            name: mt-bench
            cases: { format: mt-bench, questions: {{shared}}/question.jsonl, references: {{shared}}/reference_answer_gpt-4.jsonl }
            candidates: [{ name: toy, responses: toy.jsonl }]
            judges: [{ name: quality, type: score, model: judge, per: turn, criteria: [{ name: quality, question: Good?, scale: { min: 1, max: 10 } }] }]
            slices: [category]
            """);

        var suite = folder.Open();
        var exhibits = suite.Exhibits().ToList();

        Assert.Equal(80, suite.Cases);
        Assert.Equal(80, exhibits.Count);
        Assert.All(exhibits, exhibit => Assert.Equal(2, exhibit.Case.Turns.Length));
        Assert.Equal(35, exhibits.Count(exhibit => exhibit.Case.Turns.All(turn => turn.References.Length == 1)));
        Assert.Equal(5, exhibits.Count(exhibit => exhibit.Case.Turns.Sum(turn => turn.References.Length) == 1));
        Assert.Equal(40, exhibits.Count(exhibit => exhibit.Case.Turns.All(turn => turn.References.IsEmpty)));
        Assert.Equal("81", exhibits[0].Case.Id.Value);
        Assert.Equal("writing", exhibits[0].Case.Category);
        Assert.Equal("Rewrite your previous response. Start every sentence with the letter A.", exhibits[0].Case.Turns[1].Messages[0].Content);
        Assert.StartsWith("If you have just overtaken the second person", exhibits[20].Case.Turns[0].References[0], StringComparison.Ordinal);
        Assert.Equal(["First 81.", "Second."], exhibits[0].Recorded[new("toy")]);
    }

    [Fact]
    public void AFileThatWasChangedAfterTheCheckIsRefused()
    {
        var suite = folder.Open();
        folder.With("baseline.jsonl", """{"id":"france","response":"Lyon, or so"}""");

        var refused = Assert.Throws<EvaluationException>(() => suite.Exhibits().Count());

        Assert.EndsWith("baseline.jsonl: The file was changed after it was checked. Start again.", refused.Message, StringComparison.Ordinal);
    }

    private static string? Shared()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data", "mtbench");
            if (Directory.Exists(data))
            {
                return data;
            }
        }

        return null;
    }

    private IEnumerable<string> Answers() => folder.Open().Exhibits().Select(exhibit => Assert.Single(exhibit.Recorded[new("baseline")]));

    private static string Json(Exhibit exhibit) => JsonSerializer.Serialize(exhibit, EvaluationJson.Plain.Exhibit);

    private static string Json(SuiteDefinition suite) => JsonSerializer.Serialize(suite, EvaluationJson.Plain.SuiteDefinition);
}
