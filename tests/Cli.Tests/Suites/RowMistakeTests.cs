using Assize.Evaluation.Suites;

namespace Assize.Cli.Tests.Suites;

/// <summary>What a person reads when cases or responses are wrong.</summary>
public sealed class RowMistakeTests : IDisposable
{
    private readonly SuiteFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ManyCasesWithoutAnAnswerAreSummedUpAndRowNumbersAreNotTakenForMisspeltOnes()
    {
        folder.With("cases.jsonl", string.Concat(Enumerable.Range(1, 40).Select(i => $$"""{"id":"{{i}}","input":"x","reference":"y"}""" + "\n")))
            .With("baseline.jsonl", "{\"id\":\"1\",\"response\":\"y\"}\n{\"id\":\"400\",\"response\":\"y\"}\n");

        var told = folder.Mistakes();

        Assert.Contains("There is no case with the id '400'. Remove the response, or add the case.", told, StringComparison.Ordinal);
        Assert.EndsWith("and 19 more.", told, StringComparison.Ordinal);
        Assert.Equal(22, told.Split('\n').Length);
    }

    [Fact]
    public void ADuplicateCaseIsToldWithBothLines() => Cases(
        """
        {"id":"france","input":"Capital of France?","reference":"Paris"}
        {"id":"japan","input":"Capital of Japan?","reference":"Tokyo"}
        {"id":"france","input":"The capital of France?","reference":"Paris"}
        """,
        "cases.jsonl:3: case france: Line 1 has a case with the same id. Give every case an id of its own.");

    [Fact]
    public void ACaseThatIsNoJsonIsTold() => Cases(
        """
        {"id":"france","input":"Capital of France?","reference":"Paris"}
        {"id":"japan","input":"Capital of Japan?" "reference":"Tokyo"}
        """,
        "cases.jsonl:2: This is not valid JSON at column 43: '\"' is invalid after a value. Expected either ',', '}', or ']'. Mend the JSON.");

    [Fact]
    public void ACaseWithoutAnIdIsTold() => Cases(
        """
        {"id":"france","input":"Capital of France?","reference":"Paris"}
        {"input":"Capital of Japan?","reference":"Tokyo"}
        """,
        "cases.jsonl:2: id: The field is missing. Add 'id': a text.");

    [Fact]
    public void ANumberInATextsPlaceIsTold() => Cases(
        """
        {"id":"france","input":"Capital of France?","reference":"Paris"}
        {"id":"japan","input":"Capital of Japan?","reference":7}
        """,
        "cases.jsonl:2: case japan: reference: This must be a text, not the number 7. Put it in quotes: \"7\".");

    [Fact]
    public void BlankTextsAreTold() => Cases(
        """
        {"id":"france","input":" ","references":["Paris",""],"category":"","tags":["eu"," "]}
        {"id":"japan","turns":[{"system":"","user":"\t","reference":" "}]}
        """,
        """
        cases.jsonl:1: case france: category: The text is blank. Give it a text, or leave it out.
        cases.jsonl:1: case france: tags[1]: The text is blank. Give it a text, or leave it out.
        cases.jsonl:1: case france: input: The message is blank. Give it a text, or leave it out.
        cases.jsonl:1: case france: references[1]: The reference is blank. Give it a text, or leave it out.
        cases.jsonl:2: case japan: turns[0].system: The message is blank. Give it a text, or leave it out.
        cases.jsonl:2: case japan: turns[0].user: The message is blank. Give it a text, or leave it out.
        cases.jsonl:2: case japan: turns[0].reference: The reference is blank. Give it a text, or leave it out.
        """);

    [Fact]
    public void ACaseThatAsksNothingIsTold() => Cases(
        """
        {"id":"france","turns":[]}
        {"id":"japan","reference":"Tokyo"}
        """,
        """
        cases.jsonl:1: case france: turns: The case has no turns. Give at least one turn with a user message.
        cases.jsonl:2: case japan: The case asks nothing. Add 'input' with the user's text, or 'turns'.
        """);

