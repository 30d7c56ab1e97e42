using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Budgets;

public sealed class PriceTests
{
    private static readonly ModelCard Card = new() { Name = new("judge"), Provider = "p", Model = "m", Fingerprint = "f", InputPrice = 1, OutputPrice = 4, MaxTokens = 1000 };

    private static readonly Prompt Prompt = new() { Model = Card.Name, Messages = [new Message(Role.System, new string('a', 300)), new Message(Role.User, new string('b', 101))] };

    private static readonly Completion.Replied Reply = new(new string('c', 42));

    [Fact]
    public void AReplyThatNobodyCountedIsChargedATokenForFourCharacters()
    {
        var reply = Price.Counted(Reply, Prompt, Card);

        Assert.Equal((new Usage(101, 11, 145), new Usage(101, 11, 145)), (reply.Usage, reply.Estimated));
    }

    [Fact]
    public void AReplyThatWasCountedStaysAsItIs()
    {
        var counted = Reply with { Usage = new Usage(7, 3, 19) };

        Assert.Same(counted, Price.Counted(counted, Prompt, Card));
    }

    [Fact]
    public void OnlyWhatIsMissingOfACountIsEstimated()
    {
        var reply = Price.Counted(Reply with { Usage = new Usage(7, 0, 7) }, Prompt, Card);

        Assert.Equal((new Usage(7, 11, 51), new Usage(0, 11, 44)), (reply.Usage, reply.Estimated));
    }

    [Fact]
    public void AReplyThatWasCutOffAtItsGreatestLengthIsChargedForAllOfIt()
    {
        var cut = Reply with { Text = "", FinishReason = "length" };

        Assert.Equal(1000, Price.Counted(cut, Prompt, Card).Usage.OutputTokens);
        Assert.Equal(64, Price.Counted(cut, Prompt with { MaxTokens = 64 }, Card).Usage.OutputTokens);
    }

    [Fact]
    public void AnEmptyReplyThatWasCountedIsNotEstimated()
    {
        var empty = new Completion.Replied("") { Usage = new Usage(7, 0, 7) };

        Assert.Null(Price.Counted(empty, Prompt, Card).Estimated);
    }
}
