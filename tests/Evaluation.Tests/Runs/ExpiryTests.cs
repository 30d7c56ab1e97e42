using Assize.Evaluation.Runs;

namespace Assize.Evaluation.Tests.Runs;

public sealed class ExpiryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(RunFate.Standing, 29, RunFate.Standing)]
    [InlineData(RunFate.Standing, 31, RunFate.Stripping)]
    [InlineData(RunFate.Standing, 61, RunFate.Leaving)]
    [InlineData(RunFate.Stripped, 31, RunFate.Stripped)]
    [InlineData(RunFate.Stripped, 61, RunFate.Leaving)]
    [InlineData(RunFate.Stripping, 61, RunFate.Stripping)]
    [InlineData(RunFate.Leaving, 1, RunFate.Leaving)]
    public void ARunIsStrippedAfterItsTimeAndItsRepliesGoAfterTheirs(RunFate fate, int days, RunFate due) =>
        Assert.Equal(due, Expiry.At(Now, TimeSpan.FromDays(30), TimeSpan.FromDays(60)).Of(fate, Now.AddDays(-days)));

    [Theory]
    [InlineData(null)]
    [InlineData(10)]
    public void RepliesAreNotKeptForLessThanTheirRun(int? days) =>
        Assert.Equal(RunFate.Leaving, Expiry.At(Now, TimeSpan.FromDays(30), days is { } some ? TimeSpan.FromDays(some) : null).Of(RunFate.Standing, Now.AddDays(-31)));

    [Fact]
    public void NothingIsDueWhenTheTimeIsLongerThanTimeItself() =>
        Assert.Equal(RunFate.Standing, Expiry.At(Now, TimeSpan.MaxValue, null).Of(RunFate.Standing, DateTimeOffset.UnixEpoch));
}