    [Fact]
    public void AFirstTurnWithoutAUserMessageIsTold() => Cases(
        """
        {"id":"france","turns":[{"messages":[{"role":"system","content":"Be brief."}],"reference":"Paris"}]}
        {"id":"japan","turns":[{"system":"Be brief.","reference":"Tokyo"}]}
        """,
        """
        cases.jsonl:1: case france: turns[0]: The first turn has no user message. Say what the user asks.
        cases.jsonl:2: case japan: turns[0]: The first turn has no user message. Say what the user asks.
        """);

    [Fact]
    public void ATurnWithoutAMessageIsTold() => Cases(
        """
        {"id":"france","turns":[{"user":"Capital of France?","reference":"Paris"},{"reference":"x"}]}
        {"id":"japan","input":"Capital of Japan?","reference":"Tokyo"}
        """,
        "cases.jsonl:1: case france: turns[1]: The turn has no message. Say what the candidate is asked.");

    [Fact]
    public void FormsThatAreMixedAreTold() => Cases(
        """
        {"id":"france","input":"Capital?","turns":[{"user":"Capital?","messages":[],"reference":"a","references":["b"]}]}
        {"id":"japan","input":"Capital of Japan?","reference":"Tokyo"}
        """,
        """
        cases.jsonl:1: case france: input: A case with 'turns' has no 'input' of its own. Move it into a turn.
        cases.jsonl:1: case france: turns[0].messages: A turn has either 'messages' or 'user' and 'system', not both. Move the texts into 'messages'.
        cases.jsonl:1: case france: turns[0].references: There is 'reference' and 'references'. Keep one of them.
        """);

    [Fact]
    public void AnUnknownRoleIsTold() => Cases(
        """
        {"id":"france","turns":[{"messages":[{"role":"usr","content":"Capital of France?"}],"reference":"Paris"}]}
        {"id":"japan","input":"Capital of Japan?","reference":"Tokyo"}
        """,
        "cases.jsonl:1: case france: turns[0].messages[0].role: Unknown value 'usr'. Did you mean 'user'? Allowed: assistant, system, user.");

    [Fact]
    public void ABadIdIsTold() => Cases(
        """
        {"id":"france","input":"Capital of France?","reference":"Paris"}
        {"id":"japan","input":"Capital of Japan?","reference":"Tokyo"}
        {"id":"a\u0007b","input":"x","reference":"y"}
        """,
        "cases.jsonl:3: id: The id 'a\\u0007b' contains a control character. Use printable characters only.");

    [Fact]
    public void NulAndHalfCharactersAreTold() => Cases(
        """
        {"id":"france","input":"Capital\u0000 of France?","reference":"Paris"}
        {"id":"japan","input":"Capital of \ud83d Japan?","reference":"Tokyo"}
        """,
        """
        cases.jsonl:1: case france: input: The text contains a NUL character (\u0000). Remove it.
        cases.jsonl:2: The text at column 23 contains half of a character (a lone surrogate escape such as \ud83d). Write both halves, or the character itself.
        """);

    [Fact]
    public void BytesThatAreNoUtf8AreToldWithTheirPlace()
    {
        folder.With("cases.jsonl", [.. "{\"id\":\"france\",\"input\":\"Capital of France?\",\"reference\":\"Paris\"}\n"u8, .. "{\"id\":\"japan\",\"input\":\""u8, 0xff, .. "\"}\n"u8]);
        Assert.Equal("cases.jsonl:2: Byte 24 of the line (0xff) is not valid UTF-8. Save the file as UTF-8.", folder.Mistakes());
    }

    [Fact]
    public void NoCasesAreTold() => Cases("\n\n", "cases.jsonl: There are no cases. Add at least one.");

