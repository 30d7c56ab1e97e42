using System.Diagnostics;
using System.Text.Json;
using Assize.Servers;

namespace Assize.Silo.Tests.Storage;

/// <summary><c>-p:AzureStorageProvider=Microsoft</c> as the build sees it: the official package cannot be restored everywhere, but what would be built can be asked.</summary>
public sealed class AzureStorageSwitchTests
{
    [Fact]
    public async Task TheSwitchSwapsOneReferenceAndLeavesOutOurProvider()
    {
        var all = await Task.WhenAll(EvaluatedAsync(), EvaluatedAsync("-p:AzureStorageProvider=Microsoft"));
        var (own, microsoft) = (all[0], all[1]);

        Assert.Equal(["Azure.Storage.Blobs"], own.References.Except(microsoft.References));
        Assert.Equal(["Microsoft.Orleans.Persistence.AzureStorage"], microsoft.References.Except(own.References));
        Assert.Empty(microsoft.Sources.Except(own.Sources));
        var ours = Directory.GetFiles(Path.Combine(Programs.Root, "src", "Silo", "Storage", "Azure"), "*.cs").Select(file => $"Storage/Azure/{Path.GetFileName(file)}");
        Assert.Equal(ours.Order(StringComparer.Ordinal), own.Sources.Except(microsoft.Sources).Order(StringComparer.Ordinal));
        Assert.NotEmpty(microsoft.Sources);
    }

    private static async Task<(string[] References, string[] Sources)> EvaluatedAsync(params string[] properties)
    {
        Programs.Need("dotnet", "the .NET SDK");
        var start = new ProcessStartInfo("dotnet", ["msbuild", "src/Silo/Silo.csproj", "-getItem:PackageReference", "-getItem:Compile", .. properties])
        {
            WorkingDirectory = Programs.Root,
            RedirectStandardOutput = true,
        };
        // Under dotnet test these would point the new process at the old one's SDK.
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(inherited);
        }

        using var build = Process.Start(start)!;
        var said = await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(build.ExitCode == 0, said);
        using var items = JsonDocument.Parse(said);
        return (Named("PackageReference"), Named("Compile"));

        string[] Named(string item) => [.. items.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray().Select(x => x.GetProperty("Identity").GetString()!.Replace('\\', '/'))];
    }
}
