using Assize.Evaluation.Models;

namespace Assize.Evaluation.Tests.Models;

public sealed class BackoffTests
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30 * 1.25);

    [Fact]
    public void ThePauseDoublesFromHalfASecondUpToHalfAMinuteSpreadByAQuarter()
    {
        Assert.InRange(Backoff.Before(2, null, "who"), TimeSpan.FromSeconds(0.375), TimeSpan.FromSeconds(0.625));
        Assert.InRange(Backoff.Before(5, null, "who"), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));
        Assert.InRange(Backoff.Before(1000, null, "who"), TimeSpan.FromSeconds(22.5), Most);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(119)]
    public void AProviderIsNotAskedBeforeItWants(int seconds) =>
        Assert.InRange(Backoff.Before(2, TimeSpan.FromSeconds(seconds), "who"), TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds + 1));

    /// <summary>A provider's clock may be behind, so that its date is past; and a second is soon used up where it does not work.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AShortWaitDoesNotShortenThePause(int seconds) =>
        Assert.InRange(Backoff.Before(6, TimeSpan.FromSeconds(seconds), "who"), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(10));

    /// <summary>An hour, and what becomes of a date in seconds since 1970 that is read as a duration.</summary>
    [Theory]
    [InlineData(3600)]
    [InlineData(1_795_000_000)]
    public void NobodyWaitsMuchLongerThanTwoMinutesWhateverAProviderAsksFor(int seconds) =>
        Assert.InRange(Backoff.Before(6, TimeSpan.FromSeconds(seconds), "who"), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2) + Most * 0.1);
}
