using System.Collections.Immutable;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Suites;

public sealed class ExhibitCheckTests
{
    private static readonly SuiteDefinition Suite = new()
    {
        Name = new("capitals"),
        Candidates = [new RecordedCandidate { Name = new("baseline") }, new ModelCandidate { Name = new("live"), Model = new("gpt") }],
        Judges = [new ExactJudge { Name = new("exact") }],
    };

    private static readonly Exhibit Sound = new()
    {
        Case = new Case { Id = new("france"), Turns = [new Turn { Messages = [new(Role.User, "Capital of France?")], References = ["Paris"] }] },
        Recorded = Answers(("baseline", ["Paris"])),
    };

    [Fact]
    public void ASoundExhibitHasNoMistakes() => Told(Sound, []);

    [Fact]
    public void EveryRecordedCandidateHasAnsweredAndNobodyElse() => Told(
        Sound with { Recorded = Answers(("basline", ["Paris"]), ("live", ["Paris"])) },
        [
            "case france: Candidate 'baseline' has no response. Add its response to this case, or remove the case.",
            "case france: recorded.basline: There is a response of 'basline', which is no recorded candidate of the suite. Did you mean 'baseline'? Recorded candidates: baseline.",
            "case france: recorded.live: There is a response of 'live', which is no recorded candidate of the suite. Recorded candidates: baseline.",
        ]);

    [Fact]
    public void AResponseHasOneTextPerTurn() => Told(
        Sound with { Recorded = Answers(("baseline", ["Paris", "\t"])) },
        [
            "case france: recorded.baseline: The response of candidate 'baseline' has 2 turns, but the case has 1 turn. Give one text per turn of the case.",
            "case france: recorded.baseline[1]: The response is blank. Record what the candidate said, or remove the case.",
        ]);

    [Fact]
    public void TurnsAndMessagesAreChecked() => Told(
        Sound with
        {
            Case = Sound.Case with
            {
                Turns =
                [
                    new Turn { Messages = [new(Role.System, "Be brief.")] },
                    new Turn { Messages = [], References = [" "] },
                    new Turn { Messages = [new(Role.Assistant, "a\0b"), new(Role.User, "\ud83d")] },
                ],
            },
            Recorded = Answers(("baseline", ["a", "b", "c"])),
        },
        [
            "case france: turns[0]: The first turn has no user message. Say what the user asks.",
            "case france: turns[1]: The turn has no message. Say what the candidate is asked.",
            "case france: turns[1].references[0]: The reference is blank. Give it a text, or leave it out.",
            "case france: turns[2].messages[0].content: The text contains a NUL character (\\u0000). Remove it.",
            "case france: turns[2].messages[1].content: The text contains half of a character (the lone surrogate \\ud83d). Write both halves, or the character itself.",
        ]);

    [Fact]
    public void LabelsAreChecked() => Told(
        Sound with { Case = Sound.Case with { Category = "", Cluster = " ", Tags = ["eu", ""], Metadata = Sound.Case.Metadata.Add("channel", "\0") } },
        [
            "case france: category: The text is blank. Give it a text, or leave it out.",
            "case france: cluster: The text is blank. Give it a text, or leave it out.",
            "case france: tags[1]: The text is blank. Give it a text, or leave it out.",
            "case france: metadata.channel: The text contains a NUL character (\\u0000). Remove it.",
        ]);

    [Theory]
    [InlineData(" ", "id: The id is blank. Give every case an id of its own.")]
    [InlineData("a\tb", "id: The id 'a\\u0009b' contains a control character. Use printable characters only.")]
    public void IdsAreChecked(string id, string mistake)
    {
        Told(Sound with { Case = Sound.Case with { Id = new(id) } }, [mistake]);
        Told(
            Sound with { Case = Sound.Case with { Id = new(new string('x', 257)) } },
            ["id: The id has 257 characters, more than the 256 allowed. Use a shorter id."]);
    }

    [Fact]
    public void LimitsAreToldWithTheirOptions()
    {
        var turn = new Turn { Messages = [new(Role.User, new string('x', 11))] };

        Assert.Equal(
            [
                "case france: turns: The case has 3 turns, more than the limit of 2 (option MaxTurns). Split the case, or raise the limit.",
                "case france: turns[0].messages[0].content: The message has 11 characters, more than the limit of 10 (option MaxFieldChars). Shorten it, or raise the limit.",
            ],
            ExhibitCheck.Case(Sound.Case with { Turns = [turn, turn, turn] }, [], new SuiteLimits { MaxTurns = 2, MaxFieldChars = 10 }).Take(2).Select(mistake => mistake.ToString()));
    }

    [Fact]
    public void ACaseWithoutTurnsIsTold() => Told(
        Sound with { Case = Sound.Case with { Turns = [] }, Recorded = Answers(("baseline", [])) },
        ["case france: turns: The case has no turns. Give at least one turn with a user message."]);

    private static ImmutableSortedDictionary<CandidateName, ImmutableArray<string>> Answers(params (string Name, ImmutableArray<string> Turns)[] answers) =>
        answers.ToImmutableSortedDictionary(answer => new CandidateName(answer.Name), answer => answer.Turns, NameOrder<CandidateName>.Ordinal);

    private static void Told(Exhibit exhibit, string[] mistakes) =>
        Assert.Equal(mistakes, ExhibitCheck.Of(exhibit, Suite, SuiteLimits.Default).Select(mistake => mistake.ToString()));
}
