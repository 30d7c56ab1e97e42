using System.Globalization;
using Assize.Servers;
using Assize.SimulatedModel;

namespace Assize.Cluster.Tests.Survival;

/// <summary>Three silos and a gateway, each a process of its own, on Redis for membership and reminders and Azurite for state, judging with one simulated model.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    public const int Size = 3;

    /// <summary>Model calls at once, over all silos.</summary>
    public const int Concurrency = 32;

    /// <summary>What a silo may take to stop.</summary>
    public static readonly TimeSpan GraceTime = TimeSpan.FromSeconds(30);

    /// <summary>How long the storage service is away: longer than a client library retries by itself, and 20 s in the long form.</summary>
    public static readonly TimeSpan StorageOutage = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("ASSIZE_KILLS") is null ? 8 : 20);

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> settings;
    private int started;

    private SiloCluster(RedisServer redis, AzuriteServer azurite, FaultyProxy storage, SimulatedModelServer model, byte[] secret, Island? island)
    {
        (Redis, Azurite, Storage, Model) = (redis, azurite, storage, model);
        var secretFile = Path.Combine(folder.Path, "secret");
        File.WriteAllBytes(secretFile, secret);
        var id = $"test-{Guid.CreateVersion7():n}";
        Uri Seen(Uri address) => island is null ? address : new UriBuilder($"{address.Scheme}://{island.Ferry(address.Port)}") { Path = address.AbsolutePath }.Uri;
        var redisAt = island?.Ferry(redis.Port) ?? redis.ConnectionString;
        settings = new Dictionary<string, string>(AssizeProcess.ModelAt(Seen(model.BaseAddress), Concurrency))
        {
            ["Orleans__ClusterId"] = id,
            ["Orleans__ServiceId"] = id,
            ["Orleans__Clustering__ProviderType"] = "Redis",
            ["Orleans__Clustering__ConnectionString"] = redisAt,
            ["Orleans__Reminders__ProviderType"] = "Redis",
            ["Orleans__Reminders__ConnectionString"] = redisAt,
            ["Orleans__GrainStorage__Default__ProviderType"] = "AzureBlobStorage",
            ["Orleans__GrainStorage__Default__ConnectionString"] = AzuriteServer.ConnectionStringAt(Seen(storage.Address)),
            ["Orleans__GrainStorage__Default__ContainerName"] = id,
            ["Secret__File"] = secretFile,
            ["Shutdown__Timeout"] = GraceTime.ToString(),
            ["Traffic__KeepText"] = "true",
            ["Runs__ShardsAtOnce"] = "12",
            ["Runs__CasesAtOnce"] = "16",
            ["Orleans__Endpoints__AdvertisedIPAddress"] = island is null ? "127.0.0.1" : Island.Mainland,
        };
    }

    public RedisServer Redis { get; }

    public AzuriteServer Azurite { get; }

    /// <summary>What stands between the silos and Azurite.</summary>
    public FaultyProxy Storage { get; }

    public SimulatedModelServer Model { get; }

    public List<AssizeProcess> Silos { get; } = [];

    public AssizeProcess Gateway { get; private set; } = null!;

    public static async Task<SiloCluster> Start(
        RedisServer redis, AzuriteServer azurite, FaultyProxy storage, SimulatedModelServer model, byte[] secret, CancellationToken cancellation, Island? island = null)
    {
        var cluster = new SiloCluster(redis, azurite, storage, model, secret, island);
        try
        {
            await Task.WhenAll(cluster.Fill(cancellation), cluster.OpenGateway(cancellation));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts as many silos as are missing.</summary>
    public async Task Fill(CancellationToken cancellation)
    {
        foreach (var gone in Silos.Where(silo => silo.HasExited).ToArray())
        {
            Silos.Remove(gone);
            await gone.DisposeAsync();
        }

        Silos.AddRange(await Task.WhenAll(Enumerable.Range(0, Size - Silos.Count).Select(_ => NewSilo(cancellation))));
    }

    /// <summary>Puts a new silo in the place of each, one after the other, as a rolling update does.</summary>
    public async Task ReplaceAll(CancellationToken cancellation)
    {
        foreach (var old in Silos.ToArray())
        {
            Silos.Add(await NewSilo(cancellation));
            await old.Terminate(cancellation);
            Silos.Remove(old);
            await old.DisposeAsync();
        }
    }

    public Task<AssizeProcess> NewSilo(CancellationToken cancellation, Dictionary<string, string>? also = null) => NewProcess("silo", cancellation, also);

    /// <summary>Puts a silo on an island in place of one on the mainland.</summary>
    public async Task<AssizeProcess> Settle(Island island, CancellationToken cancellation)
    {
        var gone = Silos[0];
        Silos[0] = await NewProcess("silo", cancellation, new() { ["Orleans__Endpoints__AdvertisedIPAddress"] = Island.Shore }, island.Name);
        await gone.Terminate(cancellation);
        await gone.DisposeAsync();
        return Silos[0];
    }

    /// <summary>The gateway, started again if it is gone.</summary>
    public async Task OpenGateway(CancellationToken cancellation)
    {
        var gone = Gateway;
        Gateway = await NewProcess("gateway", cancellation);
        if (gone is not null)
        {
            await gone.DisposeAsync();
        }
    }

    /// <summary>The silo whose log says that it looks after the run; the last one that began to.</summary>
    public AssizeProcess HolderOf(string run) => Silos.Last(silo => silo.Said.Any(line => line.Contains($"Run {run} is looked after here", StringComparison.Ordinal)));

    /// <summary>The last lines of every process.</summary>
    public string WhatWasSaid() => string.Join('\n', Silos.Append(Gateway).SelectMany(process => process.Said.TakeLast(12).Select(line => $"{process.Id}: {line}")));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Silos.Append(Gateway).Where(process => process is not null))
        {
            await process.DisposeAsync();
        }

        folder.Dispose();
    }

    private Task<AssizeProcess> NewProcess(string role, CancellationToken cancellation, Dictionary<string, string>? also = null, string? machine = null)
    {
        var name = $"{role}-{Interlocked.Increment(ref started).ToString(CultureInfo.InvariantCulture)}";
        var data = Directory.CreateDirectory(Path.Combine(folder.Path, name)).FullName;
        var own = new Dictionary<string, string>(settings) { ["Role"] = role, ["Orleans__Name"] = name };
        foreach (var (key, value) in also ?? [])
        {
            own[key] = value;
        }

        return AssizeProcess.Start(data, own, cancellation, machine);
    }
}
