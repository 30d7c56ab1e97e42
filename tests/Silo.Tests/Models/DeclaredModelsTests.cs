using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Silo.Models;
using Assize.Silo.Tests.Storage;
using Microsoft.Extensions.Configuration;

namespace Assize.Silo.Tests.Models;

public sealed class DeclaredModelsTests
{
    /// <summary>A wrong setting of a model that is right otherwise, and what is said of it.</summary>
    public static TheoryData<string, string?, string> Mistakes => new()
    {
        { "ApiKey", "sk-123", "Models:m:ApiKey: A key does not belong into configuration. Put it into an environment variable and name that in ApiKeyEnvironment, or into a file and name it in ApiKeyFile." },
        { "Provider", "olama", "Models:m:Provider: There is no provider 'olama'. Did you mean 'ollama'? Allowed: anthropic, azure-openai, ollama, openai, simulated." },
        { "Provider", null, "Models:m:Provider: The provider is missing. Allowed: anthropic, azure-openai, ollama, openai, simulated." },
        { "Model", null, "Models:m:Model: The model's name at its provider is missing." },
        { "Model", " ", "Models:m:Model: The model's name at its provider is missing." },
        { "Endpoint", null, "Models:m:Endpoint: Provider 'ollama' has no address of its own. Give its base URL." },
        { "Endpoint", "localhost:11434", "Models:m:Endpoint: 'localhost:11434' is not an http or https address." },
        { "Temperature", "2.5", "Models:m:Temperature: 2.5 is no temperature. Choose between 0 and 2." },
        { "Temperature", "-0.1", "Models:m:Temperature: -0.1 is no temperature. Choose between 0 and 2." },
        { "Temperature", "NaN", "Models:m:Temperature: NaN is no temperature. Choose between 0 and 2." },
        { "MaxTokens", "0", "Models:m:MaxTokens: 0 is too few: at least 1." },
        { "Timeout", "00:00:00", "Models:m:Timeout: 00:00:00 is no time to wait. Give one above 0, as in 00:01:00." },
        { "Timeout", "00:20:01", "Models:m:Timeout: 00:20:01 is too long: a reply that comes so late is paid for and not heard. Give at most 00:20:00." },
        { "InputPrice", "-1", "Models:m:InputPrice: A price cannot be negative, and this one is -1." },
        { "Limits:Concurrency", "0", "Models:m:Limits:Concurrency: 0 is too few: at least 1." },
        { "Limits:RequestsPerMinute", "0", "Models:m:Limits:RequestsPerMinute: 0 is too few: at least 1." },
        { "Limits:TokensPerMinute", "0", "Models:m:Limits:TokensPerMinute: 0 is too few: at least 1." },
        { "Limits:MaxAttempts", "0", "Models:m:Limits:MaxAttempts: 0 is too few: at least 1." },
        { "OutputPrice", "-0.5", "Models:m:OutputPrice: A price cannot be negative, and this one is -0.5." },
        { "Limits:MaxConcurrency", "0", "Models:m:Limits:MaxConcurrency: 0 is too few: at least 1." },
        { "Limits:MonitorShare", "2", "Models:m:Limits:MonitorShare: 2 is no share. Choose between 0 and 1." },
        { "Limits:Patience", "00:00:00", "Models:m:Limits:Patience: 00:00:00 is no time to wait. Give one above 0, as in 00:10:00." },
        { "Budget:Amount", "5", "Models:m:Budget: A budget needs prices, or nothing would ever be spent. Declare InputPrice and OutputPrice." },
        { "ApiKeyEnvironment", "ASSIZE_TEST_NO_SUCH_KEY", "Models:m:ApiKeyEnvironment: The environment variable ASSIZE_TEST_NO_SUCH_KEY is not set. Put the key there, or take the model out." },
    };

    public static TheoryData<string, string> WhatShapesAReply => new()
    {
        { "Provider", "openai" },
        { "Endpoint", "http://localhost:2" },
        { "Model", "other" },
        { "Deployment", "other" },
        { "Temperature", "0.1" },
        { "MaxTokens", "1025" },
        { "Seed", "1" },
    };

    public static TheoryData<string, string> WhatShapesNothing => new()
    {
        { "Endpoint", "http://localhost:1/" },
        { "ApiKeyEnvironment", StubProvider.KeyVariable },
        { "InputPrice", "3" },
        { "OutputPrice", "3" },
        { "Timeout", "00:00:09" },
        { "Limits:Concurrency", "7" },
        { "Limits:RequestsPerMinute", "7" },
        { "Limits:TokensPerMinute", "7" },
        { "Limits:MaxAttempts", "7" },
    };

