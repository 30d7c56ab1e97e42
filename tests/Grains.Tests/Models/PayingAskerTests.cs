using Assize.Evaluation;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;
using Assize.Grains.Runs;

namespace Assize.Grains.Tests.Models;

[Collection(nameof(TwoSilos))]
public sealed class PayingAskerTests(TwoSilos silos)
{
    private static readonly Prompt Prompt = new() { Model = TwoSilos.Model.Card.Name, Messages = [new Message(Role.User, "Who has patience?")] };

    [Fact]
    public async Task ACallThatWaitedLongAndThenFailsForTheFirstTimeIsAskedAgain()
    {
        var asked = 0;

        var (completion, _) = await Asked("waiting", _ => ++asked == 1, TimeSpan.FromMinutes(11));

        Assert.IsType<Completion.Replied>(completion);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task WhatFailsForTenMinutesWithoutAnythingElseIsGivenUp()
    {
        var asked = 0;

        await Assert.ThrowsAnyAsync<Exception>(() => Asked("failing", _ => ++asked > 0, TimeSpan.FromMinutes(6)));

        // At 6 minutes first, at 12 once more; at 18 that is 12 minutes ago.
        Assert.Equal(3, asked);
    }

    /// <summary>Asks by a clock that goes on by so much at each call that arrives.</summary>
    private async Task<(Completion Completion, Call Call)> Asked(string run, Func<CompletionRequest, bool> lost, TimeSpan each)
    {
        TwoSilos.Model.Reset();
        var clock = new Clock();
        var principal = new Principal(Some.Tenant, new(run), new ModelCards([TwoSilos.Model.Card]), Standing.Usual);
        var asker = new PayingAsker(principal, silos.Grains, clock, _ => { }, TestContext.Current.CancellationToken, CancellationToken.None);
        TwoSilos.Lost = call =>
        {
            if (call.InterfaceMethod is not { Name: nameof(ICompletionGrain.Ask), DeclaringType.Name: nameof(ICompletionGrain) } || call.Request.GetArgument(0) is not CompletionRequest request || request.Run.Value != run)
            {
                return false;
            }

            clock.Pass(each);
            return lost(request);
        };
        try
        {
            return await asker.Ask(Prompt, "payer");
        }
        finally
        {
            TwoSilos.Lost = null;
        }
    }
}
