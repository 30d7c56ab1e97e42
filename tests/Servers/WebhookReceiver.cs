using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace Assize.Servers;

/// <summary>What somebody posted.</summary>
public sealed record Posted(string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Somebody outside who is told by HTTP, and may be away, refuse or point elsewhere.</summary>
public sealed class WebhookReceiver : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<Posted> posted = new();
    private Func<int, int> status = _ => 200;

    public WebhookReceiver()
    {
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ServerProcess.FreePort()}/"));
        listener.Prefixes.Add(Address.ToString());
        listener.Start();
        _ = Listen();
    }

    public Uri Address { get; }

    /// <summary>Everything that came, also what was answered with an error.</summary>
    public IReadOnlyList<Posted> All => [.. posted];

    /// <summary>The status of an answer, by how many came before; below 100 there is no answer at all.</summary>
    public void Answer(Func<int, int> with) => Volatile.Write(ref status, with);

    public void Dispose() => listener.Close();

    private async Task Listen()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                var body = await reader.ReadToEndAsync();
                var before = posted.Count;
                posted.Enqueue(new Posted(context.Request.Url!.AbsolutePath, context.Request.Headers.AllKeys.ToDictionary(key => key!, key => context.Request.Headers[key]!, StringComparer.OrdinalIgnoreCase), body));
                if (Volatile.Read(ref status)(before) is >= 100 and var code)
                {
                    context.Response.StatusCode = code;
                    context.Response.RedirectLocation = code is >= 300 and < 400 ? new Uri(Address, "elsewhere").ToString() : null;
                    context.Response.Close();
                }
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
            return;
        }
    }
}
