using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Candidates;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Microsoft.Extensions.DependencyInjection;

namespace Assize.Grains.Tests;

/// <summary>Values that a test does not care about.</summary>
internal static class Some
{
    public static readonly TenantName Tenant = TenantName.Default;

    /// <summary>A tenant with a budget.</summary>
    public static readonly TenantName Thrifty = new("thrifty");

    /// <summary>What tenants may spend.</summary>
    public static readonly ImmutableDictionary<TenantName, Budget> Budgets = ImmutableDictionary.CreateRange<TenantName, Budget>(
    [
        new(Thrifty, new Budget { Amount = 0.03m }),
        new(new("watched"), new Budget { Amount = 0.02m }),
        new(new("insistent"), new Budget { Amount = 0.005m, MonitorsGoOn = true }),
        new(new("anchored"), new Budget { Amount = 0.02m }),
        new(new("surprised"), new Budget { Amount = 0.04m }),
        new(new("moving"), new Budget { Amount = 1 }),
    ]);

    public static readonly Telemetry Telemetry = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>(), TwoSilos.Model);

    /// <summary>A run of one shard.</summary>
    public static RunSpec Spec => new()
    {
        Run = new("run"), Tenant = Tenant, Seed = 1, Models = ModelCards.None, Program = "test", Started = DateTimeOffset.UnixEpoch,
        Suite = new SuiteContents
        {
            Version = new("version"), Definition = Definition("suite"), Cases = 1, Created = DateTimeOffset.UnixEpoch, Plan = new CasePlan("upload", [1]),
        },
    };

    public static SuiteDefinition Definition(string name) => new()
    {
        Name = new(name),
        Candidates = [new RecordedCandidate { Name = new("recorded") }],
        Judges =
        [
            new ScoreJudge
            {
                Name = new("judge"), Model = new("scripted"),
                Asked = [new Criterion { Name = new("quality"), Question = "Is it good?", Scale = new Scale(1, 5) }],
            },
        ],
    };

    public static Exhibit Exhibit(string suite, int i)
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        return new Exhibit
        {
            Case = new Case { Id = new($"case-{number}"), Turns = [new Turn { Messages = [new Message(Role.User, $"Question {number}. of {suite}")] }] },
            Recorded = ImmutableSortedDictionary.Create<CandidateName, ImmutableArray<string>>(NameOrder<CandidateName>.Ordinal)
                .Add(new("recorded"), [$"Answer {number}. of {suite}"]),
        };
    }

    /// <summary>Stores a suite of so many cases over a few partitions.</summary>
    public static async Task<SuiteContents> Stored(IGrainFactory grains, string name, int cases, SuiteDefinition? definition = null, TenantName? tenant = null)
    {
        const int Partitions = 6;
        var upload = $"upload-{name}";
        var parts = Enumerable.Range(0, cases).Select(i => Exhibit(name, i)).ToLookup(exhibit => CasePlan.PartitionOf(exhibit.Case.ClusterKey(), Partitions));
        foreach (var part in parts)
        {
            await grains.Chunk(upload, part.Key, 0).Put(new Chunk([.. part]));
        }

        return await grains.Suite(tenant ?? Tenant, new(name)).Commit(new SuiteContents
        {
            Version = new($"version-of-{name}"),
            Definition = definition ?? Definition(name),
            Cases = cases,
            Created = DateTimeOffset.UnixEpoch,
            Plan = new CasePlan(upload, [.. Enumerable.Range(0, Partitions).Select(partition => parts.Contains(partition) ? 1 : 0)]),
        });
    }

    public static Suites.StartRun Request(SuiteContents suite, string run, string? requestId = null) => new()
    {
        RequestId = requestId ?? run,
        Run = new(run),
        Version = suite.Version,
        Models = new ModelCards([TwoSilos.Model.Card]),
        Program = "test",
        At = DateTimeOffset.UnixEpoch,
    };

    /// <summary>Starts a run and waits for its report.</summary>
    public static async Task<Report> Reported(IGrainFactory grains, SuiteContents suite, string run, CancellationToken cancellation)
    {
        await grains.Suite(Tenant, suite.Definition.Name).Start(Request(suite, run));
        return await Ended(grains, run, cancellation);
    }

    public static async Task<Report> Ended(IGrainFactory grains, string run, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (true)
        {
            var report = (await grains.Run(new(run)).Progress()).Report;
            if (report.Status is not RunStatus.Running)
            {
                return report;
            }

            await often.WaitForNextTickAsync(deadline.Token);
        }
    }
}
