using System.Text;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Tests.Suites;

/// <summary>What a person reads when the suite document is wrong.</summary>
public sealed class DocumentMistakeTests : IDisposable
{
    private readonly SuiteFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AnUnknownFieldIsToldWithTheNearestKnownOne() => Told(
        "name: capitals",
        "name: capitals\ndescripton: x",
        "suite.yaml:2: descripton: Unknown field 'descripton'. Did you mean 'description'? Allowed: candidates, cases, description, judges, name, seed, slices.");

    [Fact]
    public void AMissingFieldIsTold() => Told(
        "name: capitals",
        "seed: 1",
        "suite.yaml:1: name: The field is missing. Add 'name': a text.");

    [Fact]
    public void MissingCasesAreTold() => Told(
        "cases: cases.jsonl",
        "seed: 1",
        "suite.yaml:1: cases: The field is missing. Add 'cases': the path of a file, or a list of cases.");

    [Fact]
    public void AFieldOfTheWrongTypeIsTold() => Told(
        "name: capitals",
        "name: capitals\nseed: soon\ndescription: [a, b]",
        """
        suite.yaml:2: seed: This must be a whole number, not a text.
        suite.yaml:3: description: This must be a text, not a list.
        """);

    [Fact]
    public void ANumberOutsideItsTypeIsTold() => Told(
        "name: capitals",
        "name: capitals\nseed: 99999999999999999999",
        "suite.yaml:2: seed: The number '99999999999999999999' is outside -9223372036854775808 to 9223372036854775807.");

    [Fact]
    public void AnEmptyFieldIsTold() => Told(
        "name: capitals",
        "name:",
        "suite.yaml:1: name: This must be a text, not nothing. Give it a value, or leave the field out.");

    [Fact]
    public void AFieldThatAppearsTwiceIsTold() => Told(
        "name: capitals",
        "name: capitals\nname: others",
        "suite.yaml:2: name: The field appears twice. Remove it here or in line 1.");

    [Fact]
    public void AJsonFieldThatAppearsTwiceIsTold()
    {
        folder.With("suite.json", """
            {
              "name": "capitals",
              "cases": "cases.jsonl",
              "candidates": [{ "name": "baseline", "responses": "baseline.jsonl" }],
              "judges": [{ "name": "exact", "type": "exact" }],
              "name": "others"
            }
            """);

        Assert.Equal("suite.json:6: name: The field appears twice. Remove it here or in line 2.", folder.Mistakes("suite.json"));
    }

    [Fact]
    public void AnUnknownJudgeTypeIsToldWithTheKnownOnes() => Told(
        "type: exact",
        "type: exakt",
        "suite.yaml:8: judges[0].type: Unknown type 'exakt'. Did you mean 'exact'? Known: contains, exact, json, number, pairwise, panel, regex, score.");

    [Fact]
    public void AJudgeWithoutATypeIsTold() => Told(
        "    type: exact",
        "",
        "suite.yaml:7: judges[0].type: The field is missing. Add 'type', one of: contains, exact, json, number, pairwise, panel, regex, score.");

    [Fact]
    public void AnUnknownWordIsToldWithTheKnownOnes() => Told(
        "type: exact",
        "type: pairwise\n    model: judge\n    per: trun",
        """
        suite.yaml:10: judges[0].per: Unknown value 'trun'. Did you mean 'turn'? Allowed: conversation, turn.
        """);

    [Fact]
    public void AFieldDeepInAJudgeIsToldWithItsPathAndLine() => Told(
        "type: exact",
        """
        type: score
            model: judge
            criteria:
              - name: correctness
                scale: { min: 1, max: 5 }
                levels:
                  1: wrong
                  good: right
                weigth: 2
        """,
        """
        suite.yaml:15: judges[0].criteria[0].levels.good: The key must be a whole number, not 'good'.
        suite.yaml:16: judges[0].criteria[0].weigth: Unknown field 'weigth'. Allowed: levels, name, question, scale.
        """);

    [Fact]
    public void WhatAJudgeSaysOfItsSettingsIsToldWithTheLine() => Told(
        "type: exact",
        """
        type: score
            model: judge
            criteria:
              - name: correctness
                question: Is it right?
                scale:
                  min: 5
                  max: 1
        """,
        "suite.yaml:13: judges[0].criteria[0].scale: The scale is upside down: it runs from 5 to 1. Give the worst value first; where less is better, turn the question round.");

