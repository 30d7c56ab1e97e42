using System.Diagnostics;
using Assize.Servers;

namespace Assize.Gateway.Tests;

/// <summary>The API's files keep to buf's standard rules.</summary>
public sealed class ProtoTests
{
    [Fact]
    public async Task TheProtoFilesAreCleanUnderBufsStandardRules()
    {
        var buf = Path.Combine(Programs.Root, "node_modules", "@bufbuild", "buf-linux-x64", "bin", "buf");
        Programs.NeedFile(buf, "buf (npm ci in the project's folder)");
        using var lint = Process.Start(new ProcessStartInfo(buf, ["lint", Path.Combine(Programs.Root, "src", "Gateway", "Protos")]) { RedirectStandardOutput = true })!;
        var said = await lint.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await lint.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (lint.ExitCode, said));
    }
}
