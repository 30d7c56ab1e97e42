using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains;
using Assize.Grains.Suites;
using Assize.Silo.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Assize.Silo.Tests;

public sealed class IdleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsIdleIsLetGoAfterTheConfiguredTime()
    {
        using var folder = new TemporaryFolder();
        using var silo = ConfiguredSilo.Whole(
            folder.Path,
            ("ProviderType", "Sqlite"), ("Orleans:Reminders:ProviderType", "Memory"), ("GrainCollection:CollectionAge", "00:00:03"), ("GrainCollection:CollectionQuantum", "00:00:01"));
        await silo.StartAsync(Token);
        var grains = silo.Services.GetRequiredService<IGrainFactory>();
#pragma warning disable RS0030 // a grain of the runtime, which no address of this program names
        var management = grains.GetGrain<IManagementGrain>(0);
#pragma warning restore RS0030
        await grains.Chunk("idle", 0, 0).Put(new Chunk([new Exhibit
        {
            Case = new Case { Id = new("case"), Turns = [new Turn { Messages = [new Message(Role.User, "Is it so?")], References = ["It is so."] }] },
            Recorded = ImmutableSortedDictionary.Create<CandidateName, ImmutableArray<string>>(NameOrder<CandidateName>.Ordinal).Add(new("recorded"), ["It is so."]),
        }]));
        var suite = await grains.Suite(TenantName.Default, new("idle")).Commit(new SuiteContents
        {
            Version = new("v"),
            Definition = new SuiteDefinition { Name = new("idle"), Candidates = [new RecordedCandidate { Name = new("recorded") }], Judges = [new ExactJudge { Name = new("exact") }] },
            Cases = 1, Created = DateTimeOffset.UnixEpoch, Plan = new CasePlan("idle", [1]),
        });
        var entry = await grains.Suite(TenantName.Default, new("idle")).Start(new StartRun
        {
            RequestId = "idle", Run = new("idle-run"), Version = suite.Version, Models = new Evaluation.Models.ModelCards([]), Program = "test", At = TimeProvider.System.GetUtcNow(),
        });
        await Until(async () => (await grains.Run(entry.Run).Progress()).Report.Status is RunStatus.Completed);
        // On a busy machine three seconds may pass between a call and the look at what is in memory.
        await Until(async () =>
        {
            _ = await grains.Shard(entry.Run, 0).Records();
            _ = await grains.Run(entry.Run).Progress();
            return await Active(management) is var active && active.Contains("run") && active.Contains("shard");
        });

        await Until(async () => (await Active(management)).Length == 0);

        Assert.Equal(1, (await grains.Run(entry.Run).Progress()).Report.CasesDone);
        await silo.StopAsync(Token);
    }

    /// <summary>The kinds of this program's grains that are in memory, but for the one that knows the models.</summary>
    private static async Task<string[]> Active(IManagementGrain management) =>
    [
        .. (await management.GetDetailedGrainStatistics()).Select(one => one.GrainId.Type.ToString()!)
            .Where(type => type is "tenant" or "suite" or "run" or "shard" or "chunk" or "run-page" or "request" or "open-runs" or "completion" or "removal").Distinct(),
    ];

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!await condition())
        {
            await often.WaitForNextTickAsync(deadline.Token);
        }
    }
}
