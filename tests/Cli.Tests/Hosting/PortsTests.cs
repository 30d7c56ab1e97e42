using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Assize.Cli.Hosting;
using Assize.Evaluation;
using Assize.Silo.Clustering;
using Microsoft.Extensions.Configuration;

namespace Assize.Cli.Tests.Hosting;

public sealed class PortsTests
{
    [Fact]
    public async Task LookingWhetherAPortIsFreeTakesNobodysConnection()
    {
        var port = Ports.Free();
        var configuration = Configured(port);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var knocking = Enumerable.Range(0, 8).Select(_ => Task.Run(() => Knocked(port, ended.Token), TestContext.Current.CancellationToken)).ToArray();

        for (var look = 0; look < 100_000; look++)
        {
            Ports.CheckFree(configuration, ProcessRole.Gateway);
        }

        await ended.CancelAsync();
        Assert.Equal(0, (await Task.WhenAll(knocking)).Sum());
    }

    [Fact]
    public void APortThatAnotherListensOnIsNamed()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var refused = Assert.Throws<InfrastructureException>(() => Ports.CheckFree(Configured(port), ProcessRole.Gateway));

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{port} (Kestrel:Endpoints:Grpc:Url)"), refused.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configured(int port) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("Kestrel:Endpoints:Grpc:Url", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"))]).Build();

    /// <summary>How often somebody who tries again and again was let in: from another loopback address, since one who calls from the very port that he calls is let in by himself.</summary>
    private static async Task<int> Knocked(int port, CancellationToken cancellation)
    {
        var letIn = 0;
        while (!cancellation.IsCancellationRequested)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
            if (await Answer(client, port) is SocketError.Success)
            {
                letIn++;
            }
        }

        return letIn;
    }

    /// <summary>What a connection ends in, without the cost of an exception.</summary>
    private static Task<SocketError> Answer(Socket client, int port)
    {
        var answer = new TaskCompletionSource<SocketError>(TaskCreationOptions.RunContinuationsAsynchronously);
        var attempt = new SocketAsyncEventArgs { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, port) };
        attempt.Completed += (_, ended) => answer.SetResult(ended.SocketError);
        if (!client.ConnectAsync(attempt))
        {
            answer.SetResult(attempt.SocketError);
        }

        return answer.Task;
    }
}
