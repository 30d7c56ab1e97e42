using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Monitors;
using Assize.Grains.Budgets;
using Assize.Grains.Models;
using Assize.Grains.Monitors;
using Assize.Grains.Notifications;
using Assize.Grains.Runs;
using Assize.Grains.Suites;
using Assize.Grains.Tenants;
using Assize.Grains.Traffic;
using Orleans.Runtime;

namespace Assize.Grains;

/// <summary>The only place that knows how a grain is addressed. A part of a key that came from a user is escaped, so that no name reaches into another's place.</summary>
public static class Addresses
{
#pragma warning disable RS0030 // this file is the one that makes addresses
    public static ITenantGrain Tenant(this IGrainFactory grains, TenantName tenant) =>
        Of<ITenantGrain>(grains, Escaped(tenant.Value));

    public static ISuiteGrain Suite(this IGrainFactory grains, TenantName tenant, SuiteName suite) =>
        Of<ISuiteGrain>(grains, $"{Escaped(tenant.Value)}/{Escaped(suite.Value)}");

    public static IRunPageGrain RunPage(this IGrainFactory grains, TenantName tenant, SuiteName suite, int page) =>
        Of<IRunPageGrain>(grains, string.Create(CultureInfo.InvariantCulture, $"{Escaped(tenant.Value)}/{Escaped(suite.Value)}/{page}"));

    /// <summary>A caller's id of a request is any text, and may be too long for a key when it is escaped.</summary>
    public static IRequestGrain Request(this IGrainFactory grains, TenantName tenant, SuiteName suite, string request) =>
        Of<IRequestGrain>(grains, $"{Escaped(tenant.Value)}/{Escaped(suite.Value)}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}");

    public static IOpenRunsGrain OpenRuns(this IGrainFactory grains, TenantName tenant, int part) =>
        Of<IOpenRunsGrain>(grains, string.Create(CultureInfo.InvariantCulture, $"{Escaped(tenant.Value)}/{part}"));

    public static IChunkGrain Chunk(this IGrainFactory grains, string upload, int partition, int segment) =>
        Of<IChunkGrain>(grains, string.Create(CultureInfo.InvariantCulture, $"{upload}/{partition}/{segment}"));

    public static IUploadGrain Upload(this IGrainFactory grains, TenantName tenant, string upload) =>
        Of<IUploadGrain>(grains, $"{Escaped(tenant.Value)}/{Escaped(upload)}");

    public static IRunGrain Run(this IGrainFactory grains, RunId run) =>
        Of<IRunGrain>(grains, Escaped(run.Value));

    public static IRemovalGrain Removal(this IGrainFactory grains, RunId run) =>
        Of<IRemovalGrain>(grains, Escaped(run.Value));

    public static IShardGrain Shard(this IGrainFactory grains, RunId run, int shard) =>
        Of<IShardGrain>(grains, string.Create(CultureInfo.InvariantCulture, $"{Escaped(run.Value)}/{shard}"));

    public static ICompletionGrain Completion(this IGrainFactory grains, CompletionKey key) =>
        Of<ICompletionGrain>(grains, key.Value);

    public static IJudgeWorkerGrain JudgeWorker(this IGrainFactory grains, ModelName model) =>
        Of<IJudgeWorkerGrain>(grains, Escaped(model.Value));

    public static IEndpointGrain Endpoint(this IGrainFactory grains, ModelName model) =>
        Of<IEndpointGrain>(grains, Escaped(model.Value));

    public static IPurseGrain Purse(this IGrainFactory grains, PurseName purse) =>
        Of<IPurseGrain>(grains, Escaped(purse.Value));

    public static IAllowanceGrain Allowance(this IGrainFactory grains, RunId run) =>
        Of<IAllowanceGrain>(grains, Escaped(run.Value));

    public static IModelsGrain Models(this IGrainFactory grains) =>
        Of<IModelsGrain>(grains, "declared");

    public static IMonitorGrain Monitor(this IGrainFactory grains, TenantName tenant, MonitorName monitor) =>
        Of<IMonitorGrain>(grains, $"{Escaped(tenant.Value)}/{Escaped(monitor.Value)}");

    public static IMonitorsGrain Monitors(this IGrainFactory grains, TenantName tenant) =>
        Of<IMonitorsGrain>(grains, Escaped(tenant.Value));

    public static IChannelsGrain Channels(this IGrainFactory grains) =>
        Of<IChannelsGrain>(grains, "declared");

    public static ISegmentGrain Segment(this IGrainFactory grains, TenantName tenant, MonitorName monitor, long number) =>
        Of<ISegmentGrain>(grains, string.Create(CultureInfo.InvariantCulture, $"{Escaped(tenant.Value)}/{Escaped(monitor.Value)}/{number}"));

    public static IPseudonymsGrain Pseudonyms(this IGrainFactory grains, TenantName tenant) =>
        Of<IPseudonymsGrain>(grains, Escaped(tenant.Value));

    public static IConversationGrain Conversation(this IGrainFactory grains, TenantName tenant, MonitorName monitor, long number) =>
        Of<IConversationGrain>(grains, string.Create(CultureInfo.InvariantCulture, $"{Escaped(tenant.Value)}/{Escaped(monitor.Value)}/{number}"));

    private static T Of<T>(IGrainFactory grains, string key)
        where T : IGrainWithStringKey
    {
        if (Known<T>.Kind is { } kind)
        {
            return (T)grains.GetGrain(GrainId.Create(kind.Grain, key), kind.Interface);
        }

        var first = grains.GetGrain<T>(key);
        var reference = (GrainReference)(object)first;
        Known<T>.Kind = new Kind(reference.GrainId.Type, reference.InterfaceType);
        return first;
    }
#pragma warning restore RS0030

    /// <summary>The run and the shard that an address names.</summary>
    internal static (RunId Run, int Shard) ShardOf(string key)
    {
        var slash = key.LastIndexOf('/');
        return (new RunId(Uri.UnescapeDataString(key[..slash])), int.Parse(key.AsSpan(slash + 1), CultureInfo.InvariantCulture));
    }

    internal static ModelName ModelOf(string key) => new(Uri.UnescapeDataString(key));

    internal static PurseName PurseOf(string key) => new(Uri.UnescapeDataString(key));

    internal static TenantName TenantOf(string key) => new(Uri.UnescapeDataString(key.Split('/')[0]));

    internal static string UploadOf(string key) => Uri.UnescapeDataString(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..]);

    internal static MonitorName MonitorOf(string key) => new(Uri.UnescapeDataString(key.Split('/')[1]));

    private static string Escaped(string part) => Uri.EscapeDataString(part);

    /// <summary>What an interface and its grain are called. Orleans reads it from attributes at every call, which makes some 1.5 KB of garbage; it is the same in every cluster.</summary>
    private static class Known<T>
    {
        public static Kind? Kind { get; set; }
    }

    private sealed record Kind(GrainType Grain, GrainInterfaceType Interface);
}
