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

namespace Assize.Grains;

/// <summary>The only place that knows how a grain is addressed. A part of a key that came from a user is escaped, so that no name reaches into another's place.</summary>
public static class Addresses
{
#pragma warning disable RS0030 // this file is the one that makes addresses
    public static ITenantGrain Tenant(this IGrainFactory grains, TenantName tenant) =>
        grains.GetGrain<ITenantGrain>(Escaped(tenant.Value));

    public static ISuiteGrain Suite(this IGrainFactory grains, TenantName tenant, SuiteName suite) =>
        grains.GetGrain<ISuiteGrain>($"{Escaped(tenant.Value)}/{Escaped(suite.Value)}");

    public static IRunPageGrain RunPage(this IGrainFactory grains, TenantName tenant, SuiteName suite, int page) =>
        grains.GetGrain<IRunPageGrain>(string.Create(CultureInfo.InvariantCulture, $"{Escaped(tenant.Value)}/{Escaped(suite.Value)}/{page}"));

    /// <summary>A caller's id of a request is any text, and may be too long for a key when it is escaped.</summary>
    public static IRequestGrain Request(this IGrainFactory grains, TenantName tenant, SuiteName suite, string request) =>
        grains.GetGrain<IRequestGrain>($"{Escaped(tenant.Value)}/{Escaped(suite.Value)}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}");

    public static IOpenRunsGrain OpenRuns(this IGrainFactory grains, TenantName tenant, int part) =>
        grains.GetGrain<IOpenRunsGrain>(string.Create(CultureInfo.InvariantCulture, $"{Escaped(tenant.Value)}/{part}"));

    public static IChunkGrain Chunk(this IGrainFactory grains, string upload, int partition, int segment) =>
        grains.GetGrain<IChunkGrain>(string.Create(CultureInfo.InvariantCulture, $"{upload}/{partition}/{segment}"));

    public static IUploadGrain Upload(this IGrainFactory grains, TenantName tenant, string upload) =>
        grains.GetGrain<IUploadGrain>($"{Escaped(tenant.Value)}/{Escaped(upload)}");

    public static IRunGrain Run(this IGrainFactory grains, RunId run) =>
        grains.GetGrain<IRunGrain>(Escaped(run.Value));

    public static IRemovalGrain Removal(this IGrainFactory grains, RunId run) =>
        grains.GetGrain<IRemovalGrain>(Escaped(run.Value));

    public static IShardGrain Shard(this IGrainFactory grains, RunId run, int shard) =>
        grains.GetGrain<IShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{Escaped(run.Value)}/{shard}"));

    public static ICompletionGrain Completion(this IGrainFactory grains, CompletionKey key) =>
        grains.GetGrain<ICompletionGrain>(key.Value);

    public static IJudgeWorkerGrain JudgeWorker(this IGrainFactory grains, ModelName model) =>
        grains.GetGrain<IJudgeWorkerGrain>(Escaped(model.Value));

    public static IEndpointGrain Endpoint(this IGrainFactory grains, ModelName model) =>
        grains.GetGrain<IEndpointGrain>(Escaped(model.Value));

    public static IPurseGrain Purse(this IGrainFactory grains, PurseName purse) =>
        grains.GetGrain<IPurseGrain>(Escaped(purse.Value));

    public static IAllowanceGrain Allowance(this IGrainFactory grains, RunId run) =>
        grains.GetGrain<IAllowanceGrain>(Escaped(run.Value));

    public static IModelsGrain Models(this IGrainFactory grains) =>
        grains.GetGrain<IModelsGrain>("declared");

    public static IMonitorGrain Monitor(this IGrainFactory grains, TenantName tenant, MonitorName monitor) =>
        grains.GetGrain<IMonitorGrain>($"{Escaped(tenant.Value)}/{Escaped(monitor.Value)}");

    public static IMonitorsGrain Monitors(this IGrainFactory grains, TenantName tenant) =>
        grains.GetGrain<IMonitorsGrain>(Escaped(tenant.Value));

    public static IChannelsGrain Channels(this IGrainFactory grains) =>
        grains.GetGrain<IChannelsGrain>("declared");

    public static ISegmentGrain Segment(this IGrainFactory grains, TenantName tenant, MonitorName monitor, long number) =>
        grains.GetGrain<ISegmentGrain>(string.Create(CultureInfo.InvariantCulture, $"{Escaped(tenant.Value)}/{Escaped(monitor.Value)}/{number}"));

    public static IPseudonymsGrain Pseudonyms(this IGrainFactory grains, TenantName tenant) =>
        grains.GetGrain<IPseudonymsGrain>(Escaped(tenant.Value));

    public static IConversationGrain Conversation(this IGrainFactory grains, TenantName tenant, MonitorName monitor, long number) =>
        grains.GetGrain<IConversationGrain>(string.Create(CultureInfo.InvariantCulture, $"{Escaped(tenant.Value)}/{Escaped(monitor.Value)}/{number}"));
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
}
