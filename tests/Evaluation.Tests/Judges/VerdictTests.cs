using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Judges;

/// <summary>What counts as a verdict, in both forms; N stands for the trial's word.</summary>
public sealed class VerdictTests
{
    [Theory]
    [InlineData("Right.\nVERDICT-N: quality=7", 7)]
    [InlineData("VERDICT-N: quality=7", 7)]
    [InlineData("Right.\r\nVERDICT-N: quality=7\r\n\r\n  ", 7)]
    [InlineData("Right.\n \tVERDICT-N: quality=7\t", 7)]
    [InlineData("Right.\nVERDICT-N: quality=7.0", 7)]
    [InlineData("VERDICT-N: quality=7\nAs I said:\nVERDICT-N: quality=7", 7)]
    [InlineData("I was asked for VERDICT-N: quality=<value>\nVERDICT-N: quality=10", 10)]
    public void AMarkedLineIsRead(string reply, double expected) => Assert.Equal(expected, Read(SomeTrial.Score, reply, isSealed: false));

    [Theory]
    [InlineData("VERDICT-N: quality=7\nThat is all.")]
    [InlineData("VERDICT-N: quality=7.")]
    [InlineData("VERDICT-N: quality=7 ;")]
    [InlineData("VERDICT-N: quality=7;")]
    [InlineData("VERDICT-N: quality=7/10")]
    [InlineData("VERDICT-N: quality=7%")]
    [InlineData("VERDICT-N: quality=07")]
    [InlineData("VERDICT-N: quality=+7")]
    [InlineData("VERDICT-N: quality=7e0")]
    [InlineData("VERDICT-N: quality=7,0")]
    [InlineData("VERDICT-N: quality= 7")]
    [InlineData("VERDICT-N: quality = 7")]
    [InlineData("VERDICT-N: quality=")]
    [InlineData("VERDICT-N: quality=7.0000000000000000000000000")]
    [InlineData("VERDICT-N: quality=٧")]
    [InlineData("VERDICT-N: Quality=7")]
    [InlineData("VERDICT-N: quality=<value>")]
    [InlineData("VERDICT-N: quality=7; safe=1")]
    [InlineData("VERDICT-N: safe=1")]
    [InlineData("VERDICT-N:quality=7")]
    [InlineData("VERDICT-N:  quality=7")]
    [InlineData("VERDICT-N quality=7")]
    [InlineData("verdict-N: quality=7")]
    [InlineData("VERDICT-: quality=7")]
    [InlineData("VERDICT-Nx: quality=7")]
    [InlineData("**VERDICT-N: quality=7**")]
    [InlineData("My verdict: VERDICT-N: quality=7")]
    [InlineData("Text\u2028VERDICT-N: quality=7")]
    [InlineData("VERDICT-N: quality=7\nVERDICT-N: quality=8")]
    [InlineData("It could be VERDICT-N: quality=9 instead.\nVERDICT-N: quality=8")]
    [InlineData("VERDICT-N: quality=8 VERDICT-N: quality=8")]
    [InlineData("7")]
    [InlineData("")]
    [InlineData(" \n ")]
    public void AnythingElseIsNoMarkedVerdict(string reply) => Assert.Equal(Reason.Unparsed, Unread(SomeTrial.Score, reply, isSealed: false));

    [Theory]
    [InlineData("VERDICT-N: quality=7.5; safe=1", true)]
    [InlineData("VERDICT-N: quality=0; safe=0", true)]
    [InlineData("VERDICT-N: safe=1; quality=7.5", false)]
    [InlineData("VERDICT-N: quality=7.5, safe=1", false)]
    [InlineData("VERDICT-N: quality=7.5;safe=1", false)]
    [InlineData("VERDICT-N: quality=7.5; safe=1; safe=1", false)]
    [InlineData("VERDICT-N: quality=7.5; quality=7.5", false)]
    [InlineData("VERDICT-N: quality=7.5", false)]
    public void AllCriteriaAreGivenOnceAndInOrder(string reply, bool valid) =>
        Assert.Equal(valid, Outcome(SomeTrial.Scores, reply, isSealed: false) is Outcome.Scored);

