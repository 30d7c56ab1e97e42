using System.Globalization;

namespace Assize.Servers;

/// <summary>Debian's <c>redis-server</c> with an append-only file, so that it comes back with what it knew.</summary>
public sealed class RedisServer : ServerProcess
{
    public string ConnectionString => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    protected override (string Program, string[] Arguments) Command => ("redis-server",
    [
        "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", Folder,
        "--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction",
    ]);

    /// <summary>A running server; the test is skipped where there is none to run.</summary>
    public static async Task<RedisServer> Started(CancellationToken cancellation)
    {
        Programs.Need("redis-server", "Debian's package redis-server (test.sh installs it when it may)");
        var server = new RedisServer();
        await server.Start(cancellation);
        return server;
    }
}
