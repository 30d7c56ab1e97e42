using System.Collections.Concurrent;
using System.Net;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;
using Microsoft.Extensions.AI;

namespace Assize.Silo.Models;

/// <summary>One declared model, asked through its vendor's library: one attempt a call, and every way it can end is an <see cref="Attempt"/>.</summary>
internal sealed class ChatModel : IModel
{
    private const int LongestDetail = 300;

    /// <summary>No call takes so many tokens: a provider that says so is wrong, and sums of such counts would run over.</summary>
    private const long MostTokens = 1_000_000_000;

    private static readonly Func<ChatOptions, ChatOptions> Free = settings => settings;

    /// <summary>How OpenAI, vLLM, Anthropic, llama.cpp and Ollama say that a text is longer than the model reads.</summary>
    private static readonly string[] TooLong =
        ["context_length_exceeded", "maximum context length", "prompt is too long", "exceed context limit", "exceed_context_size", "exceeds the context length", "longer than the context length"];

    private readonly ModelOptions options;
    private readonly ApiKey? key;
    private readonly TimeProvider time;
    private readonly IChatClient client;
    private readonly ModelSpan spans;
    private readonly ConcurrentDictionary<string, Func<ChatOptions, ChatOptions>> shapes = new(StringComparer.Ordinal);