    [Fact]
    public void NoCandidatesAreTold() => Told(
        """
        candidates:
          - name: baseline
            responses: baseline.jsonl
        """,
        "candidates: []",
        "suite.yaml:3: candidates: The suite has no candidate. Add at least one under 'candidates'.");

    [Fact]
    public void NoJudgesAreTold() => Told(
        """
        judges:
          - name: exact
            type: exact
        """,
        "judges: []",
        "suite.yaml:6: judges: The suite has no judge. Add at least one under 'judges'.");

    [Fact]
    public void ACandidateWithoutResponsesOrModelIsTold() => Told(
        "    responses: baseline.jsonl",
        "    response: baseline.jsonl",
        "suite.yaml:4: candidates[0]: The candidate has neither 'responses' nor 'model'. Did you mean 'responses' by 'response'?");

    [Fact]
    public void ACandidateWithResponsesAndModelIsTold() => Told(
        "    responses: baseline.jsonl",
        "    responses: baseline.jsonl\n    model: gpt",
        "suite.yaml:6: candidates[0].model: A candidate either has recorded 'responses' or asks a 'model', not both. Keep one of them.");

    [Fact]
    public void NamesThatAreUsedTwiceAreTold() => Told(
        "    type: exact",
        "    type: exact\n  - name: exact\n    type: exact",
        "suite.yaml:9: judges[1]: The judge 'exact' appears twice: judges[0] is the same. Rename or remove one of them.");

    [Fact]
    public void AJudgeOfAnUnknownTypeIsReadAsTheOneItMayMeanAndItsNameCounts() => Told(
        "    type: exact",
        "    type: exakt\n    ignoreCsae: true\n  - name: exact\n    type: contains",
        """
        suite.yaml:8: judges[0].type: Unknown type 'exakt'. Did you mean 'exact'? Known: contains, exact, json, number, pairwise, panel, regex, score.
        suite.yaml:9: judges[0].ignoreCsae: Unknown field 'ignoreCsae'. Did you mean 'ignoreCase'? Allowed: from, ignoreCase, name, per, trim, type, values, where.
        suite.yaml:10: judges[1]: The judge 'exact' appears twice: judges[0] is the same. Rename or remove one of them.
        """);

    [Fact]
    public void ABadNameIsTold() => Told(
        "name: exact",
        "name: \"exact match\\e[2J\"",
        "suite.yaml:7: judges[0].name: 'exact match\\u001b[2J' cannot be the name of a judge. Use 1 to 64 of the letters A-Z and a-z, the digits, '.', '_' and '-', beginning with a letter or a digit.");

    [Fact]
    public void AnUnknownModelIsToldWithTheDeclaredOnes()
    {
        folder.Replacing("judges:\n  - name: exact\n    type: exact", "  - name: live\n    model: gtp\njudges:\n  - name: better\n    type: pairwise\n    model: juge");

        Assert.Equal(
            """
            suite.yaml:7: candidates[1].model: No model is declared under the name 'gtp'. Did you mean 'gpt'? Declared: gpt, judge.
            suite.yaml:11: judges[0].model: No model is declared under the name 'juge'. Did you mean 'judge'? Declared: gpt, judge.
            """,
            folder.Mistakes(models: [new("judge"), new("gpt")]));
    }

    [Fact]
    public void APairwiseJudgeOfOneCandidateIsTold() => Told(
        "type: exact",
        "type: pairwise\n    model: judge",
        "suite.yaml:7: judges[0]: Judge 'exact' compares two candidates, but the suite has only one. Add a second candidate, or judge with a 'score' judge.");

    [Fact]
    public void AnUnknownBaselineIsTold() => Told(
        "judges:\n  - name: exact\n    type: exact",
        "  - name: live\n    model: gpt\njudges:\n  - name: better\n    type: pairwise\n    model: judge\n    baseline: basline",
        "suite.yaml:12: judges[0].baseline: There is no candidate 'basline' to compare with. Did you mean 'baseline'? Candidates: baseline, live.");

    [Fact]
    public void AnImpossibleSliceIsTold() => Told(
        "name: capitals",
        "name: capitals\nslices: [category, tags]",
        "suite.yaml:2: slices[1]: Results cannot be sliced by 'tags'. Did you mean 'tag'? Allowed: category, metadata.KEY, tag.");

    [Fact]
    public void AJudgeThatNoCaseMatchesIsTold() => Told(
        "type: exact",
        "type: exact\n    where: { category: asia }",
        "suite.yaml:9: judges[0].where: No case matches, so judge 'exact' would judge nothing. Compare it with the category, tags and metadata of the cases.");

