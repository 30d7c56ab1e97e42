using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Monitors;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Traffic;

public sealed class ConversationTests
{
    private static readonly Message[] First = [new(Role.System, "Be kind."), new(Role.User, "Where is it?")];

    public static TheoryData<string> Histories => ["none", "all", "the last"];

    [Theory]
    [MemberData(nameof(Histories))]
    public void WhatATurnRepeatsIsTakenOnce(string history)
    {
        Message[] second = history switch
        {
            "none" => [new(Role.User, "And when?")],
            "all" => [.. First, new(Role.Assistant, "In the van."), new(Role.User, "And when?")],
            _ => [First[0], new(Role.Assistant, "In the van."), new(Role.User, "And when?")],
        };

        var whole = ConversationTurns.None.With([Turn(2, "Today.", second)]).With([Turn(1, "In the van.", First)]).Whole(7);

        Assert.Equal([.. First, new Message(Role.Assistant, "In the van."), new Message(Role.User, "And when?")], whole.Messages);
        Assert.Equal(("talk#7", "Today.", true), (whole.Id.Value, whole.Response, whole.Whole));
    }

    [Fact]
    public void ATurnThatIsKnownIsCountedAndLeftOut()
    {
        var turns = ConversationTurns.None.With([Turn(1, "Yes.", First)]);

        var again = turns.With([Turn(1, "Yes.", First)]);
        Assert.Equal((1, 1), (again.Turns.Length, again.Repeated));
        Assert.Equal(2, turns.With([Turn(1, "Yes.", First), Turn(2, "No.", First)]).Turns.Length);
    }

    [Fact]
    public void TurnsOfAnotherConversationThatWereDeliveredUnderTheSameNumberGo()
    {
        var lost = ConversationTurns.None.With([Turn(1, "Another's.", First) with { Conversation = new("another") }]);

        var turns = lost.With([Turn(2, "Yes.", First), Turn(3, "No.")]);

        Assert.Equal(["Yes.", "No."], turns.Turns.Select(turn => turn.Response));
    }

    [Fact]
    public void AJudgeIsShownATurnForEachResponse()
    {
        var whole = ConversationTurns.None.With([Turn(1, "In the van.", First), Turn(2, "Today.", new Message(Role.User, "And when?")), Turn(3, "Bye.")]).Whole(1);

        var exhibit = MonitorCase.Of(whole);

        Assert.Equal(["In the van.", "Today.\nBye."], exhibit.Recorded[MonitorCase.Production]);
        Assert.Equal([2, 1], exhibit.Case.Turns.Select(turn => turn.Messages.Length));
        Assert.Single(MonitorCase.Of(whole with { Whole = false }).Case.Turns);
    }

    private static Interaction Turn(int number, string response, params Message[] messages) => SomeMonitor.Interaction(number) with
    {
        Conversation = new("talk"), Time = SomeMonitor.Start.AddMinutes(number), Messages = [.. messages], Response = response,
    };
}
