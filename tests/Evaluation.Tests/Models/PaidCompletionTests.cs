using System.Globalization;
using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Models;

public sealed class PaidCompletionTests
{
    private static readonly PaidCompletion Paid = new(new Completion.Replied("yes"), "payer") { Users = [new("first")] };

    [Fact]
    public void AReplyGoesWithTheLastRunThatUsedIt()
    {
        var shared = Paid.UsedBy(new("second"));

        Assert.Equal([new RunId("second")], shared.Without(new("first"))!.Users);
        Assert.Null(shared.Without(new("first"))!.Without(new("second")));
        Assert.Same(shared, shared.Without(new("stranger")));
    }

    [Fact]
    public void UsingItAgainChangesNothing() => Assert.Same(Paid, Paid.UsedBy(new("first")));

    [Fact]
    public void OfManyUsersTheLatestAreRemembered()
    {
        var used = Enumerable.Range(0, 1000).Aggregate(Paid, (paid, i) => paid.UsedBy(new(i.ToString(CultureInfo.InvariantCulture))));

        Assert.Equal(PaidCompletion.MostUsers, used.Users.Length);
        Assert.Equal(new RunId("999"), used.Users[^1]);
        Assert.DoesNotContain(new RunId("first"), used.Users);
    }
}