    [Fact]
    public void AMissingResponseIsTold() => Responses(
        """{"id":"france","response":"Paris"}""",
        "baseline.jsonl: case japan: Candidate 'baseline' has no response. Add its response to this case, or remove the case.");

    [Fact]
    public void AResponseWithoutACaseIsToldWithTheNearestOne() => Responses(
        """
        {"id":"france","response":"Paris"}
        {"id":"japan","response":"Kyoto"}
        {"id":"jpan","response":"Tokyo"}
        {"id":"brazil","response":"Rio"}
        """,
        """
        baseline.jsonl:3: There is no case with the id 'jpan'. Did you mean 'japan'? Otherwise remove the response, or add the case.
        baseline.jsonl:4: There is no case with the id 'brazil'. Remove the response, or add the case.
        """);

    [Fact]
    public void ADuplicateResponseIsToldWithBothLines() => Responses(
        """
        {"id":"france","response":"Paris"}
        {"id":"japan","response":"Kyoto"}
        {"id":"france","response":"Lyon"}
        """,
        "baseline.jsonl:3: case france: Line 1 has a response to the same case. Keep one of them.");

    [Fact]
    public void AWrongNumberOfTurnsIsTold() => Responses(
        """
        {"id":"france","turns":["Paris","Really."]}
        {"id":"japan","turns":[]}
        """,
        """
        baseline.jsonl:1: case france: turns: The response of candidate 'baseline' has 2 turns, but the case has 1 turn. Give one text per turn of the case.
        baseline.jsonl:2: case japan: turns: The response of candidate 'baseline' has 0 turns, but the case has 1 turn. Give one text per turn of the case.
        """);

    [Fact]
    public void AResponseThatSaysNothingIsTold() => Responses(
        """
        {"id":"france","response":""}
        {"id":"japan"}
        """,
        """
        baseline.jsonl:1: case france: response: The response is blank. Record what the candidate said, or remove the case.
        baseline.jsonl:2: case japan: The line must have either 'response' or 'turns'. Give 'response' for a case of one turn, 'turns' with one text per turn for others.
        """);

    [Fact]
    public void ACaseThatCannotBeReadIsNotToldAgainWithItsResponse() => Cases(
        """
        {"id":"france","input":"Capital of France?","reference":"Paris"}
        {"id":"japan"
        """,
        "cases.jsonl:2: This is not valid JSON at column 14: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed. Mend the JSON.");

    [Fact]
    public void AResponseThatCannotBeReadIsNotToldAgainAsMissing() => Responses(
        """
        {"id":"france","response":"Paris"}
        {"id":"japan","response":
        """,
        "baseline.jsonl:2: This is not valid JSON at column 26: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed. Mend the JSON.");

    [Fact]
    public void LimitsAreToldWithTheirOptions()
    {
        folder.With("cases.jsonl", """
            {"id":"france","turns":[{"user":"Capital of France?","reference":"Paris"},{"user":"Sure?"}]}
            {"id":"japan","input":"Capital of Japan, the country in the east?","reference":"Tokyo"}
            {"id":"brazil","input":"Capital?","reference":"Brasilia"}
            """).With("baseline.jsonl", """{"id":"france","turns":["Paris","Yes, sure, it is Paris."]}""" + "\n" + """{"id":"japan","response":"Tokyo"}""");

        Assert.Equal(
            """
            cases.jsonl:1: case france: turns: The case has 2 turns, more than the limit of 1 (option MaxTurns). Split the case, or raise the limit.
            cases.jsonl:2: case japan: input: The message has 42 characters, more than the limit of 20 (option MaxFieldChars). Shorten it, or raise the limit.
            cases.jsonl:3: There are more cases than the limit of 2 (option MaxCases). Split the suite, or raise the limit.
            baseline.jsonl:1: case france: turns[1]: The response has 23 characters, more than the limit of 20 (option MaxFieldChars). Shorten it, or raise the limit.
            """,
            folder.Mistakes(limits: new SuiteLimits { MaxTurns = 1, MaxFieldChars = 20, MaxCases = 2 }));
    }

