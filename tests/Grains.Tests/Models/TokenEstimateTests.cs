using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;

namespace Assize.Grains.Tests.Models;

public sealed class TokenEstimateTests
{
    /// <summary>An endpoint leases what all waiting calls reserve: were that a rounding error less than what the last one needs, it would wait for ever.</summary>
    [Fact]
    public void TheLastOneThatWaitsReservesExactlyWhatIsAskedFor()
    {
        var estimate = new TokenEstimate(90_000_000);
        var queue = new FairQueue();
        var (line, _) = queue.Of(new Flow(Lane.Run, TenantName.Default, new RunId("run")), Standing.Usual);
        for (var call = 1; call <= 300; call++)
        {
            var prompt = Prompt(call * 37 % 1001);
            queue.Add(new Waiter(line, estimate.Of(prompt), call));
            estimate.Learn(prompt, new Usage(call * 11 % 307, call * 7 % 83, 0));
        }

        while (queue.Count > 1)
        {
            queue.Take(queue.Peek()!);
        }

        Assert.Equal(queue.Peek()!.Tokens, queue.Tokens, 0.0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void WhatIsLargerThanTheLimitReservesNoMoreThanIt(int limit) =>
        Assert.InRange(new TokenEstimate(limit).Of(Prompt(10_000)), 1, limit);

    private static Prompt Prompt(int characters) => new() { Model = new("judge"), Messages = [new Message(Role.User, new string('x', characters))] };
}
