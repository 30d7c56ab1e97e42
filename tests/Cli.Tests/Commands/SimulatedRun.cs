using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Assize.Cli.Hosting;

namespace Assize.Cli.Tests.Commands;

/// <summary>The sample suite, judged once by the simulated model in a data folder of its own, and a cluster that serves a copy of that folder.</summary>
public sealed class SimulatedRun : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("assize-cli-").FullName;

    public string Data => Path.Combine(folder, "data");

    public string Page => Path.Combine(folder, "report.html");

    private Process? cluster;
    private string address = "";

    internal Ended First { get; private set; } = null!;

    internal JsonElement Report { get; private set; }

    public string Id => Report.GetProperty("run").GetString()!;

    public async ValueTask InitializeAsync()
    {
        First = await AssizeProgram.Run("run", AssizeProgram.SupportBot, "--simulate", "--data", Data, "--html", Page, "-o", "json");
        Assert.True(First.Code == 0, First.Error);
        Report = JsonElement.Parse(First.Out);
        await Serve(Path.Combine(folder, "served"), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
        {
            cluster.Kill();
            await cluster.WaitForExitAsync(CancellationToken.None);
            cluster.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A command to the cluster that serves; one with a data folder would have to start a cluster of its own.</summary>
    internal Task<Ended> Ask(params IEnumerable<string> arguments) => AssizeProgram.Run([.. arguments, "--address", address]);

    private async Task Serve(string copy, CancellationToken cancellation)
    {
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.EnumerateFiles(Data))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        cluster = AssizeProgram.Start(
            new Dictionary<string, string>
            {
                ["Kestrel__Endpoints__Grpc__Url"] = "http://127.0.0.1:0", ["Kestrel__Endpoints__Health__Url"] = "http://127.0.0.1:0",
                ["Orleans__Endpoints__SiloPort"] = Ports.Free().ToString(CultureInfo.InvariantCulture), ["Orleans__Endpoints__GatewayPort"] = Ports.Free().ToString(CultureInfo.InvariantCulture),
            },
            ["up", "--data", copy]);
        var errors = cluster.StandardError.ReadToEndAsync(cancellation);
        const string Serves = "Assize serves at ";
        while (address.Length == 0)
        {
            var line = await cluster.StandardOutput.ReadLineAsync(cancellation) ?? throw new InvalidOperationException($"assize up ended: {await errors}");
            address = line.StartsWith(Serves, StringComparison.Ordinal) ? line[Serves.Length..].Split(' ')[0] : "";
        }

        cluster.StandardOutput.Close();
    }
}

[CollectionDefinition(Name)]
public sealed class SharedRun : ICollectionFixture<SimulatedRun>
{
    public const string Name = "simulated run";
}
