using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;

namespace Assize.Grains.Tests.Models;

[Collection(nameof(TwoSilos))]
public sealed class CompletionTests(TwoSilos silos)
{
    private static ScriptedModel Model => TwoSilos.Model;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhoeverAsksTheSameAtOnceWaitsForOneReplyAndOnePays()
    {
        Model.Reset();
        var gate = new TaskCompletionSource();
        Model.Gate = gate;

        var asking = Enumerable.Range(0, 300).Select(i => Ask(Request("the same at once", i))).ToList();
        await Waiting.Until(() => Model.Calls > 0);
        gate.SetResult();
        var answers = await Task.WhenAll(asking);
        var later = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Ask(Request("the same at once", i))));

        Assert.Equal(1, Model.Calls);
        Assert.All(answers, answer => Assert.IsType<Completion.Replied>(answer.Completion));
        Assert.Single(answers, answer => answer.Paid);
        Assert.Equal(answers.Select(answer => answer.Paid), later.Select(answer => answer.Paid));
    }

    [Fact]
    public async Task AFailureIsToldToEverybodyWhoWaitsForItAndForgotten()
    {
        Model.Reset();
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        Model.Answer = (_, before) => before == 0
            ? new Attempt(new Completion.Failed(Evaluation.Judges.Reason.ProviderError, "no"), Transient: false, RetryAfter: null)
            : ScriptedModel.Says("yes");

        using var measured = new Measured();
        var asking = Enumerable.Range(0, 20).Select(i => Ask(Request("a failure for all", i))).ToList();
        await Waiting.Until(() => Model.Calls > 0);
        await AllArrived(Request("a failure for all", 0));
        gate.SetResult();
        var answers = await Task.WhenAll(asking);

        Assert.All(answers, answer => Assert.IsType<Completion.Failed>(answer.Completion));
        Assert.Single(answers, answer => answer.Paid);
        Assert.Equal((20, 0), (measured.Sum("assize.completions{model=scripted,outcome=failed}"), measured.Sum("assize.completions{model=scripted,outcome=reused}")));
        Assert.IsType<Completion.Replied>((await Ask(Request("a failure for all", 0))).Completion);
        Assert.Equal(2, Model.Calls);
    }

    [Fact]
    public async Task WhoStillWaitsIsAnsweredWhenTheOneWhoCalledGivesUp()
    {
        Model.Reset();
        await silos.ForgetLimits();
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var busy = Enumerable.Range(0, Model.Limits.Concurrency!.Value * 2).Select(i => Ask(Request(string.Create(CultureInfo.InvariantCulture, $"busy {i}"), i))).ToList();
        await Waiting.Until(() => Model.Calls >= Model.Limits.Concurrency!.Value);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var first = silos.Grains.Completion(Key("who waits")).Ask(Request("who waits", 0), given.Token);
        await AllArrived(Request("who waits", 0));
        var second = Ask(Request("who waits", 1));
        await AllArrived(Request("who waits", 1));
        await given.CancelAsync();
        var givenUp = await first;
        gate.SetResult();

        Assert.Equal(Evaluation.Judges.Reason.Cancelled, Assert.IsType<Completion.Failed>(givenUp.Completion).Reason);
        Assert.True((await second).Paid);
        Assert.IsType<Completion.Replied>((await second).Completion);
        Assert.Equal(1, Model.CallsAbout("who waits"));
        await Task.WhenAll(busy);
    }

    [Fact]
    public async Task AReplyIsLetGoAfterEverybodyWhoWaitsForItIsAnswered()
    {
        Model.Reset();
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var completion = silos.Grains.Completion(Key("let go"));
        var asking = Enumerable.Range(0, 10).Select(i => Ask(Request("let go", i))).ToList();
        await Waiting.Until(() => Model.Calls > 0);
        await AllArrived(Request("let go", 0));

        var release = completion.Release(Request("let go", 0).Run);
        await AllArrived(Request("let go", 0));
        Assert.False(release.IsCompleted);
        gate.SetResult();
        await release;

        Assert.All(await Task.WhenAll(asking), answer => Assert.IsType<Completion.Replied>(answer.Completion));
        Assert.Null(await completion.Find());
    }

    [Fact]
    public async Task AnAskInTheMomentOfTheReplyPaysNoSecondTime()
    {
        Model.Reset();
        // Nothing holds the reply back, so that it comes while others are still on their way.
        for (var round = 0; round < 20; round++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"in the moment {round}");
            var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Ask(Request(text, i))));

            Assert.Equal(1, Model.CallsAbout(text));
            Assert.Single(answers, answer => answer.Paid);
        }
    }

    [Fact]
    public async Task WhoLooksForAReplyThatIsBeingAskedForFindsItWhenItComes()
    {
        Model.Reset();
        var gate = new TaskCompletionSource();
        Model.Gate = gate;
        var asking = Ask(Request("looked for", 0));
        await Waiting.Until(() => Model.Calls > 0);

        var found = silos.Grains.Completion(Key("looked for")).Find();
        await AllArrived(Request("looked for", 1));
        Assert.False(found.IsCompleted);
        gate.SetResult();

        Assert.NotNull(await found);
        await asking;
    }

    private static CompletionRequest Request(string text, int payer) => new()
    {
        Tenant = Some.Tenant,
        Run = new("asks"),
        Prompt = new Prompt { Model = Model.Card.Name, Messages = [new Message(Role.User, text)] },
        Payer = payer.ToString(CultureInfo.InvariantCulture),
    };

    private static CompletionKey Key(string text) => CompletionRequest.KeyOf(Some.Tenant, Model.Card, Request(text, 0).Prompt);

    private async Task<Answer> Ask(CompletionRequest request)
    {
        while (true)
        {
            try
            {
                return await silos.Grains.Completion(CompletionRequest.KeyOf(Some.Tenant, Model.Card, request.Prompt)).Ask(request, Cancellation);
            }
            catch (Orleans.Runtime.OrleansMessageRejectionException)
            {
                // It came while one activation after another was leaving; whoever asks for a run asks again.
            }
        }
    }

    /// <summary>Messages of one sender to one grain arrive in order: what was sent before one that is given up is there when that is answered.</summary>
    private async Task AllArrived(CompletionRequest request)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var last = silos.Grains.Completion(Key(request.Prompt.Messages[0].Content)).Ask(request, given.Token);
        await given.CancelAsync();
        try
        {
            Assert.IsType<Completion.Failed>((await last).Completion);
        }
        catch (OperationCanceledException)
        {
            // It never began.
        }
    }
}