    [Fact]
    public void ABudgetIsDeclaredWithItsPeriod()
    {
        var declared = Declared(Ollama(("InputPrice", "1"), ("Budget:Amount", "12.50"), ("Budget:Per", "Day")));

        Assert.Equal(new Budget { Amount = 12.5m, Per = Period.Day, WarnAt = 0.8 }, Assert.Single(declared.Declared).Budget);
        Assert.Equal(
            ["Models:m:Budget.amount: -1 is no budget. Give an amount of at least a millionth, and at most a thousand million.", "Models:m:Budget.warnAt: The share from which on there is a warning lies above 0 and is at most 1."],
            Refused(Ollama(("InputPrice", "1"), ("Budget:Amount", "-1"), ("Budget:WarnAt", "2"))));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void AMistakeIsNamedWithItsPlace(string setting, string? value, string message) =>
        Assert.Equal([message], Refused(Ollama((setting, value))));

    [Fact]
    public void AllThatIsWrongWithAllModelsIsNamedTogetherAndEachInItsPlace()
    {
        var refused = Refused(new()
        {
            ["Models:a:Provider"] = "olama", ["Models:a:Model"] = "m", ["Models:a:MaxTokens"] = "many", ["Models:a:InputPrice"] = "-1",
            ["Models:b:Provider"] = "ollama", ["Models:b:Endpoint"] = "http://localhost:1", ["Models:b:Limits:Concurrency"] = "0",
        });

        Assert.Equal(["Models:a:MaxTokens", "Models:a:Provider", "Models:a:InputPrice", "Models:b:Model", "Models:b:Limits:Concurrency"], refused.Select(mistake => mistake[..mistake.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Fact]
    public void AWordWhereSettingsAreExpectedIsNoDeclaration()
    {
        Assert.Equal(["Models: 'x' declares no model. Declare each under a name of its own, as in Models:judge:Provider."], Refused(new() { ["Models"] = "x" }));
        Assert.Contains("Models:judge: 'gpt' says nothing here: 'judge' has settings of its own. Write Models:judge:Provider.", Refused(new() { ["Models:judge"] = "gpt" }));
    }

    [Fact]
    public void UnknownSettingsAndThoseOfTheWrongKindAreNamedTogetherWithWhatWasMeant()
    {
        var refused = Refused(Ollama(("Temprature", "1"), ("MaxTokens", "many"), ("Limits:Patience", "long"), ("Limits:Concurency", "3"), ("Budget:Per", "Fortnight")));

        Assert.Equal(5, refused.Length);
        Assert.StartsWith("Models:m:Budget:Per: 'Fortnight' is not one of ", refused[0], StringComparison.Ordinal);
        Assert.StartsWith("Models:m:Limits:Concurency: There is no such setting here: 'Concurency'. Did you mean 'Concurrency'? Allowed: ", refused[1], StringComparison.Ordinal);
        Assert.Equal("Models:m:Limits:Patience: 'long' is not a time as in 00:00:30 (hours, minutes, seconds).", refused[2]);
        Assert.Equal("Models:m:MaxTokens: 'many' is not a whole number.", refused[3]);
        Assert.StartsWith("Models:m:Temprature: There is no such setting here: 'Temprature'. Did you mean 'Temperature'? Allowed: ", refused[4], StringComparison.Ordinal);
    }

    [Fact]
    public void ASectionThatIsWrittenAsAValueAndAnEmptyNumberAreNoSilence() => Assert.Equal(
        [
            "Models:m:Budget: '100' says nothing here: 'Budget' has settings of its own. Write Models:m:Budget:Amount.",
            "Models:m:MaxTokens: It is empty, and wants to be a whole number. Leave it out for the usual value.",
        ],
        Refused(Ollama(("Budget", "100"), ("MaxTokens", ""))));

    [Fact]
    public void AModelNeedsANameThatCanBeWritten()
    {
        var settings = Ollama().ToDictionary(setting => setting.Key.Replace("Models:m", "Models:my model", StringComparison.Ordinal), setting => setting.Value);
        Assert.Equal(["Models: A model cannot be called 'my model'. Use letters, digits, '.', '_' and '-'."], Refused(settings));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public void AProviderThatWantsAKeyIsNotDeclaredWithoutOne(string provider) => Assert.Equal(
        [$"Models:m: Provider '{provider}' wants a key. Name its environment variable in ApiKeyEnvironment, or its file in ApiKeyFile."],
        Refused(Ollama(("Provider", provider), ("Endpoint", provider == "openai" ? null : "http://localhost:1"))));

    [Fact]
    public void AMissingKeyFileIsNamed()
    {
        var message = Assert.Single(Refused(Ollama(("ApiKeyFile", "/no/such/key"))));
        Assert.StartsWith("Models:m:ApiKeyFile: The key's file cannot be read: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyKeyFileIsNamed()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("key");
        File.WriteAllText(file, "\n");
        Assert.Equal([$"Models:m:ApiKeyFile: The key's file {file} is empty."], Refused(Ollama(("ApiKeyFile", file))));
    }

    [Fact]
    public void AllMistakesOfAllModelsAreListedAtOnce()
    {
        var settings = Ollama(("Temperature", "9"), ("Model", null), ("Limits:Concurrency", "0"));
        settings["Models:n:Provider"] = "opnai";
        settings["Models:n:Model"] = "x";
        settings["Models:o:Nonsense"] = "x";
        var messages = Refused(settings);
        Assert.Equal(5, messages.Length);
        Assert.Equal(["Models:m:Limits:Concurrency", "Models:m:Model", "Models:m:Temperature", "Models:n:Provider", "Models:o:Nonsense"], messages.Select(message => message[..message.IndexOf(": ", StringComparison.Ordinal)]).Order());
    }

    [Fact]
    public void AKeyInConfigurationIsNotRepeated() =>
        Assert.DoesNotContain("sk-123", string.Concat(Refused(Ollama(("ApiKey", "sk-123")))), StringComparison.Ordinal);

    [Fact]
    public void WithoutDeclarationsThereAreNoModels() => Assert.Empty(Declared([]).Declared);

    [Theory]
    [MemberData(nameof(WhatShapesAReply))]
    public void TheFingerprintChangesWithWhatShapesAReply(string setting, string value) =>
        Assert.NotEqual(Fingerprint(Ollama()), Fingerprint(Ollama((setting, value))));

    [Theory]
    [MemberData(nameof(WhatShapesNothing))]
    public async Task TheFingerprintStaysWithWhatShapesNothing(string setting, string value)
    {
        // Its making plants the key.
        await using var stub = await StubProvider.Answering(200, "");
        Assert.Equal(Fingerprint(Ollama()), Fingerprint(Ollama((setting, value))));
    }

    [Fact]
    public void ASimulationsPortShapesNothing() => Assert.Equal(
        Fingerprint(Ollama(("Provider", "simulated"))), Fingerprint(Ollama(("Provider", "simulated"), ("Endpoint", "http://127.0.0.1:4711/v1"))));

    [Fact]
    public void TheCardSaysWhatARunNeedsToKnow()
    {
        var card = Assert.Single(Declared(Ollama(("InputPrice", "0.25"), ("Limits:Concurrency", "3"))).Declared).Card;
        Assert.Equal(("m", "ollama", "judge-1", true, false, 0.25m), (card.Name.Value, card.Provider, card.Model, card.StructuredOutput, card.Simulated, card.InputPrice));
        Assert.True(Assert.Single(Declared(Ollama(("Provider", "simulated"))).Declared).Card.Simulated);
        Assert.False(Assert.Single(Declared(Ollama(("StructuredOutput", "false"))).Declared).Card.StructuredOutput);
    }

    private static Dictionary<string, string?> Ollama(params (string Name, string? Value)[] changes)
    {
        var settings = new Dictionary<string, string?> { ["Models:m:Provider"] = "ollama", ["Models:m:Endpoint"] = "http://localhost:1", ["Models:m:Model"] = "judge-1" };
        foreach (var (name, value) in changes)
        {
            settings[$"Models:m:{name}"] = value;
        }

        return settings;
    }

    private static DeclaredModels Declared(Dictionary<string, string?> settings) =>
        DeclaredModels.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Models"), TimeProvider.System);

    private static string[] Refused(Dictionary<string, string?> settings) =>
        [.. Assert.Throws<EvaluationException>(() => Declared(settings)).Mistakes.Select(mistake => mistake.ToString())];

    private static string Fingerprint(Dictionary<string, string?> settings) => Assert.Single(Declared(settings).Declared).Card.Fingerprint;
}
