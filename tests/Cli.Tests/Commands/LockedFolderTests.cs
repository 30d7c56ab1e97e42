using System.Globalization;
using Assize.Cli.Hosting;

namespace Assize.Cli.Tests.Commands;

public sealed class LockedFolderTests
{
    [Fact]
    public async Task ADataFolderThatAnotherProcessUsesIsNamedAndLeftAlone()
    {
        var data = Directory.CreateTempSubdirectory("assize-locked-").FullName;
        var none = new Dictionary<string, string>();
        // Ports of its own, so that a cluster at the standard ones is not in the way.
        using var holder = AssizeProgram.Start(
            new Dictionary<string, string>
            {
                ["Kestrel__Endpoints__Grpc__Url"] = "http://127.0.0.1:0",
                ["Kestrel__Endpoints__Health__Url"] = "http://127.0.0.1:0",
                ["Orleans__Endpoints__SiloPort"] = Ports.Free().ToString(CultureInfo.InvariantCulture),
                ["Orleans__Endpoints__GatewayPort"] = "0",
            },
            ["up", "--data", data]);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(40));
            while (await holder.StandardOutput.ReadLineAsync(patience.Token) is { } line && !line.Contains("Assize serves at", StringComparison.Ordinal))
            {
            }

            var second = await AssizeProgram.Run(none, "runs", "--data", data);
            Assert.Equal(4, second.Code);
            Assert.Contains(data, second.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", second.Error, StringComparison.Ordinal);
            Assert.False(holder.HasExited);
        }
        finally
        {
            holder.Kill(entireProcessTree: true);
            await holder.WaitForExitAsync(CancellationToken.None);
        }

        Directory.Delete(data, recursive: true);
    }
}
