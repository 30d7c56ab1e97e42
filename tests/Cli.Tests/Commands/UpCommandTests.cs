using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Assize.Cli.Tests.Commands;

/// <summary>A cluster that cannot be started says why, in a few lines, and leaves nothing behind.</summary>
public sealed class UpCommandTests : IDisposable
{
    private readonly string data = Path.Combine(Path.GetTempPath(), $"assize-up-{Guid.CreateVersion7()}");

    public void Dispose()
    {
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task PortsThatOthersListenOnAreNamedBeforeAnythingIsStarted()
    {
        using var api = Listening();
        using var silo = Listening();

        var ended = await AssizeProgram.Run(
            new Dictionary<string, string>
            {
                ["Kestrel__Endpoints__Grpc__Url"] = $"http://127.0.0.1:{Port(api)}", ["Kestrel__Endpoints__Health__Url"] = "http://127.0.0.1:0",
                ["Orleans__Endpoints__SiloPort"] = Port(silo), ["Orleans__Endpoints__GatewayPort"] = "0",
            },
            "up", "--data", data);

        Assert.Equal(4, ended.Code);
        Assert.Equal("", ended.Out);
        Assert.StartsWith(
            $"assize: Another program listens on port {Port(api)} (Kestrel:Endpoints:Grpc:Url) and {Port(silo)} (Orleans:Endpoints:SiloPort). If it is another Assize, ", ended.Error, StringComparison.Ordinal);
        Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task AMisspeltSettingIsNoSilence()
    {
        var ended = await AssizeProgram.Run(
            new Dictionary<string, string>
            {
                ["Kestrel__Endpoints__Grpc__Url"] = "http://127.0.0.1:0", ["Kestrel__Endpoints__Health__Url"] = "http://127.0.0.1:0", ["Orleans__Endpoints__SiloPort"] = "0",
                ["Orleans__Endpoints__GatewayPort"] = "0", ["Runs__ShardsAtOne"] = "3", ["Runs__CasesAtOnce"] = "0", ["Monitors__TendEvery"] = "soon", ["Retention__Evry"] = "1",
            },
            "up", "--data", data);

        Assert.Equal(3, ended.Code);
        Assert.Equal("", ended.Out);
        var lines = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(6, lines.Length);
        Assert.Contains("Orleans:Endpoints:SiloPort: A silo cannot listen on port 0: the others are told its port beforehand. Write a number from 1 to 65535.", lines);
        Assert.Contains("Runs:ShardsAtOne: There is no such setting here: 'ShardsAtOne'. Did you mean 'ShardsAtOnce'?", ended.Error, StringComparison.Ordinal);
        Assert.Contains("Runs:CasesAtOnce: 0 does not lie between 1 and 1000.", lines);
        Assert.Contains("Monitors:TendEvery: 'soon' is not a time as in 00:00:30 (hours, minutes, seconds).", lines);
        Assert.Contains("Retention:Evry: There is no such setting here: 'Evry'. Did you mean 'Every'?", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Orleans__Endpoints__SiloPort", "abc", "Orleans:Endpoints:SiloPort: 'abc' is no port.")]
    [InlineData("Kestrel__Endpoints__Grpc__Url", "127.0.0.1", "Kestrel:Endpoints:Grpc:Url: '127.0.0.1' is no address.")]
    public async Task AnAddressThatIsNoneIsNamed(string setting, string value, string message)
    {
        var ended = await AssizeProgram.Run(new Dictionary<string, string> { [setting] = value }, "up", "--data", data);

        Assert.Equal(3, ended.Code);
        Assert.StartsWith($"assize: {message}", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    private static TcpListener Listening()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static string Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
}