    [Fact]
    public void ALineThatIsTooLongIsToldAndSkipped()
    {
        folder.With("cases.jsonl", $$"""
            {"id":"france","input":"Capital of France?","reference":"Paris"}
            {"id":"x","input":"{{new string('x', 700_000)}}"}
            {"id":"japan","input":"Capital of Japan?","reference":"Tokyo","colour":"red"}
            """);

        Assert.Equal(
            """
            cases.jsonl:2: The line has more than the limit of 200 bytes (option MaxLineBytes). Shorten it, or raise the limit.
            cases.jsonl:3: case japan: colour: Unknown field 'colour'. Did you mean 'cluster'? Allowed: category, cluster, id, input, metadata, reference, references, system, tags, turns.
            """.Replace("Did you mean 'cluster'? ", "", StringComparison.Ordinal),
            folder.Mistakes(limits: new SuiteLimits { MaxLineBytes = 200 }));
    }

    [Fact]
    public void InlineCasesAreToldWithTheLineOfTheField()
    {
        folder.Replacing(
            "cases: cases.jsonl",
            """
            cases:
              - id: france
                input: Capital of France?
                reference: ""
              - id: japan
                input: Capital of Japan?
                reference: Tokyo
              - id: france
                turns: []
                metadata:
                  year: [1, 2]
            """);

        Assert.Equal(
            """
            suite.yaml:5: case france: reference: The reference is blank. Give it a text, or leave it out.
            suite.yaml:9: case france: Line 3 has a case with the same id. Give every case an id of its own.
            suite.yaml:12: case france: metadata.year: This must be a text, not a list.
            """,
            folder.Mistakes());
    }

    [Fact]
    public void ColumnsThatDoNotExistAreTold()
    {
        folder.With("cases.csv", "key,question,answer\nfrance,Capital of France?,Paris\n")
            .Replacing("cases: cases.jsonl", "cases:\n  file: cases.csv\n  columns:\n    id: key\n    input: quest\n    references: answer");

        Assert.Equal(
            """
            suite.yaml:6: cases.columns: The file 'cases.csv' has no column 'quest'. Its columns: answer, key, question.
            suite.yaml:7: cases.columns.references: A column cannot hold 'references'. Did you mean 'reference'? Allowed: category, cluster, id, input, metadata.KEY, reference, system, tags.
            """,
            folder.Mistakes());
    }

    [Fact]
    public void ACsvFileWithoutTheWantedColumnsIsTold()
    {
        folder.With("cases.csv", "id,question,reference\nfrance,Capital of France?,Paris\n").Replacing("cases: cases.jsonl", "cases: cases.csv");

        Assert.Equal(
            """
            cases.csv:1: question: Unknown column 'question'. Allowed: category, cluster, id, input, metadata.KEY, reference, system, tags. To read other columns, name them under 'columns'.
            cases.csv:1: There is no column 'input'. Add it, or name the column to read under 'columns'.
            """,
            folder.Mistakes());
    }

    [Fact]
    public void BrokenCsvRowsAreTold()
    {
        folder.With("cases.csv", "id,input,reference\nfrance,Capital, of France?,Paris\njapan,,Tokyo\n\"a\nb\",x\"y,z\nlast,\"never closed,z\n").Replacing("cases: cases.jsonl", "cases: cases.csv").With("baseline.jsonl", "");

        Assert.Equal(
            """
            cases.csv:2: The row has 4 cells, but the header has 3. A cell that contains a comma must stand in double quotes.
            cases.csv:3: case japan: input: The row has no input. Fill the column 'input'.
            cases.csv:4: A double quote is not closed, or stands inside a cell that is not quoted. Put the cell in double quotes, and double each quote inside it.
            """,
            string.Join('\n', folder.Mistakes().Split('\n').Where(line => line.StartsWith("cases", StringComparison.Ordinal))));
    }

