using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;

namespace Assize.Silo.Models;

/// <summary>The models that the configuration declares; wrong declarations are refused together, before anything starts.</summary>
public sealed class DeclaredModels : IModels
{
    private static readonly string[] Providers = ["openai", "azure-openai", "ollama", "anthropic", "simulated"];

    private readonly ImmutableDictionary<ModelName, IModel> byName;

    private DeclaredModels(ImmutableArray<IModel> declared)
    {
        Declared = declared;
        byName = declared.ToImmutableDictionary(model => model.Card.Name);
    }

    public ImmutableArray<IModel> Declared { get; }

    public IModel? Find(ModelName name) => byName.GetValueOrDefault(name);

    /// <summary>Throws <see cref="EvaluationException"/> with every mistake in the section.</summary>
    /// <param name="traceContent">Whether spans of calls carry what was asked and answered.</param>
    public static DeclaredModels From(IConfigurationSection models, TimeProvider time, bool traceContent = false)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        var declared = ImmutableArray.CreateBuilder<IModel>();
        if (models.Value is { Length: > 0 } said && !models.GetChildren().Any())
        {
            mistakes.Add(new Mistake($"{Spelling.Quote(said)} declares no model.", "Declare each under a name of its own, as in Models:judge:Provider.") { Field = models.Path });
        }

        foreach (var section in models.GetChildren())
        {
            var before = mistakes.Count;
            var options = section.Legible<ModelOptions>(mistakes);
            // What seems to be missing may be what was misspelt.
            var whole = mistakes.Count == before;
            Check(section.Key, options, whole, mistakes);
            var key = Key(section.Key, options, whole, mistakes);
            if (mistakes.Count == before)
            {
                declared.Add(new ChatModel(CardOf(new ModelName(section.Key), options), options, key, time, traceContent));
            }
        }

