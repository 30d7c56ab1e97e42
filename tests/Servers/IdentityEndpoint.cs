using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Assize.Servers;

/// <summary>The endpoint at which a machine of Azure App Service or Container Apps tells its programs who they are: it gives a token to whoever knows the header's secret.</summary>
public sealed class IdentityEndpoint : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<string> asked = new();

    public IdentityEndpoint()
    {
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ServerProcess.FreePort()}/identity/token"));
        listener.Prefixes.Add(new Uri(Address, "/").ToString());
        listener.Start();
        _ = Listen();
    }

    public Uri Address { get; }

    public string Secret { get; } = Guid.CreateVersion7().ToString("n");

    /// <summary>What tokens were asked for, as paths with their queries.</summary>
    public IReadOnlyList<string> Asked => [.. asked];

    public void Dispose() => listener.Close();

    private static string Encoded(object part) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(part)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private async Task Listen()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                asked.Enqueue(context.Request.RawUrl!);
                var known = context.Request.Headers["X-IDENTITY-HEADER"] == Secret;
                context.Response.StatusCode = known ? 200 : 401;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(known ? Token(context.Request.QueryString["resource"] ?? "") : "{}"u8.ToArray());
                context.Response.Close();
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
            return;
        }
    }

    private static byte[] Token(string resource)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["aud"] = resource, ["iss"] = "https://sts.windows.net/00000000-0000-0000-0000-000000000001/", ["iat"] = now - 60, ["nbf"] = now - 60, ["exp"] = now + 3600, ["appid"] = "silo",
        };
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["access_token"] = $"{Encoded(new { alg = "RS256", typ = "JWT" })}.{Encoded(claims)}.{Convert.ToBase64String(Encoding.UTF8.GetBytes("unsigned")).TrimEnd('=')}",
            ["expires_on"] = (now + 3600).ToString(CultureInfo.InvariantCulture),
            ["resource"] = resource,
            ["token_type"] = "Bearer",
        });
    }
}