    [Fact]
    public void MtBenchFilesAreCheckedToo()
    {
        folder.With("question.jsonl", """
            {"question_id":81,"category":"writing","turns":["Write.","Again."]}
            {"question_id":82,"category":"math","turns":["1+1?",""],"reference":["2"]}
            """)
            .With("reference.jsonl", """{"question_id":81,"choices":[]}""")
            .With("gpt.jsonl", """{"question_id":81,"model_id":"gpt","choices":[{"index":0,"turns":["A."]}]}""")
            .Replacing("cases: cases.jsonl", "cases: { format: mt-bench, questions: question.jsonl, references: reference.jsonl }")
            .With("suite.yaml", File.ReadAllText(folder.PathOf("suite.yaml"))
                .Replace("baseline.jsonl", "gpt.jsonl", StringComparison.Ordinal)
                .Replace("type: exact", "type: score\n    model: judge\n    criteria: [{ name: quality, question: Good?, scale: { min: 1, max: 5 } }]", StringComparison.Ordinal));

        Assert.Equal(
            """
            reference.jsonl:1: choices: The question has no answer. Give at least one choice.
            question.jsonl:2: case 82: reference: There are 1 reference answers, but 2 turns. Give one per turn; an empty text where there is none.
            gpt.jsonl:1: case 81: choices[0].turns: The response of candidate 'baseline' has 1 turn, but the case has 2 turns. Give one text per turn of the case.
            gpt.jsonl: case 82: Candidate 'baseline' has no response. Add its response to this case, or remove the case.
            """,
            folder.Mistakes());
    }

    [Fact]
    public void ReferenceAnswersToNoQuestionAreTold()
    {
        folder.With("question.jsonl", """{"question_id":81,"category":"writing","turns":["Write."]}""")
            .With("reference.jsonl", """{"question_id":"q81","choices":[{"index":0,"turns":["Done."]}]}""")
            .With("baseline.jsonl", """{"id":"81","response":"A."}""")
            .Replacing("cases: cases.jsonl", "cases: { format: mt-bench, questions: question.jsonl, references: reference.jsonl }");

        Assert.Contains("reference.jsonl:1: There is no question with the id 'q81'. Compare the ids of both files, or remove the line.", folder.Mistakes(), StringComparison.Ordinal);
    }

    [Fact]
    public void OpenAiEvalsSamplesAreCheckedToo()
    {
        folder.With("samples.jsonl", """
            {"input":[{"role":"system","content":"Be brief."}],"ideal":"x"}
            {"ideal":["a"]}
            {"input":[{"role":"tool","content":"x"}],"ideal":{"a":1}}
            """)
            .Replacing("cases: cases.jsonl", "cases: { file: samples.jsonl, format: openai-evals }").With("baseline.jsonl", "");

        Assert.Equal(
            """
            samples.jsonl:1: case samples-000001: input: The first turn has no user message. Say what the user asks.
            samples.jsonl:2: case samples-000002: input: The field is missing. Add 'input': a text, or a list of messages with 'role' and 'content'.
            samples.jsonl:3: case samples-000003: input[0].role: Unknown value 'tool'. Allowed: assistant, system, user.
            samples.jsonl:3: case samples-000003: ideal: This must be a text or a list of texts.
            """,
            string.Join('\n', folder.Mistakes().Split('\n').Where(line => line.StartsWith("samples", StringComparison.Ordinal))));
    }

    private void Cases(string lines, string mistakes)
    {
        folder.With("cases.jsonl", lines);
        Assert.Equal(mistakes, folder.Mistakes());
    }

    private void Responses(string lines, string mistakes)
    {
        folder.With("baseline.jsonl", lines);
        Assert.Equal(mistakes, folder.Mistakes());
    }
}