    [Fact]
    public void ASliceThatNoCaseHasIsTold()
    {
        Told(
            "name: capitals",
            "name: capitals\nslices: [category]",
            "suite.yaml:2: slices[0]: No case has 'category', so results would not be split by it. Leave it out: the cases have neither category nor tags nor metadata.");
        folder.With("cases.jsonl", """
            {"id":"france","input":"Capital of France?","reference":"Paris","category":"europe"}
            {"id":"japan","input":"Capital of Japan?","reference":"Tokyo","metadata":{"channel":"mail"}}
            """);
        Told(
            "name: capitals",
            "name: capitals\nslices: [category, metadata.chanel]",
            "suite.yaml:2: slices[1]: No case has 'metadata.chanel', so results would not be split by it. Did you mean 'metadata.channel'? Cases can be split by: category, metadata.channel.");
        Told(
            "name: capitals",
            "name: capitals\nslices: [tag]",
            "suite.yaml:2: slices[0]: No case has 'tag', so results would not be split by it. Cases can be split by: category, metadata.channel.");
    }

    [Fact]
    public void ATemplateThatDoesNotShowTheCaseIsTold() => Told(
        "judges:",
        "  - name: live\n    model: gpt\n    template: \"Answer: {input}\"\njudges:",
        "suite.yaml:8: candidates[1].template: The template does not contain {{input}}, so the model would never see the case. Put {{input}} where the case's text belongs.");

    [Fact]
    public void AnchorsAliasesTagsAndFurtherDocumentsAreRefused()
    {
        folder.With("suite.yaml", "name: &n capitals\ndescription: *n\nseed: !!int 4\ncases: cases.jsonl\ncandidates: [{ name: baseline, responses: baseline.jsonl }]\njudges: [{ name: exact, type: exact }]\n---\nname: second\n");

        Assert.Equal(
            """
            suite.yaml:1: Anchors are not read: &n. Remove the anchor, and write the text out where it is used.
            suite.yaml:2: Aliases are not read: *n. Write the text out where it is used.
            suite.yaml:3: Tags are not read: tag:yaml.org,2002:int. Remove the tag.
            suite.yaml:7: A second document begins here. Keep one document in the file.
            """,
            folder.Mistakes());
    }

    [Fact]
    public void ADocumentThatIsNestedTooDeepIsRefused()
    {
        folder.With("suite.yaml", "name: " + new string('[', 100_000));
        Assert.Equal("suite.yaml:1: The document is nested more than 64 levels deep. Make it flatter.", folder.Mistakes());

        folder.With("suite.json", "{\"name\":" + new string('[', 100_000));
        Assert.Equal(
            "suite.json:1: This is not valid JSON at column 72: The maximum configured depth of 64 has been exceeded. Cannot read next JSON array. Mend the JSON.",
            folder.Mistakes("suite.json"));
    }

    [Fact]
    public void BrokenYamlIsToldWithLineAndColumn()
    {
        folder.With("suite.yaml", "name: capitals\ncases: [a, b\n");
        Assert.Equal(
            "suite.yaml:3: This is not valid YAML at column 1: While parsing a flow sequence, did not find expected ',' or ']'. Mend the YAML; a text with ':' or '#' in it may need quotes.",
            folder.Mistakes());
    }

    [Fact]
    public void BrokenJsonIsToldWithLineAndColumn()
    {
        folder.With("suite.json", "{\n  \"name\": \"capitals\",\n  \"seed\": 1,,\n}");
        Assert.Equal("suite.json:3: This is not valid JSON at column 13: ',' is an invalid start of a property name. Expected a '\"'. Mend the JSON.", folder.Mistakes("suite.json"));
    }

    [Fact]
    public void BytesThatAreNoUtf8AreToldWithTheirPlace()
    {
        folder.With("suite.yaml", [.. "name: x\ndescription: caf"u8, 0xe9, .. "\n"u8]);
        Assert.Equal("suite.yaml:2: Byte 17 of the line (0xe9) is not valid UTF-8. Save the file as UTF-8.", folder.Mistakes());
    }

    [Fact]
    public void ANulCharacterIsTold()
    {
        folder.With("suite.yaml", [.. "name: x\n"u8, 0, .. "\n"u8]);
        Assert.Equal("suite.yaml:2: The document contains a NUL character. Remove it.", folder.Mistakes());
        folder.Replacing("name: capitals", "name: capitals\ndescription: \"a\\0b\"");
        Assert.Equal("suite.yaml:2: description: The text contains a NUL character (\\u0000). Remove it.", folder.Mistakes());
    }

