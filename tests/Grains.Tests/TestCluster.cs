using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Grains.Budgets;
using Assize.Grains.Models;
using Assize.Grains.Monitors;
using Assize.Grains.Notifications;
using Assize.Grains.Runs;
using Assize.Grains.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Assize.Grains.Tests;

/// <summary>Two silos in this process, memory for storage, and a model that does what a test tells it to.</summary>
public sealed class TwoSilos : IAsyncLifetime
{
    private Orleans.TestingHost.TestCluster? cluster;

    internal static ScriptedModel Model { get; } = new();

    internal static ScriptedChannels Channels { get; } = new();

    /// <summary>Calls between grains that get lost, as with the silo that made them.</summary>
    internal static Func<IIncomingGrainCallContext, bool>? Lost { get; set; }

    public IGrainFactory Grains => cluster!.Client;

    /// <summary>Orleans' own grain, by which activations are collected at once.</summary>
#pragma warning disable RS0030 // not an address of Assize's
    public IManagementGrain Management => cluster!.Client.GetGrain<IManagementGrain>(0);
#pragma warning restore RS0030

    /// <summary>Whether a grain has something in the store, be it in memory or not.</summary>
    internal async Task<bool> Keeps<T>(string name, IGrain grain)
        where T : class
    {
        var found = new GrainState<Kept<T>>(new Kept<T>());
        await cluster!.Silos.Cast<InProcessSiloHandle>().First().SiloHost.Services.GetRequiredKeyedService<IGrainStorage>("Default").ReadStateAsync(name, grain.GetGrainId(), found);
        return found.RecordExists;
    }

    /// <summary>Lets the limiter forget what earlier tests' complaints have taught it about the model.</summary>
    public async Task ForgetLimits()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        do
        {
            await Management.ForceActivationCollection(TimeSpan.Zero);
            await often.WaitForNextTickAsync(deadline.Token);
        }
        while ((await Management.GetSimpleGrainStatistics()).Any(grains => grains.GrainType.Contains("EndpointGrain", StringComparison.Ordinal) && grains.ActivationCount > 0));
    }

    /// <summary>Has the monitors of all silos tell what they have spent, as they do once a minute.</summary>
    public Task TellSpending() => Task.WhenAll(cluster!.Silos.Cast<InProcessSiloHandle>().Select(silo => silo.SiloHost.Services.GetRequiredService<MonitorMoney>().Tell(last: false)));

    public async ValueTask InitializeAsync()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Silo>();
        builder.AddClientBuilderConfigurator<Client>();
        cluster = builder.Build();
        await cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // A silo waits for the calls it has in flight, and this model's may wait for a gate.
        Model.Reset();
        await cluster!.StopAllSilosAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await cluster.DisposeAsync();
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.AddMemoryGrainStorage("memory");
            siloBuilder.Services.AddKeyedSingleton<IGrainStorage>("Default", (services, _) => new FaultyStorage(services.GetRequiredKeyedService<IGrainStorage>("memory")));
            siloBuilder.Services.AddSingleton(services => services.GetRequiredKeyedService<IGrainStorage>("Default"));
            siloBuilder.AddGrains();
            siloBuilder.AddIncomingGrainCallFilter(call => Lost?.Invoke(call) is true ? throw new TimeoutException("the call was lost") : call.Invoke());
            siloBuilder.UseInMemoryReminderService();
            siloBuilder.Services.AddSingleton(TimeProvider.System);
            siloBuilder.Services.AddSingleton(new RunOptions { ShardsAtOnce = 4, CasesAtOnce = 8, SaveEvery = TimeSpan.FromMilliseconds(20), TendEvery = TimeSpan.FromMilliseconds(200) });
            siloBuilder.Services.AddSingleton(new RetentionOptions());
            siloBuilder.Services.AddSingleton(new MonitorOptions { SegmentsAtOnce = 2, MostPending = 3, TendEvery = TimeSpan.FromMilliseconds(200) });
            siloBuilder.Services.AddSingleton(new InstallationSecret(new byte[32]));
            siloBuilder.Services.AddSingleton<IModels>(Model);
            siloBuilder.Services.AddSingleton<IChannels>(Channels);
            siloBuilder.Services.AddSingleton(new TenantBudgets(Some.Budgets));
        }
    }

    private sealed class Client : IClientBuilderConfigurator
    {
        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder)
        {
            clientBuilder.Services.AddWire();
            // As between silos: who cancels hears what became of the call.
            clientBuilder.Services.Configure<ClientMessagingOptions>(messaging => messaging.WaitForCancellationAcknowledgement = true);
        }
    }
}

[CollectionDefinition(nameof(TwoSilos))]
public sealed class TwoSilosTests : ICollectionFixture<TwoSilos>;
