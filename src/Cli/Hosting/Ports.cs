using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Assize.Evaluation;
using Assize.Silo.Clustering;
using Microsoft.AspNetCore.Http;

namespace Assize.Cli.Hosting;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    /// <summary>A loopback port that nobody used a moment ago.</summary>
    public static int Free()
    {
        using var holder = Held(IPAddress.Loopback, 0);
        return ((IPEndPoint)holder.LocalEndPoint!).Port;
    }

    /// <summary>Says which of the configured ports others listen on, before anything is started. A silo would share its port with the other one, and get half of its messages.</summary>
    /// <exception cref="InfrastructureException">One of them is taken.</exception>
    public static void CheckFree(IConfiguration configuration, ProcessRole role)
    {
        string[] taken = [.. Wanted(configuration, role).Where(wanted => IsTaken(wanted.Address, wanted.Port)).Select(wanted => string.Create(CultureInfo.InvariantCulture, $"{wanted.Port} ({wanted.Setting})"))];
        if (taken.Length > 0)
        {
            throw new InfrastructureException(
                $"Another program listens on port {string.Join(" and ", taken)}.", "If it is another Assize, use it with --address or stop it; otherwise set other ports, as in Kestrel__Endpoints__Grpc__Url=http://127.0.0.1:7200.");
        }
    }

    private static IEnumerable<(IPAddress Address, int Port, string Setting)> Wanted(IConfiguration configuration, ProcessRole role)
    {
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren().Where(endpoint => role is not ProcessRole.Silo || endpoint.Key != "Grpc"))
        {
            if (endpoint["Url"] is { Length: > 0 } url && Bound(url, $"{endpoint.Path}:Url") is { IsUnixPipe: false } address)
            {
                yield return (Parsed(address.Host), address.Port, $"{endpoint.Path}:Url");
            }
        }

        if (role is not ProcessRole.Gateway)
        {
            var endpoints = configuration.GetSection("Orleans:Endpoints");
            foreach (var setting in new[] { "SiloPort", "GatewayPort" })
            {
                if (!ushort.TryParse(endpoints[setting] ?? "0", CultureInfo.InvariantCulture, out var port))
                {
                    throw new EvaluationException([new Mistake($"'{endpoints[setting]}' is no port.", "Write a number from 0 to 65535.") { Field = $"{endpoints.Path}:{setting}" }]);
                }

                yield return (Parsed(endpoints["AdvertisedIPAddress"]), port, $"{endpoints.Path}:{setting}");
            }
        }
    }

    private static BindingAddress Bound(string url, string setting)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new EvaluationException([new Mistake($"'{url}' is no address.", "Write it as in http://127.0.0.1:7100.") { Field = setting }]);
        }
    }

    private static IPAddress Parsed(string? host) => host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host?.Trim('[', ']'), out var address) ? address : IPAddress.Any;

    /// <summary>A port held without listening on it: who waits for this process to answer there must not be let in by a look.</summary>
    private static Socket Held(IPAddress address, int port)
    {
        var holder = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            holder.Bind(new IPEndPoint(address, port));
            return holder;
        }
        catch
        {
            holder.Dispose();
            throw;
        }
    }

    private static bool IsTaken(IPAddress address, int port)
    {
        if (port == 0)
        {
            return false;
        }

        try
        {
            using var holder = Held(address, port);
            return false;
        }
        catch (SocketException refused)
        {
            // Whatever else is wrong with it is told by whoever listens there.
            return refused.SocketErrorCode is SocketError.AddressAlreadyInUse;
        }
    }
}
