using System.Collections.Concurrent;
using System.Text.Json;

namespace Assize.Gateway.Tests.Services;

/// <summary>A model behind real HTTP that remembers what it was asked, and gives no verdict on it.</summary>
internal sealed class ListeningModel : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> heard = new();
    private ChatServer server = null!;
    private volatile TaskCompletionSource? held;

    private ListeningModel()
    {
    }

    /// <summary>The texts of every prompt so far.</summary>
    public IReadOnlyCollection<string> Heard => heard;

    public Uri Address => server.Address;

    public static async Task<ListeningModel> Start(CancellationToken stop)
    {
        var model = new ListeningModel();
        model.server = await ChatServer.Start("listening-1", model.Answer, stop);
        return model;
    }

    /// <summary>Lets whoever asks for the model named stuck wait until what is returned is disposed of.</summary>
    public IDisposable Hold()
    {
        held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Holding(held);
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    private async Task<string> Answer(JsonElement body, CancellationToken cancellation)
    {
        heard.Enqueue(string.Join('\n', body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content") is { ValueKind: JsonValueKind.String } text ? text.GetString() : message.GetProperty("content").ToString())));
        if (body.GetProperty("model").GetString() == "stuck" && held is { } waiting)
        {
            await waiting.Task.WaitAsync(cancellation);
        }

        return "I heard you.";
    }

    private sealed class Holding(TaskCompletionSource held) : IDisposable
    {
        public void Dispose() => held.TrySetResult();
    }
}