    /// <param name="traceContent">Whether spans carry what was asked and answered.</param>
    public ChatModel(ModelCard card, ModelOptions options, ApiKey? key, TimeProvider time, bool traceContent = false)
    {
        (Card, this.options, this.key, this.time) = (card, options, key, time);
        spans = new ModelSpan(card, options, traceContent);
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = int.MaxValue,
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        };
        client = Vendor.Client(options, key, new HttpClient(Vendor.Handler(options, new ProviderHandler(sockets, time))) { Timeout = System.Threading.Timeout.InfiniteTimeSpan });
    }

    public ModelCard Card { get; }

    public ModelLimits Limits => options.Limits;

    public TimeSpan Timeout => options.Timeout;

    public Budget? Budget => options.Budget;

    public async Task<Attempt> Ask(Prompt prompt, CancellationToken cancellation)
    {
        using var span = spans.Begin(prompt);
        var attempt = await Try(prompt, cancellation);
        spans.End(span, attempt.Completion);
        return attempt;
    }

    private async Task<Attempt> Try(Prompt prompt, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return Read(await client.GetResponseAsync(Messages(prompt), Settings(prompt), either.Token));
        }
        catch (Exception gone) when (gone is not ProviderException && patience.IsCancellationRequested)
        {
            return Failed(Reason.Timeout, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"no reply within {options.Timeout.TotalSeconds:0.#} s"), transient: true);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Failed(Reason.Cancelled, "given up before the provider replied", transient: false);
        }
        catch (Exception wrong)
        {
            return Refused(wrong);
        }
    }

    private static List<ChatMessage> Messages(Prompt prompt)
    {
        var messages = new List<ChatMessage>(prompt.Messages.Length);
        foreach (var message in prompt.Messages)
        {
            messages.Add(new ChatMessage(message.Role switch { Role.System => ChatRole.System, Role.User => ChatRole.User, _ => ChatRole.Assistant }, message.Content));
        }

        return messages;
    }

    private ChatOptions Settings(Prompt prompt) => (prompt.Schema is { } schema ? shapes.GetOrAdd(schema.Json, Shape, schema.Name) : Free)(new ChatOptions
    {
        Temperature = (float)(prompt.Temperature ?? options.Temperature),
        MaxOutputTokens = prompt.MaxTokens ?? options.MaxTokens,
        // Independent draws of one question differ in nothing but their seed.
        Seed = options.Seed is null && prompt.Sample == 0 ? null : (options.Seed ?? 0) + prompt.Sample,
    });

    private Func<ChatOptions, ChatOptions> Shape(string json, string name) => Vendor.Shaped(options, name, json);

    private Attempt Read(ChatResponse response)
    {
        var refusal = response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().FirstOrDefault();
        var (input, output) = (response.Usage?.InputTokenCount ?? 0, response.Usage?.OutputTokenCount ?? 0);
        return new Attempt(new Completion.Replied(WithoutKey(refusal?.Message ?? response.Text))
        {
            FinishReason = refusal is not null ? "refusal" : response.FinishReason?.Value,
            ReportedModel = response.ModelId is { } model ? WithoutKey(model) : null,
            Usage = Cost(input, output),
        });
    }

    /// <summary>A price is per million tokens, so that tokens times price is millionths. A count that no call can have counts as none: it would use up a budget.</summary>
    private Usage Cost(long input, long output)
    {
        var (taken, given) = (input is >= 0 and <= MostTokens ? input : 0, output is >= 0 and <= MostTokens ? output : 0);
        return new(taken, given, (long)Math.Round(taken * options.InputPrice + given * options.OutputPrice));
    }

    private Attempt Refused(Exception wrong)
    {
        for (var inner = wrong; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case ProviderException provider: return Refused(provider);
                case HttpRequestException network: return Failed(Reason.ProviderError, $"the provider cannot be reached: {network.Message}", transient: true);
            }
        }

        return Failed(Reason.ProviderError, $"the provider's answer cannot be read: {wrong.Message}", wrong is IOException);
    }

    private Attempt Refused(ProviderException refused)
    {
        var (input, output) = BilledFailure.Tokens(refused.Body);
        return Judged(refused) with { FailedUsage = Cost(input, output) };
    }

    private Attempt Judged(ProviderException refused)
    {
        var (status, body) = ((int)refused.Status, refused.Body);
        bool Says(string words) => body.Contains(words, StringComparison.OrdinalIgnoreCase);
        var detail = $"status {status}: {body}";
        return refused.Status switch
        {
            HttpStatusCode.TooManyRequests => Failed(Reason.RateLimited, detail, transient: !Says("insufficient_quota"), refused.RetryAfter),
            HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => Failed(Reason.Timeout, detail, transient: true, refused.RetryAfter),
            HttpStatusCode.Unauthorized => Failed(Reason.ProviderError, $"status {status}: the provider does not accept the key; check {key?.Source ?? "whether it wants one"}", transient: false),
            // Of a model, a project or a network; what exactly the provider alone knows.
            HttpStatusCode.Forbidden => Failed(
                Reason.ProviderError, $"status {status}: the provider does not permit this; check {key?.Source ?? "whether it wants a key"}, and what that may use: {body}", transient: false),
            // Two requests in each other's way: one of them is asked again.
            HttpStatusCode.Conflict => Failed(Reason.ProviderError, detail, transient: true, refused.RetryAfter),
            HttpStatusCode.RequestEntityTooLarge => Failed(Reason.ContextTooLong, detail, transient: false),
            HttpStatusCode.NotFound => Failed(Reason.NoModel, $"the provider does not know model '{Card.Model}' ({detail})", transient: false),
            _ when status >= 500 => Failed(Reason.ProviderError, detail, transient: true, refused.RetryAfter),
            _ when TooLong.Any(Says) => Failed(Reason.ContextTooLong, detail, transient: false),
            _ when Says("content_filter") || Says("content management policy") => Failed(Reason.ContentFilter, detail, transient: false),
            _ => Failed(Reason.ProviderError, detail, transient: false),
        };
    }

    private Attempt Failed(Reason reason, string detail, bool transient, TimeSpan? retryAfter = null) =>
        new(new Completion.Failed(reason, Material.Line(WithoutKey(detail), LongestDetail)), transient, retryAfter);

    /// <summary>What may be kept and shown, whatever the provider repeats of the key.</summary>
    private string WithoutKey(string text) => key is not { IsSecret: true } ? text : text.Replace(key.Value, "(key)", StringComparison.Ordinal);
}
