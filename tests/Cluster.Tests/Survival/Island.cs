using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Assize.Cluster.Tests.Survival;

/// <summary>
/// A machine of its own for one silo, made of a network namespace, whose network can be cut: from everything, or from the other silos alone.
/// Nothing is refused while it is cut; packets are lost, as on a broken switch.
/// </summary>
internal sealed class Island : IAsyncDisposable
{
    /// <summary>Where the silos on the mainland are.</summary>
    public const string Mainland = "10.213.0.1";

    /// <summary>Where the silo on the island is.</summary>
    public const string Shore = "10.213.0.2";

    /// <summary>Where the island finds Redis, the store and the model.</summary>
    private const string Pier = "10.213.1.1";

    private readonly string name = string.Create(CultureInfo.InvariantCulture, $"as{Environment.ProcessId}");
    private readonly CancellationTokenSource closing = new();
    private readonly List<TcpListener> ferries = [];

    private Island()
    {
    }

    /// <summary>The namespace's name.</summary>
    public string Name => name;

    private string Cable => $"{name}v";

    /// <summary>An island; the test is skipped where the machine does not let anybody make one.</summary>
    public static async Task<Island> Raise(CancellationToken cancellation)
    {
        var island = new Island();
        try
        {
            await Ip(cancellation, "netns", "add", island.name);
            await Ip(cancellation, "link", "add", island.Cable, "type", "veth", "peer", "name", "eth0", "netns", island.name);
            await Ip(cancellation, "addr", "add", $"{Mainland}/24", "dev", island.Cable);
            await Ip(cancellation, "addr", "add", $"{Pier}/32", "dev", island.Cable);
            await Ip(cancellation, "link", "set", island.Cable, "up");
            await island.There(cancellation, "addr", "add", $"{Shore}/24", "dev", "eth0");
            await island.There(cancellation, "link", "set", "lo", "up");
            await island.There(cancellation, "link", "set", "eth0", "up");
            await island.There(cancellation, "route", "add", $"{Pier}/32", "dev", "eth0");
            return island;
        }
        catch (Exception impossible) when (impossible is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            await island.DisposeAsync();
            Assert.Skip($"network namespaces cannot be made here (root and Debian's package iproute2 make them): {impossible.Message}");
            throw;
        }
    }

    /// <summary>Where the island finds what listens on a loopback port of the mainland.</summary>
    public string Ferry(int port)
    {
        var listener = new TcpListener(IPAddress.Parse(Pier), 0);
        listener.Start();
        ferries.Add(listener);
        _ = Accept(listener, port);
        return string.Create(CultureInfo.InvariantCulture, $"{Pier}:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    /// <summary>Pulls the cable.</summary>
    public Task CutOff(CancellationToken cancellation) => Ip(cancellation, "link", "set", Cable, "down");

    /// <summary>Plugs the cable in again, and finds the other silos again.</summary>
    public async Task Join(CancellationToken cancellation)
    {
        await Ip(cancellation, "link", "set", Cable, "up");
        await There(cancellation, "neigh", "flush", "all", "nud", "permanent");
    }

    /// <summary>Loses every packet to the other silos; Redis, the store and the model are reached as before.</summary>
    public Task LoseSilos(CancellationToken cancellation) => There(cancellation, "neigh", "replace", Mainland, "lladdr", "02:00:00:00:00:99", "dev", "eth0", "nud", "permanent");

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        ferries.ForEach(ferry => ferry.Dispose());
        foreach (var left in new[] { new[] { "link", "del", Cable }, ["netns", "del", name] })
        {
            try
            {
                await Ip(CancellationToken.None, left);
            }
            catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It was never made, or went with the other one.
                continue;
            }
        }

        closing.Dispose();
    }

    private async Task Accept(TcpListener listener, int port)
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                _ = Carry(await listener.AcceptTcpClientAsync(closing.Token), port);
            }
            catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task Carry(TcpClient from, int port)
    {
        try
        {
            using var here = from;
            using var there = new TcpClient { NoDelay = true };
            here.NoDelay = true;
            await there.ConnectAsync(IPAddress.Loopback, port, closing.Token);
            await Task.WhenAny(here.GetStream().CopyToAsync(there.GetStream(), closing.Token), there.GetStream().CopyToAsync(here.GetStream(), closing.Token));
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either end went away; both connections go.
            return;
        }
    }

    private Task There(CancellationToken cancellation, params string[] arguments) => Ip(cancellation, ["-n", name, .. arguments]);

    private static async Task Ip(CancellationToken cancellation, params string[] arguments)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = await ip.StandardError.ReadToEndAsync(cancellation);
        await ip.WaitForExitAsync(cancellation);
        if (ip.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {said.Trim()}");
        }
    }
}