        return mistakes.Count > 0 ? throw new EvaluationException(mistakes.ToImmutable()) : new DeclaredModels(declared.ToImmutable());
    }

    internal static ModelCard CardOf(ModelName name, ModelOptions options) => new()
    {
        Name = name,
        Provider = options.Provider!,
        Model = options.Model!,
        Fingerprint = Fingerprint(options),
        StructuredOutput = options.StructuredOutput ?? options.Provider != "anthropic",
        Simulated = options.Provider == "simulated",
        InputPrice = options.InputPrice,
        OutputPrice = options.OutputPrice,
        MaxTokens = options.MaxTokens,
    };

    private static void Check(string name, ModelOptions options, bool whole, ImmutableArray<Mistake>.Builder mistakes)
    {
        void Add(string field, string what, string? suggestion = null) => mistakes.Add(new Mistake(what, suggestion) { Field = $"Models:{name}:{field}" });
        if (!SuiteCheck.IsName(name))
        {
            mistakes.Add(new Mistake($"A model cannot be called '{name}'.", "Use letters, digits, '.', '_' and '-'.") { Field = "Models" });
        }

        if (!Providers.Contains(options.Provider) && (whole || options.Provider is not null))
        {
            Add("Provider", options.Provider is null ? "The provider is missing." : $"There is no provider '{options.Provider}'.", Spelling.Suggest(options.Provider ?? "", Providers));
        }

        if (string.IsNullOrWhiteSpace(options.Model) && (whole || options.Model is not null))
        {
            Add("Model", "The model's name at its provider is missing.");
        }

        if (options.Provider is "azure-openai" or "ollama" or "simulated" && options.Endpoint is null && whole)
        {
            Add("Endpoint", $"Provider '{options.Provider}' has no address of its own.", "Give its base URL.");
        }

        if (options.Endpoint is not null && !(Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            Add("Endpoint", $"'{options.Endpoint}' is not an http or https address.");
        }

        if (options.ApiKey is not null)
        {
            Add("ApiKey", "A key does not belong into configuration.", "Put it into an environment variable and name that in ApiKeyEnvironment, or into a file and name it in ApiKeyFile.");
        }

        if (options.Temperature is not (>= 0 and <= 2))
        {
            Add("Temperature", string.Create(CultureInfo.InvariantCulture, $"{options.Temperature} is no temperature."), "Choose between 0 and 2.");
        }

        AtLeastOne("MaxTokens", options.MaxTokens);
        if (options.Timeout <= TimeSpan.Zero)
        {
            Add("Timeout", $"{options.Timeout} is no time to wait.", "Give one above 0, as in 00:01:00.");
        }
        else if (options.Timeout > IModel.LongestTimeout)
        {
            Add("Timeout", $"{options.Timeout} is too long: a reply that comes so late is paid for and not heard.", $"Give at most {IModel.LongestTimeout}.");
        }

        NotNegative("InputPrice", options.InputPrice);
        NotNegative("OutputPrice", options.OutputPrice);
        AtLeastOne("Limits:Concurrency", options.Limits.Concurrency);
        AtLeastOne("Limits:MaxConcurrency", options.Limits.MaxConcurrency);
        AtLeastOne("Limits:MaxAttempts", options.Limits.MaxAttempts);
        AtLeastOne("Limits:RequestsPerMinute", options.Limits.RequestsPerMinute);
        AtLeastOne("Limits:TokensPerMinute", options.Limits.TokensPerMinute);

        if (options.Budget is { } budget)
        {
            mistakes.AddRange(budget.Check($"Models:{name}:Budget"));
            if (options is { InputPrice: 0, OutputPrice: 0 })
            {
                Add("Budget", "A budget needs prices, or nothing would ever be spent.", "Declare InputPrice and OutputPrice.");
            }
        }

        if (options.Limits.MonitorShare is not (>= 0 and <= 1))
        {
            Add("Limits:MonitorShare", string.Create(CultureInfo.InvariantCulture, $"{options.Limits.MonitorShare} is no share."), "Choose between 0 and 1.");
        }

        if (options.Limits.Patience <= TimeSpan.Zero)
        {
            Add("Limits:Patience", $"{options.Limits.Patience} is no time to wait.", "Give one above 0, as in 00:10:00.");
        }

        void AtLeastOne(string field, long? value)
        {
            if (value < 1)
            {
                Add(field, string.Create(CultureInfo.InvariantCulture, $"{value} is too few: at least 1."));
            }
        }

        void NotNegative(string field, decimal price)
        {
            if (price < 0)
            {
                Add(field, string.Create(CultureInfo.InvariantCulture, $"A price cannot be negative, and this one is {price}."));
            }
        }
    }

    private static ApiKey? Key(string name, ModelOptions options, bool whole, ImmutableArray<Mistake>.Builder mistakes)
    {
        var field = $"Models:{name}";
        try
        {
            if (options.ApiKeyEnvironment is { } variable)
            {
                var value = Environment.GetEnvironmentVariable(variable);
                if (string.IsNullOrWhiteSpace(value))
                {
                    mistakes.Add(new Mistake($"The environment variable {variable} is not set.", "Put the key there, or take the model out.") { Field = $"{field}:ApiKeyEnvironment" });
                    return null;
                }

                return new ApiKey(value.Trim(), $"the environment variable {variable}");
            }

            if (options.ApiKeyFile is { } file)
            {
                if (File.ReadAllText(file).Trim() is { Length: > 0 } value)
                {
                    return new ApiKey(value, $"the file {file}");
                }

                mistakes.Add(new Mistake($"The key's file {file} is empty.") { Field = $"{field}:ApiKeyFile" });
                return null;
            }
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new Mistake($"The key's file cannot be read: {unread.Message}") { Field = $"{field}:ApiKeyFile" });
            return null;
        }

        if (whole && options is ({ Provider: "anthropic" or "azure-openai" } or { Provider: "openai", Endpoint: null }))
        {
            mistakes.Add(new Mistake($"Provider '{options.Provider}' wants a key.", "Name its environment variable in ApiKeyEnvironment, or its file in ApiKeyFile.") { Field = field });
        }

        return null;
    }

    /// <summary>Everything that shapes a reply. A simulation's address changes from start to start and shapes nothing.</summary>
    private static string Fingerprint(ModelOptions options)
    {
        var settings = string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Provider}|{(options.Provider == "simulated" ? "" : options.Endpoint?.TrimEnd('/'))}|{options.Model}|{options.Deployment}|{options.Temperature:R}|{options.MaxTokens}|{options.Seed}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings)));
    }
}

/// <summary>A provider's key, and where it came from; never written out.</summary>
internal sealed class ApiKey(string value, string source)
{
    private const int ShortestSecret = 12;

    public string Value => value;

    public string Source => source;

    /// <summary>Whether it is to be kept out of all that is shown. A shorter one stands in for a key where a server of one's own wants none (EMPTY, ollama): taken out of replies, it would change what they say.</summary>
    public bool IsSecret => value.Length >= ShortestSecret;

    public override string ToString() => "(key)";
}
