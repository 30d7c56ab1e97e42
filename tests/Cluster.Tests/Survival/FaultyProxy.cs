using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Assize.Cluster.Tests.Survival;

/// <summary>Stands before a storage service and answers a share of the requests with 503 itself, as a throttled account does.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private static readonly HashSet<string> OwnHeaders = new(StringComparer.OrdinalIgnoreCase) { "Host", "Transfer-Encoding", "Connection" };

    private readonly WebApplication app;
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Uri behind;
    private readonly ConcurrentDictionary<string, bool> kept = new(StringComparer.Ordinal);
    private int seen;
    private long longest;

    private FaultyProxy(WebApplication app, Uri behind, Uri address) => (this.app, this.behind, Address) = (app, behind, address);

    /// <summary>Where the service is found, faults and all.</summary>
    public Uri Address { get; }

    /// <summary>Every so-manieth request fails; 0 for none.</summary>
    public int FailEvery { get; set; }

    /// <summary>Whether the service seems to be gone: every connection breaks.</summary>
    public bool Away { get; set; }

    /// <summary>The longest that one request has taken since the last reset.</summary>
    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref longest));

    /// <summary>Completions that the service has said it holds, since the last reset.</summary>
    public int KeptCompletions => kept.Count;

    public void Reset()
    {
        Interlocked.Exchange(ref longest, 0);
        kept.Clear();
    }

    public static async Task<FaultyProxy> Start(Uri behind, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // The program's own settings lie beside the tests, and are not meant here.
            kestrel.Configure(new ConfigurationBuilder().Build());
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        FaultyProxy proxy = null!;
        app.Run(context => proxy.Pass(context));
        await app.StartAsync(cancellation);
        proxy = new FaultyProxy(app, behind, new Uri(new Uri(app.Urls.Single()), behind.AbsolutePath));
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        client.Dispose();
    }

    /// <summary>Letter by letter what was asked for: it is signed, and a slash inside a name is written differently from one between names.</summary>
    private Uri Target(HttpContext context) => new(
        behind.GetLeftPart(UriPartial.Authority) + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private async Task Pass(HttpContext context)
    {
        if (Away)
        {
            context.Abort();
            return;
        }

        if (FailEvery is > 0 and var every && Interlocked.Increment(ref seen) % every == 0)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var started = TimeProvider.System.GetTimestamp();
        // Taken in whole and sent on whoever is still there: uploads broken off by a killed silo take Azurite's few writers away one after the other, until it hangs.
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), Target(context));
        if (context.Request.ContentLength is not null)
        {
            request.Content = new ByteArrayContent(body.GetBuffer(), 0, (int)body.Length);
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => !OwnHeaders.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. values]))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
            }
        }

        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, CancellationToken.None);
            if (request.Method == HttpMethod.Put && response.IsSuccessStatusCode && context.Request.Path.Value is { } path && path.Contains("/completion-", StringComparison.Ordinal))
            {
                kept.TryAdd(path, true);
            }

            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !OwnHeaders.Contains(header.Key)))
            {
                context.Response.Headers[name] = values.ToArray();
            }

            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
            var took = TimeProvider.System.GetElapsedTime(started).Ticks;
            for (var before = longest; took > before; before = longest)
            {
                Interlocked.CompareExchange(ref longest, took, before);
            }
        }
        catch (HttpRequestException)
        {
            // The service is away, and so is its address.
            context.Abort();
        }
    }
}