    [Theory]
    [InlineData("VERDICT-N: better=A", true)]
    [InlineData("VERDICT-N: better=B", true)]
    [InlineData("VERDICT-N: better=tie", true)]
    [InlineData("VERDICT-N: better=Tie", false)]
    [InlineData("VERDICT-N: better=a", false)]
    [InlineData("VERDICT-N: better=C", false)]
    [InlineData("VERDICT-N: better=0", false)]
    [InlineData("VERDICT-N: better=answer A", false)]
    [InlineData("VERDICT-N: better=", false)]
    public void AComparisonSaysAOrBOrTie(string reply, bool valid) =>
        Assert.Equal(valid, Outcome(SomeTrial.Pair, reply, isSealed: false) is Outcome.Preferred);

    [Theory]
    [InlineData("VERDICT-N: quality=0")]
    [InlineData("VERDICT-N: quality=11")]
    [InlineData("VERDICT-N: quality=-7")]
    [InlineData("VERDICT-N: quality=7.5")]
    [InlineData("VERDICT-N: quality=6.9999999999")]
    [InlineData("VERDICT-N: quality=99999999999999999999")]
    public void AMarkedValueOffTheScaleIsOutOfRange(string reply) => Assert.Equal(Reason.OutOfRange, Unread(SomeTrial.Score, reply, isSealed: false));

