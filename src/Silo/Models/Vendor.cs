using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Anthropic;
using Azure.AI.OpenAI;
using Microsoft.Extensions.AI;
using OllamaSharp;
using OpenAI;
using OpenAI.Chat;
using ChatResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat;

namespace Assize.Silo.Models;

/// <summary>Makes the client of each vendor: all over one kind of HTTP client, none with retries of its own.</summary>
internal static class Vendor
{
    public static IChatClient Client(ModelOptions options, ApiKey? key, HttpClient http) => options.Provider switch
    {
        "openai" or "simulated" => new OpenAIClient(Credential(key), With(new OpenAIClientOptions { Endpoint = options.Endpoint is null ? null : new Uri(options.Endpoint) }, options, http))
            .GetChatClient(options.Model).AsIChatClient(),
        "azure-openai" => new AzureOpenAIClient(new Uri(options.Endpoint!), Credential(key), With(new AzureOpenAIClientOptions(), options, http))
            .GetChatClient(options.Deployment ?? options.Model).AsIChatClient(),
        "ollama" => Ollama(options, http),
        "anthropic" => new AnthropicClient { ApiKey = key!.Value, BaseUrl = options.Endpoint ?? "https://api.anthropic.com", HttpClient = http, MaxRetries = 0, Timeout = Later(options) }
            .AsIChatClient(options.Model!, options.MaxTokens),
        _ => throw new NotSupportedException($"there is no provider '{options.Provider}'"),
    };

    /// <summary>What requests pass through besides the vendor's library, where that does not say all that has to be said.</summary>
    public static HttpMessageHandler Handler(ModelOptions options, HttpMessageHandler inner) => options.Provider == "ollama" ? new WholePrompt(inner) : inner;

    /// <summary>Asks for replies of one shape; what can be built once for all requests is built here.</summary>
    public static Func<ChatOptions, ChatOptions> Shaped(ModelOptions options, string name, string schema)
    {
        if (options.Provider is not ("openai" or "simulated" or "azure-openai"))
        {
            var format = ChatResponseFormat.ForJsonSchema(JsonElement.Parse(schema), name);
            return settings =>
            {
                settings.ResponseFormat = format;
                return settings;
            };
        }

        // The library would write the schema out anew for every request.
        var built = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat(name, BinaryData.FromString(schema));
        return settings =>
        {
            settings.RawRepresentationFactory = _ => new ChatCompletionOptions { ResponseFormat = built };
            return settings;
        };
    }

    private static OllamaApiClient Ollama(ModelOptions options, HttpClient http)
    {
        http.BaseAddress = new Uri(options.Endpoint!);
        return new OllamaApiClient(http, options.Model!);
    }

    /// <summary>Servers of one's own often want no key, while the library wants one to be there.</summary>
    private static ApiKeyCredential Credential(ApiKey? key) => new(key?.Value ?? "none");

    /// <summary>The model's own timeout comes first, so that it is told as one.</summary>
    private static TimeSpan Later(ModelOptions options) => options.Timeout + TimeSpan.FromSeconds(5);

    private static T With<T>(T pipeline, ModelOptions options, HttpClient http)
        where T : ClientPipelineOptions
    {
        pipeline.Transport = new HttpClientPipelineTransport(http);
        pipeline.RetryPolicy = new OnceOnly();
        // Its messages are in nobody's log, and every call would pass through it.
        pipeline.ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false };
        pipeline.NetworkTimeout = Later(options);
        return pipeline;
    }
}