    [Fact]
    public void AnEmptyDocumentIsTold()
    {
        folder.With("suite.yaml", "# nothing yet\n");
        Assert.Equal("suite.yaml:1: The document is empty. Write a suite: name, cases, candidates, judges.", folder.Mistakes());
    }

    [Fact]
    public void ADocumentThatIsAListIsTold()
    {
        folder.With("suite.yaml", "- name: x\n");
        Assert.Equal("suite.yaml:1: A suite is a group of fields (name, cases, candidates, judges), not a list.", folder.Mistakes());
    }

    [Fact]
    public void AFileThatDoesNotExistIsToldWithTheNearestOne()
    {
        folder.Replacing("cases: cases.jsonl", "cases: case.jsonl");
        Assert.Equal("suite.yaml:2: cases: The file 'case.jsonl' does not exist. Did you mean 'cases.jsonl'?", folder.Mistakes());
        Assert.Equal("suites.yaml: The file 'suites.yaml' does not exist. Did you mean 'suite.yaml'?", folder.Mistakes("suites.yaml"));
    }

    [Fact]
    public void AFolderInTheFilesPlaceIsTold()
    {
        Directory.CreateDirectory(folder.PathOf("answers"));
        folder.With("answers/baseline.jsonl", "").Replacing("responses: baseline.jsonl", "responses: answers");
        Assert.Equal("suite.yaml:5: candidates[0].responses: 'answers' is a folder, not a file. Name a file in it: baseline.jsonl.", folder.Mistakes());
    }

    [Fact]
    public void LimitsAreToldWithTheirOptions()
    {
        var small = new SuiteLimits { MaxDocumentBytes = 100 };
        Assert.Equal(
            "suite.yaml: The file 'suite.yaml' has 134 bytes, more than the limit of 100 (option MaxDocumentBytes). Split it, or raise the limit.",
            folder.Mistakes(limits: small));
        Assert.Equal(
            """
            suite.yaml:2: cases: The file 'cases.jsonl' has 127 bytes, more than the limit of 100 (option MaxFileBytes). Split it, or raise the limit.
            """,
            folder.Mistakes(limits: new SuiteLimits { MaxFileBytes = 100 }));

        folder.Replacing("judges:\n  - name: exact\n    type: exact", "  - name: live\n    model: gpt\njudges:\n  - name: exact\n    type: exact\n  - name: again\n    type: exact");
        Assert.Equal(
            """
            suite.yaml:3: candidates: The suite has 2 candidates, more than the limit of 1 (option MaxCandidates). Split the suite, or raise the limit.
            suite.yaml:8: judges: The suite has 2 judges, more than the limit of 1 (option MaxJudges). Split the suite, or raise the limit.
            """,
            folder.Mistakes(limits: new SuiteLimits { MaxCandidates = 1, MaxJudges = 1 }));
    }

    [Fact]
    public void MistakesInAllFilesAreToldAtOnce()
    {
        folder.Replacing("name: capitals", "name: capitals\nsed: 1").With("cases.jsonl", """
            {"id":"france","input":"Capital of France?","refrence":"Paris"}
            {"id":"japan","input":"Capital of Japan?","reference":"Tokyo"}
            """).With("baseline.jsonl", """
            {"id":"france","response":"Paris"}
            {"id":"japan","response":" "}
            """);

        Assert.Equal(
            """
            suite.yaml:2: sed: Unknown field 'sed'. Did you mean 'seed'? Allowed: candidates, cases, description, judges, name, seed, slices.
            cases.jsonl:1: case france: refrence: Unknown field 'refrence'. Did you mean 'reference'? Allowed: category, cluster, id, input, metadata, reference, references, system, tags, turns.
            baseline.jsonl:2: case japan: response: The response is blank. Record what the candidate said, or remove the case.
            """,
            folder.Mistakes());
    }

    [Fact]
    public void AfterTwoHundredMistakesTheOthersAreCounted()
    {
        var lines = new StringBuilder();
        for (var i = 0; i < 1234; i++)
        {
            lines.Append("{}\n");
        }

        var told = folder.With("cases.jsonl", lines.ToString()).Mistakes().Split('\n');

        Assert.Equal(201, told.Length);
        Assert.Equal("cases.jsonl:200: id: The field is missing. Add 'id': a text.", told[199]);
        Assert.Equal("and 1,034 more.", told[200]);
    }

    private void Told(string part, string by, string mistakes)
    {
        folder.Replacing(part, by);
        Assert.Equal(mistakes, folder.Mistakes());
    }
}
