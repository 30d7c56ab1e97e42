using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;
using Assize.Grains.Runs;
using Orleans.Runtime;
using Orleans.Storage;

namespace Assize.Grains.Tests.Models;

/// <summary>Two activations of one completion may both have called: one reply is kept, and both are billed.</summary>
public sealed class ReplyKeeperTests
{
    private static readonly CompletionRequest Request = new()
    {
        Tenant = Some.Tenant, Run = new("run"), Standing = Standing.Usual, Keep = true, Payer = "run/1", Prompt = new Prompt { Model = new("judge"), Messages = [new Message(Role.User, "?")] },
    };

    private static readonly Completion.Replied Own = new("4")
    {
        Usage = new Usage(100, 10, 300), LatencyMs = 12.5, FailedAttempts = [new FailedAttempt(Reason.Timeout, "late") { Usage = new Usage(100, 0, 200) }],
    };

    [Theory]
    [InlineData("run/1", true, 11)]
    [InlineData("other/1", false, 0)]
    public async Task AReplyThatCameSecondIsBilledToWhoeverAskedForIt(string payer, bool paid, long tokens)
    {
        var first = new PaidCompletion(new Completion.Replied("5") { Usage = new Usage(100, 11, 310), LatencyMs = 9 }, payer) { Users = [new("run")] };
        using var keeper = new ReplyKeeper(new Nobody(), new OvertakenState(first), TimeProvider.System);

        var answer = await keeper.Keep(Own, Request.Payer, Request);

        Assert.Equal((first.Reply, paid, Own), (answer.Completion, answer.Paid, answer.Wasted));
        var call = PayingAsker.CallOf(new("key"), Request.Prompt.Model, answer);
        Assert.Equal((2, new Usage(200, 10, 500), tokens), (call.FailedAttempts, call.FailedUsage, call.Usage.OutputTokens));
    }

    [Fact]
    public async Task AReplyWhoseWriteWasNotAnsweredIsBilledOnce()
    {
        // The same reply, read again.
        var again = new PaidCompletion(Own with { FailedAttempts = [.. Own.FailedAttempts] }, Request.Payer) { Users = [new("run")] };
        using var keeper = new ReplyKeeper(new Nobody(), new OvertakenState(again), TimeProvider.System);

        var answer = await keeper.Keep(Own, Request.Payer, Request);

        Assert.Equal((true, null), (answer.Paid, answer.Wasted));
        var call = PayingAsker.CallOf(new("key"), Request.Prompt.Model, answer);
        Assert.Equal((1, new Usage(100, 0, 200), Own.Usage), (call.FailedAttempts, call.FailedUsage, call.Usage));
    }

    /// <summary>A store in which somebody else's write came first.</summary>
    private sealed class OvertakenState(PaidCompletion first) : IPersistentState<Kept<PaidCompletion>>
    {
        private bool read;

        public Kept<PaidCompletion> State { get; set; } = new();

        public string Etag => read ? "1" : "";

        public bool RecordExists => read;

        public Task ReadStateAsync()
        {
            (State.Value, read) = (first, true);
            return Task.CompletedTask;
        }

        public Task WriteStateAsync() => read ? Task.CompletedTask : throw new InconsistentStateException("somebody else wrote first");

        public Task ClearStateAsync() => throw new NotSupportedException("nothing is cleared here");
    }

    /// <summary>A grain that nobody lets go.</summary>
    private sealed class Nobody : IGrainBase
    {
        public IGrainContext GrainContext => throw new NotSupportedException("it has no place");
    }
}
