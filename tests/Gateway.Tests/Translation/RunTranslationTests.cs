using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Gateway.Translation;

namespace Assize.Gateway.Tests.Translation;

public sealed class RunTranslationTests
{
    [Fact]
    public void TokensOfACallIncludeThoseOfItsFailedAttemptsAsItsMoneyDoes()
    {
        var call = new Call { Key = new("key"), Model = new("judge"), Paid = true, Usage = new Usage(100, 20, 7), FailedAttempts = 1, FailedUsage = new Usage(30, 4, 2) }.ToProto();

        Assert.Equal((130L, 24L, 9L, 2), (call.InputTokens, call.OutputTokens, call.CostMicros, call.Attempts));
    }
}
