using System.CommandLine;
using Assize.Cli.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Assize.Cli.Commands;

/// <summary><c>assize up</c>: silo and gateway, for others to use, until it is told to stop.</summary>
internal static class UpCommand
{
    public const string Name = "up";

    public static Command Make()
    {
        var command = new Command(Name, "Serve a cluster: silo and gateway in one process").With(ClusterSettings.Data, ClusterSettings.Config);
        command.SetAction((parsed, cancellation) => Errors.Guard(async () =>
        {
            await using var app = LocalCluster.Serving(ClusterSettings.Cluster(parsed, resume: true));
            await app.StartAsync(cancellation);
            var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
            Console.Out.WriteLine($"Assize serves at {string.Join(" and ", addresses)}");
            await app.WaitForShutdownAsync(cancellation);
            return ExitCode.Done;
        }));
        return command;
    }
}
