using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Models;

public sealed class CompletionKeyTests
{
    private static readonly ModelCard Card = new() { Name = new("m"), Provider = "openai", Model = "x", Fingerprint = "f" };

    private static readonly Prompt Prompt = new() { Model = new("m"), Messages = [new Message(Role.System, "ab"), new Message(Role.User, "c")] };

    [Fact]
    public void EverythingThatShapesAReplyChangesTheKey()
    {
        var keys = new[]
        {
            Key(Prompt),
            Key(Prompt with { Messages = [new Message(Role.System, "a"), new Message(Role.User, "bc")] }),
            Key(Prompt with { Messages = [new Message(Role.User, "ab"), new Message(Role.User, "c")] }),
            Key(Prompt with { Messages = [new Message(Role.System, "ab")] }),
            Key(Prompt with { Temperature = 0 }),
            Key(Prompt with { Temperature = 0.5 }),
            Key(Prompt with { MaxTokens = 5 }),
            Key(Prompt with { Sample = 1 }),
            Key(Prompt with { Schema = new ReplySchema("s", "{}") }),
            CompletionRequest.KeyOf(new("other"), Card, Prompt),
            CompletionRequest.KeyOf(TenantName.Default, Card with { Fingerprint = "g" }, Prompt),
        };

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void WhatDoesNotShapeAReplyDoesNot()
    {
        Assert.Equal(Key(Prompt), CompletionRequest.KeyOf(TenantName.Default, Card with { Name = new("renamed"), InputPrice = 3 }, Prompt with { Model = new("renamed") }));
        Assert.Equal(43, Key(Prompt).Value.Length);
    }

    private static CompletionKey Key(Prompt prompt) => CompletionRequest.KeyOf(TenantName.Default, Card, prompt);
}
