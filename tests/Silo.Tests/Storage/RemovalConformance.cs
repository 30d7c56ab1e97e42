using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains;
using Assize.Grains.Runs;
using Assize.Grains.Suites;
using Assize.SimulatedModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Assize.Silo.Tests.Storage;

/// <summary>What is removed is gone from the store itself: after each removal the store's own list of keys is read.</summary>
public abstract class RemovalConformance : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private SimulatedModelServer? model;
    private IHost? silo;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected string Folder => folder.Path;

    /// <summary>The provider's section.</summary>
    protected abstract (string Key, string Value)[] Settings { get; }

    private SimulatedModelServer Model => model!;

    private IGrainFactory Grains => silo!.Services.GetRequiredService<IGrainFactory>();

    public virtual async ValueTask InitializeAsync() => model = await SimulatedModelServer.StartAsync(new SimulationOptions { LatencyMs = 30 }, 0, Token);

    public virtual async ValueTask DisposeAsync()
    {
        await Stop();
        await Model.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task NothingIsLeftOfRunsAndOfTheirSuite()
    {
        await Start();
        var suite = await Stored(4);
        await Run(suite, "first");
        var asked = Model.Stats.Requests;
        await Run(suite, "second");
        Assert.Equal(asked, Model.Stats.Requests);
        Assert.Equal(Cases, await Count("completion"));

        await Remove("first");
        Assert.Equal(Cases, await Count("completion"));
        Assert.Equal(1, await Count("run"));
        Assert.Equal(4, await Count("shard"));

        await Remove("second");
        Assert.Equal(["chunk", "suite", "tenant"], await Types());

        Assert.Equal(RemovalAnswer.Begun, await Grains.Suite(TenantName.Default, suite.Definition.Name).Leave());
        await Until(async () => await Grains.Suite(TenantName.Default, suite.Definition.Name).Leave() is RemovalAnswer.Absent);
        Assert.Equal(["tenant"], await Types());
    }

    [Fact]
    public async Task NothingIsLeftOfACancelledRunAlsoNotWhatItHadInFlight()
    {
        await Start();
        var suite = await Stored(4);
        await Grains.Suite(TenantName.Default, suite.Definition.Name).Start(Request(suite, "cancelled", TimeProvider.System.GetUtcNow()));
        await Until(() => Task.FromResult(Model.Stats.Requests >= 10));
        Assert.Equal(RunStatus.Cancelled, (await Grains.Run(new("cancelled")).Cancel()).Report.Status);

        await Remove("cancelled");

        Assert.Equal(["chunk", "suite", "tenant"], await Types());
    }

    /// <summary>Before its first shard the order itself is kept; after its last one the suite's note of it is what is left.</summary>
    [Theory]
    [InlineData(typeof(IShardGrain), nameof(IShardGrain.Remove), "removal")]
    [InlineData(typeof(ISuiteGrain), nameof(ISuiteGrain.Forget), "run-page")]
    public async Task ARemovalThatIsCutOffIsGoneOnWithByTheNextSilo(Type grain, string call, string left)
    {
        var lost = new LostCalls(grain, call);
        await Start(lost);
        var suite = await Stored(Cases);
        await Run(suite, "interrupted");
        Assert.Equal(RemovalAnswer.Begun, await Grains.Suite(TenantName.Default, suite.Definition.Name).Remove(new("interrupted")));
        await lost.First.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await Stop();
        Assert.Contains(left, await Types());

        await Start(("Runs:ResumeAtStart", "true"));

        await Until(async () => (await Types()).SequenceEqual(["chunk", "suite", "tenant"]));
    }

    [Fact]
    public async Task RunsExpireAndTheirRepliesLater()
    {
        await Start(("Retention:Runs", "30.00:00:00"), ("Retention:Completions", "60.00:00:00"));
        var suite = await Stored(4);
        var now = TimeProvider.System.GetUtcNow();
        await Run(suite, "young", now.AddDays(-29));
        await Grains.Tenant(TenantName.Default).Expire();
        Assert.NotNull(await Grains.Run(new("young")).Spec());
        await Remove("young");
        await Run(suite, "stripped", now.AddDays(-31));

        await Grains.Tenant(TenantName.Default).Expire();
        await Until(async () => await Count("run") == 0 && await Count("removal") == 0 && await Count("open-runs") == 0);
        Assert.Equal((Cases, 4), (await Count("completion"), await Count("shard")));
        var asked = Model.Stats.Requests;
        await Run(suite, "old", now.AddDays(-61));
        Assert.Equal(asked, Model.Stats.Requests);

        await Grains.Tenant(TenantName.Default).Expire();
        await Until(async () => await Count("run") == 0 && await Count("removal") == 0 && await Count("open-runs") == 0);
        Assert.Equal(Cases, await Count("completion"));
        await Remove("stripped");
        Assert.Equal(["chunk", "suite", "tenant"], await Types());
    }

    [Fact]
    public async Task AReplacedVersionGoesAfterItsTimeUnlessARunNeedsIt()
    {
        await Start(("Retention:Runs", "30.00:00:00"));
        var now = TimeProvider.System.GetUtcNow();
        var first = await Stored(5, "first", now.AddDays(-60));
        await Run(first, "of-the-first", now.AddDays(-1));
        await Stored(7, "second", now.AddDays(-50));
        await Stored(3, "third", now.AddDays(-31));
        await Stored(2, "fourth", now.AddDays(-29));

        await Grains.Tenant(TenantName.Default).Expire();
        await Until(async () => await Count("chunk") == 5 + 3 + 2);
        Assert.Equal(["first", "third", "fourth"], await Versions());

        await Remove("of-the-first");
        await Grains.Tenant(TenantName.Default).Expire();
        await Until(async () => await Count("chunk") == 3 + 2);
        Assert.Equal(["third", "fourth"], await Versions());

        // It comes back as a new one.
        await Stored(5, "first", now);
        Assert.Equal(["third", "fourth", "first"], await Versions());
        Assert.Equal(5 + 3 + 2, await Count("chunk"));
    }

    [Fact]
    public async Task AReplacedVersionWhoseRemovalIsCutOffIsGoneOnWithByTheNextSilo()
    {
        var lost = new LostCalls(typeof(IChunkGrain), nameof(IChunkGrain.Delete));
        await Start(lost, ("Retention:Runs", "30.00:00:00"));
        await Stored(5, "first", TimeProvider.System.GetUtcNow().AddDays(-60));
        await Stored(2, "second", TimeProvider.System.GetUtcNow().AddDays(-50));
        await Grains.Tenant(TenantName.Default).Expire();
        await lost.First.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await Stop();
        Assert.Equal(7, await Count("chunk"));

        await Start(("Retention:Runs", "30.00:00:00"));
        Assert.Equal(["second"], await Versions());
        await Grains.Tenant(TenantName.Default).Expire();
        await Until(async () => await Count("chunk") == 2);
    }

    private async Task<string[]> Versions() => [.. (await Grains.Suite(TenantName.Default, new("suite")).Get())!.Versions.Select(version => version.Version.Value)];

    /// <summary>The type of grain of every state in the store.</summary>
    protected abstract Task<IEnumerable<string>> KeysAsync();

    private const int Cases = 24;

    private async Task<int> Count(string type) => (await KeysAsync()).Count(one => one == type);

    private async Task<string[]> Types() => [.. (await KeysAsync()).Distinct().Order(StringComparer.Ordinal)];

    private Task Start(params (string Key, string Value)[] more) => Start(null, more);

    private async Task Start(LostCalls? lost, params (string Key, string Value)[] more)
    {
        silo = ConfiguredSilo.Whole(Folder, lost is null ? null : services => services.AddSingleton<IOutgoingGrainCallFilter>(lost),
        [
            .. Settings,
            ("Orleans:Reminders:ProviderType", "Memory"),
            ("Models:judge:Provider", "simulated"),
            ("Models:judge:Model", "simulated-1"),
            ("Models:judge:Endpoint", Model.BaseAddress.ToString()),
            ("Models:judge:Limits:Concurrency", "4"),
            .. more,
        ]);
        await silo.StartAsync(Token);
    }

    private async Task Stop()
    {
        if (silo is not null)
        {
            await silo.StopAsync(CancellationToken.None);
            silo.Dispose();
            silo = null;
        }
    }

    private async Task<SuiteContents> Stored(int partitions, string version = "version", DateTimeOffset? at = null)
    {
        var exhibits = Enumerable.Range(0, Cases).Select(i => new Exhibit
        {
            Case = new Case { Id = new($"case-{i.ToString(CultureInfo.InvariantCulture)}"), Turns = [new Turn { Messages = [new Message(Role.User, $"Question {i.ToString(CultureInfo.InvariantCulture)}?")] }] },
            Recorded = ImmutableSortedDictionary.Create<CandidateName, ImmutableArray<string>>(NameOrder<CandidateName>.Ordinal).Add(new("recorded"), [$"Answer {i.ToString(CultureInfo.InvariantCulture)}."]),
        }).ToArray();
        for (var partition = 0; partition < partitions; partition++)
        {
            // Dealt out, so that no partition is empty: where a case lies is nothing to a removal.
            await Grains.Chunk($"upload-{version}", partition, 0).Put(new Chunk([.. exhibits.Where((_, i) => i % partitions == partition)]));
        }

        return await Grains.Suite(TenantName.Default, new("suite")).Commit(new SuiteContents
        {
            Version = new(version),
            Definition = new SuiteDefinition
            {
                Name = new("suite"),
                Candidates = [new RecordedCandidate { Name = new("recorded") }],
                Judges = [new ScoreJudge { Name = new("judge"), Model = new("judge"), Asked = [new Criterion { Name = new("quality"), Question = "Is it good?", Scale = new Scale(1, 5) }] }],
            },
            Cases = Cases,
            Created = at ?? DateTimeOffset.UnixEpoch,
            Plan = new CasePlan($"upload-{version}", [.. Enumerable.Repeat(1, partitions)]),
        });
    }

    private StartRun Request(SuiteContents suite, string run, DateTimeOffset at) => new()
    {
        RequestId = $"request-{run}", Run = new(run), Version = suite.Version, Program = "test", At = at, Models = new([.. silo!.Services.GetRequiredService<Assize.Grains.Models.IModels>().Declared.Select(model => model.Card)]),
    };

    private Task Run(SuiteContents suite, string run) => Run(suite, run, TimeProvider.System.GetUtcNow());

    private async Task Run(SuiteContents suite, string run, DateTimeOffset at)
    {
        await Grains.Suite(TenantName.Default, suite.Definition.Name).Start(Request(suite, run, at));
        await Until(async () => (await Grains.Run(new(run)).Progress()).Report.Status is RunStatus.Completed);
        await Until(async () => (await Grains.Tenant(TenantName.Default).Open()).Runs.IsEmpty);
    }

    private async Task Remove(string run)
    {
        Assert.Equal(RemovalAnswer.Begun, await Grains.Suite(TenantName.Default, new("suite")).Remove(new(run)));
        await Until(async () => await Grains.Suite(TenantName.Default, new("suite")).Remove(new(run)) is RemovalAnswer.Absent && (await Grains.Tenant(TenantName.Default).Open()).Runs.IsEmpty);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (!await condition())
        {
            await often.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>Calls of one kind that never arrive, as if the silo had been lost before them.</summary>
    private sealed class LostCalls(Type grain, string call) : IOutgoingGrainCallFilter
    {
        private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task First => first.Task;

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.InterfaceMethod.DeclaringType != grain || context.MethodName != call)
            {
                return context.Invoke();
            }

            first.TrySetResult();
            throw new OperationCanceledException("The call was lost.");
        }
    }
}