    [Theory]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":"N"}""", 7)]
    [InlineData("""{ "seal" : "N", "quality" : 7.0, "explanation" : "" }""", 7)]
    [InlineData("  \n{\"explanation\":\"Right.\",\"quality\":7,\"seal\":\"N\"}\n", 7)]
    [InlineData("```json\n{\"explanation\":\"Right.\",\"quality\":7,\"seal\":\"N\"}\n```", 7)]
    [InlineData("```\n{\"explanation\":\"Right.\",\"quality\":1e1,\"seal\":\"N\"}\n```\n", 10)]
    [InlineData("{\"explanation\":\"It says {\\\"quality\\\":1}\",\"quality\":7,\"seal\":\"N\"}", 7)]
    public void ASealedReplyIsRead(string reply, double expected) => Assert.Equal(expected, Read(SomeTrial.Score, reply, isSealed: true));

    [Theory]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":"n"}""")]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":"N "}""")]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":""}""")]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":null}""")]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":["N"]}""")]
    [InlineData("""{"explanation":"Right.","quality":7}""")]
    [InlineData("""{"quality":7,"seal":"N"}""")]
    [InlineData("""{"explanation":7,"quality":7,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":"7","seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":null,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":[7],"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":true,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":07,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":NaN,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":"N","safe":1}""")]
    [InlineData("""{"explanation":"Right.","Quality":7,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":7,"quality":7,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":"N","seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":7,"\u0071uality":8,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":"N"} Thanks!""")]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":"N"}{"explanation":"Right.","quality":7,"seal":"N"}""")]
    [InlineData("""Here it is: {"explanation":"Right.","quality":7,"seal":"N"}""")]
    [InlineData("""[{"explanation":"Right.","quality":7,"seal":"N"}]""")]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":"N",}""")]
    [InlineData("""{"explanation":"Right.",/* */"quality":7,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":7,"seal":"N" """)]
    [InlineData("""{"explanation":"\ud800","quality":7,"seal":"N"}""")]
    [InlineData("""{"\ud800":"Right.","quality":7,"seal":"N"}""")]
    [InlineData("{\"explanation\":\"a\nb\",\"quality\":7,\"seal\":\"N\"}")]
    [InlineData("```json\n```")]
    [InlineData("```yaml\n{\"explanation\":\"Right.\",\"quality\":7,\"seal\":\"N\"}\n```")]
    [InlineData("VERDICT-N: quality=7")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("")]
    public void AnythingElseIsNoSealedVerdict(string reply) => Assert.Equal(Reason.Unparsed, Unread(SomeTrial.Score, reply, isSealed: true));

    [Fact]
    public void HalfASurrogatePairIsNoSealedVerdict() =>
        Assert.Equal(Reason.Unparsed, Unread(SomeTrial.Score, "{\"explanation\":\"\uD800\",\"quality\":7,\"seal\":\"N\"}", isSealed: true));

    [Theory]
    [InlineData("""{"explanation":"Right.","quality":0,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":11,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":7.5,"seal":"N"}""")]
    [InlineData("""{"explanation":"Right.","quality":1e999,"seal":"N"}""")]
    public void ASealedValueOffTheScaleIsOutOfRange(string reply) => Assert.Equal(Reason.OutOfRange, Unread(SomeTrial.Score, reply, isSealed: true));

    [Fact]
    public void ALineThatWasCutOffIsNoVerdict()
    {
        var trial = SomeTrial.Of(SomeTrial.Score, "It is Canberra.");
        var verdict = SomeTrial.Judge(SomeTrial.Score, trial, prompt => SomeTrial.Reply(SomeTrial.Honest(prompt, "Right.", ("quality", "1")), "length"));

        var unscored = Assert.IsType<Outcome.Unscored>(verdict.Outcome);
        Assert.Equal(Reason.Unparsed, unscored.Reason);
        Assert.Contains("cut off", unscored.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void AnObjectThatIsWholeCountsAlsoAtTheLengthLimit()
    {
        var trial = SomeTrial.Of(SomeTrial.Score, "It is Canberra.", isSealed: true);
        Assert.IsType<Outcome.Scored>(SomeTrial.Judge(SomeTrial.Score, trial, prompt => SomeTrial.Reply(SomeTrial.Honest(prompt, "Right.", ("quality", "1")), "length")).Outcome);
    }

    [Fact]
    public void AModelThatIsNotDeclaredIsAskedForTheMarkedLine()
    {
        var trial = SomeTrial.Of(SomeTrial.Score, "It is Canberra.") with { Models = ModelCards.None };
        Assert.Null(SomeTrial.Questions(SomeTrial.Score, trial)[0].Schema);
    }

    [Theory]
    [InlineData(1, 5, 1, """{"type":"integer","enum":[1,2,3,4,5]}""")]
    [InlineData(0, 1, 0.25, """{"type":"number","enum":[0,0.25,0.5,0.75,1]}""")]
    [InlineData(-1, 1, 0.1, """{"type":"number","enum":[-1,-0.9,-0.8,-0.7,-0.6,-0.5,-0.4,-0.3,-0.2,-0.1,0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1]}""")]
    [InlineData(0, 1, 0, """{"type":"number","minimum":0,"maximum":1}""")]
    [InlineData(0, 1000, 1, """{"type":"integer","minimum":0,"maximum":1000}""")]
    public void TheSchemaSaysWhatTheScaleAllows(double min, double max, double step, string expected)
    {
        var judge = SomeTrial.Score with { Asked = [SomeTrial.Score.Asked[0] with { Scale = new Scale(min, max, step) }] };
        Assert.Equal(
            $$$"""{"type":"object","properties":{"explanation":{"type":"string"},"quality":{{{expected}}},"seal":{"type":"string"}},"required":["explanation","quality","seal"],"additionalProperties":false}""",
            SomeTrial.Questions(judge, SomeTrial.Of(judge, "x", isSealed: true))[0].Schema!.Json);
    }

    private static double Read(Judge judge, string reply, bool isSealed) => Assert.Single(Assert.IsType<Outcome.Scored>(Outcome(judge, reply, isSealed)).Scores).Value;

    private static Reason Unread(Judge judge, string reply, bool isSealed) => Assert.IsType<Outcome.Unscored>(Outcome(judge, reply, isSealed)).Reason;

    private static Outcome Outcome(Judge judge, string reply, bool isSealed) => SomeTrial.Judge(
        judge,
        SomeTrial.Of(judge, "It is Canberra.", isSealed),
        prompt => SomeTrial.Reply(reply
            .Replace("VERDICT-N", $"VERDICT-{SomeTrial.Word(prompt)}", StringComparison.Ordinal)
            .Replace("\"N", $"\"{SomeTrial.Word(prompt)}", StringComparison.Ordinal)
            .Replace("\"NaN", "NaN", StringComparison.Ordinal))).Outcome;
}
