using System.Text.Json;
using Assize.Evaluation.Judges;

namespace Assize.Evaluation.Tests.Judges;

public sealed class JsonJudgeTests
{
    private static readonly JudgeName Name = new("any");

    [Theory]
    [InlineData("""{"a":1,"b":[true,null,"x"]}""", """{ "b": [true, null, "x"], "a": 1.0 }""", true)]
    [InlineData("""{"a":1}""", "```json\n{\"a\":1}\n```", true)]
    [InlineData("""{"a":1}""", "```\n{\"a\":1}```", true)]
    [InlineData("100", "1e2", true)]
    [InlineData("0.1", "0.10", true)]
    [InlineData("\"\\u0061\"", "\"a\"", true)]
    [InlineData("[1,2]", "[2,1]", false)]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""", false)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":1}""", """{"a":1,"a":1}""", false)]
    [InlineData("""{"a":1}""", """{"a":1} indeed""", false)]
    [InlineData("""{"a":1}""", "The answer:\n```json\n{\"a\":1}\n```", false)]
    [InlineData("""{"a":1}""", "{a:1}", false)]
    [InlineData("""{"a":1}""", "", false)]
    [InlineData("""{"a":1}""", """{"\ud800":1}""", false)]
    [InlineData("""{"a":1}""", """{"a":"\ud800"}""", false)]
    [InlineData("null", "null", true)]
    public void JsonIsComparedByValue(string expected, string answer, bool passes) =>
        Assert.Equal(passes, DeterministicJudgeTests.Passes(new JsonJudge { Name = Name, Values = [expected] }, answer));

    [Fact]
    public void NestingBeyondSixtyFourFails()
    {
        var deep = new string('[', 64) + new string(']', 64);
        Assert.True(DeterministicJudgeTests.Passes(new JsonJudge { Name = Name, Values = [deep] }, deep));
        Assert.False(DeterministicJudgeTests.Passes(new JsonJudge { Name = Name, Values = [deep] }, $"[{deep}]"));
    }

    [Theory]
    [InlineData("""{"type":"object"}""", "{}", null)]
    [InlineData("""{"type":"object"}""", "[]", "$ is not of type object")]
    [InlineData("""{"type":["string","null"]}""", "null", null)]
    [InlineData("""{"type":["string","null"]}""", "1", "$ is not of type string or null")]
    [InlineData("""{"type":"integer"}""", "1.0", null)]
    [InlineData("""{"type":"integer"}""", "1.5", "$ is not of type integer")]
    [InlineData("""{"type":"number"}""", "1.5", null)]
    [InlineData("""{"type":"boolean"}""", "false", null)]
    [InlineData("""{"type":"boolean"}""", "0", "$ is not of type boolean")]
    [InlineData("""{"required":["a"]}""", """{"b":1}""", "$ lacks 'a'")]
    [InlineData("""{"required":["a"]}""", "1", null)]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":1}""", "$.a is not of type string")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1,"b":1}""", "$ has a field 'b' that is not allowed")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":true}""", """{"a":1,"b":1}""", null)]
    [InlineData("""{"items":{"type":"object","properties":{"n":{"minimum":0}}}}""", """[{"n":1},{"n":-1}]""", "$[1].n is below 0")]
    [InlineData("""{"enum":["a",1,null]}""", "1.0", null)]
    [InlineData("""{"enum":["a",1,null]}""", "\"b\"", "$ is not one of the values allowed")]
    [InlineData("""{"const":{"a":[1]}}""", """{"a":[1.0]}""", null)]
    [InlineData("""{"const":null}""", "null", null)]
    [InlineData("""{"const":null}""", "0", "$ is not one of the values allowed")]
    [InlineData("""{"enum":[1,2],"const":2}""", "1", "$ is not one of the values allowed")]
    [InlineData("""{"minimum":1,"maximum":2}""", "2", null)]
    [InlineData("""{"minimum":1,"maximum":2}""", "2.1", "$ is above 2")]
    [InlineData("""{"minLength":2,"maxLength":3}""", "\"😀😀\"", null)]
    [InlineData("""{"minLength":2,"maxLength":3}""", "\"😀\"", "$ has fewer than 2 characters")]
    [InlineData("""{"minLength":2,"maxLength":3}""", "\"abcd\"", "$ has more than 3 characters")]
    [InlineData("""{"pattern":"^[a-z]+$"}""", "\"abc\"", null)]
    [InlineData("""{"pattern":"^[a-z]+$"}""", "\"ABC\"", "$ does not match the pattern")]
    [InlineData("""{"$schema":"x","title":"t","description":"d"}""", "1", null)]
    [InlineData("""{"type":"string","pattern":"a"}""", "\"\\ud800\"", "the answer is not JSON")]
    public void ASchemaSaysWhatIsWrong(string schema, string answer, string? fault)
    {
        var judge = new JsonJudge { Name = Name, Compares = false, Schema = JsonDocument.Parse(schema).RootElement };
        Assert.Empty(judge.Check());
        var verdict = Assert.IsType<Step.Judged>(judge.Next(SomeTrial.Of(judge, answer), Answers.None)).Verdict;

        Assert.Equal(fault, verdict.Explanation);
        Assert.Equal(fault is null ? 1 : 0, Assert.IsType<Outcome.Scored>(verdict.Outcome).Scores[0].Value);
    }

    [Theory]
    [InlineData("""{"oneOf":[]}""", "schema.oneOf: The schema keyword 'oneOf' is not known here. Leave it out, or check that part with another judge.")]
    [InlineData("""{"properties":{"a":{"format":"email"}}}""", "schema.properties.a.format: The schema keyword 'format' is not known here. Leave it out, or check that part with another judge.")]
    [InlineData("""{"type":"text"}""", "schema.type: 'type' must be one of object, array, string, number, integer, boolean, null, or a list of them.")]
    [InlineData("""{"type":[]}""", "schema.type: 'type' must be one of object, array, string, number, integer, boolean, null, or a list of them.")]
    [InlineData("""{"required":"a"}""", "schema.required: 'required' must be a list of field names.")]
    [InlineData("""{"items":[{}]}""", "schema.items: A schema is an object.")]
    [InlineData("""{"additionalProperties":{}}""", "schema.additionalProperties: 'additionalProperties' must be true or false.")]
    [InlineData("""{"enum":[]}""", "schema.enum: 'enum' must be a list of values.")]
    [InlineData("""{"minimum":"1"}""", "schema.minimum: 'minimum' must be a number.")]
    [InlineData("""{"maxLength":-1}""", "schema.maxLength: 'maxLength' must be a whole number of at least 0.")]
    [InlineData("7", "schema: A schema is an object.")]
    public void ASchemaOfAnotherKindIsRefused(string schema, string mistake) =>
        Assert.Equal(mistake, Assert.Single(new JsonJudge { Name = Name, Schema = JsonDocument.Parse(schema).RootElement }.Check()).ToString());

    [Fact]
    public void ASchemaPatternMustBeOneThatCannotRunAway()
    {
        var mistake = Assert.Single(new JsonJudge { Name = Name, Schema = JsonDocument.Parse("""{"pattern":"(a)\\1"}""").RootElement }.Check());
        Assert.Equal("schema.pattern", mistake.Field);
    }

    [Fact]
    public void LiteralsOfASuiteFileStandAsTheirJson()
    {
        var judge = JsonSerializer.Deserialize("""{"type":"json","name":"any","values":[{"a":[1]},42,"[true]"],"schema":{"type":"object"},"compare":true}""", EvaluationJson.Plain.Judge)!;

        Assert.Equal(["""{"a":[1]}""", "42", "[true]"], Assert.IsType<JsonJudge>(judge).Values);
        Assert.True(DeterministicJudgeTests.Passes(judge, """{"a":[1.0]}"""));
        Assert.False(DeterministicJudgeTests.Passes(judge, "42"));
    }

    [Fact]
    public void NumbersMayBeWrittenAsNumbers()
    {
        var judge = JsonSerializer.Deserialize("""{"type":"number","name":"any","values":[42, 1e3],"tolerance":0.5,"per":"turn"}""", EvaluationJson.Plain.Judge)!;

        Assert.Equal(JudgeScope.Turn, judge.Scope);
        Assert.Empty(judge.Check());
        Assert.True(DeterministicJudgeTests.Passes(judge, "1,000.2"));
    }
}
