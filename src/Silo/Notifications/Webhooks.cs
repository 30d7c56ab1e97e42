using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Assize.Evaluation.Notifications;
using Assize.Grains.Notifications;

namespace Assize.Silo.Notifications;

/// <summary>
/// Posts notifications to the addresses that the operator declared, signed. An address never comes from a user, a redirection is not followed, and of an answer nothing but its status is used:
/// nobody can make a silo call somewhere else, or read through it.
/// </summary>
public sealed class Webhooks : IChannels, IDisposable
{
    /// <summary>The notification's id, for whoever wants to know it again before reading the body.</summary>
    public const string IdHeader = "Assize-Notification";

    private readonly ImmutableDictionary<NotificationChannel, Webhook> byName;
    private readonly NotificationOptions options;
    private readonly TimeProvider time;
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    internal Webhooks(ImmutableDictionary<NotificationChannel, Webhook> byName, NotificationOptions options, TimeProvider time) => (this.byName, this.options, this.time) = (byName, options, time);

    public ImmutableArray<NotificationChannel> Declared => [.. byName.Keys.Order()];

    public RetryTimes Retry => new(options.FirstRetry, options.LongestRetry, options.GiveUpAfter);

    public async Task<string?> Send(Notice notice, CancellationToken cancellation)
    {
        if (!byName.TryGetValue(notice.Channel, out var webhook))
        {
            return "The channel is not declared any more.";
        }

        var body = Encoding.UTF8.GetBytes(notice.Body);
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add(IdHeader, Uri.EscapeDataString(notice.Id));
        request.Headers.Add(Signature.Header, Signature.Of(webhook.Secret.Span, time.GetUtcNow(), body));
        using var deadline = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"it answered with status {(int)response.StatusCode}");
        }
        catch (OperationCanceledException)
        {
            return deadline.IsCancellationRequested ? string.Create(CultureInfo.InvariantCulture, $"no answer within {options.Timeout.TotalSeconds:0.#} s") : "this silo was told to stop";
        }
        catch (HttpRequestException broken)
        {
            // Not its message, which has the address: that may hold a token, and this is kept where users read it.
            return $"no connection ({broken.HttpRequestError})";
        }
    }

    public void Dispose() => http.Dispose();
}

/// <summary>Where notifications of one channel go, and what they are signed with.</summary>
internal sealed record Webhook(Uri Address, ReadOnlyMemory<byte> Secret)
{
    public override string ToString() => "(webhook)";
}
