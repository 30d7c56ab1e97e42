using System.Globalization;
using System.Text.Json;
using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Assize.Grains.Suites;

namespace Assize.Grains.Tests;

[Collection(nameof(TwoSilos))]
public sealed class RunPagesTests(TwoSilos silos)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void TenThousandRunsMakeNoStateLarge()
    {
        var suite = new SuiteContents
        {
            Version = new("v"), Definition = Some.Definition("large"), Cases = 1_000_000, Created = DateTimeOffset.UnixEpoch, Plan = new CasePlan("u", [.. Enumerable.Repeat(1, CasePlan.MostPartitions)]),
        };
        var ledger = new SuiteLedger(new SuiteRecord(new("large"), [suite]), []);
        var empty = Size(ledger);
        var page = RunPage.Empty;
        for (var i = 0; i < 10_000; i++)
        {
            var entry = new RunEntry(new(Id(i)), Id(i), new RunSpecParts(new("v"), 1, new Evaluation.Models.ModelCards([TwoSilos.Model.Card]), "test", DateTimeOffset.UnixEpoch, System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty));
            if (ledger.Pages.IsEmpty || page.IsFull)
            {
                ledger = ledger.WithPage(entry.Run);
                page = RunPage.Empty;
            }

            page = page.With(entry);
        }

        Assert.Equal(10_000 / RunPage.Most + 1, ledger.Pages.Length);
        Assert.InRange(Size(ledger) - empty, 1, 16_000);
        Assert.InRange(Size(page), 1, 64_000);

        // The likeliest page is the right one.
        Assert.Equal(7_777 / RunPage.Most, ledger.Likely(new(Id(7_777))).First());
    }

    [Fact]
    public async Task RunsOverManyPagesAreListedNewestFirstPageByPage()
    {
        TwoSilos.Model.Reset();
        TwoSilos.Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        const int Runs = 2 * RunPage.Most + 10;
        var suite = await Some.Stored(silos.Grains, "many-pages", 1);
        var grain = silos.Grains.Suite(Some.Tenant, suite.Definition.Name);
        await Task.WhenAll(Enumerable.Range(0, Runs).Select(i => grain.Start(Some.Request(suite, Id(i)))));
        await Task.WhenAll(Enumerable.Range(0, Runs).Select(i => Some.Ended(silos.Grains, Id(i), Cancellation)));

        var listed = new List<RunId>();
        for (RunId? before = null; ;)
        {
            var page = (await grain.Runs(before, 40)).Runs;
            listed.AddRange(page);
            if (page.Length < 40)
            {
                break;
            }

            before = page[^1];
        }

        Assert.Equal(Enumerable.Range(0, Runs).Select(i => new RunId(Id(Runs - 1 - i))), listed);
        Assert.Empty((await silos.Grains.Tenant(Some.Tenant).Open()).Runs);
        Assert.Equal(1, TwoSilos.Model.Calls);
    }

    [Fact]
    public async Task ARunThatIsStartedAgainUnderItsOwnIdIsFoundOnWhateverPageItStands()
    {
        TwoSilos.Model.Reset();
        TwoSilos.Model.Answer = (prompt, _) => ScriptedModel.Judges(prompt, 4);
        var suite = await Some.Stored(silos.Grains, "page-turned", 1);
        var grain = silos.Grains.Suite(Some.Tenant, suite.Definition.Name);
        var first = new RunId(Turned(0));
        for (var i = 0; i <= RunPage.Most; i++)
        {
            await grain.Start(Some.Request(suite, Turned(i)));
        }

        await Task.WhenAll(Enumerable.Range(0, RunPage.Most + 1).Select(i => Some.Ended(silos.Grains, Turned(i), Cancellation)));
        var again = await grain.Start(Some.Request(suite, Turned(0)) with { At = DateTimeOffset.UnixEpoch.AddDays(1) });

        Assert.Equal(DateTimeOffset.UnixEpoch, again.Parts.Started);
        Assert.Single((await grain.Runs(null, 100)).Runs, first);
        Assert.Equal(RemovalAnswer.Begun, await grain.Remove(first));
        await Waiting.Until(async () => (await silos.Grains.Tenant(Some.Tenant).Open()).Runs.All(open => open.Run != first));
        Assert.DoesNotContain(first, (await grain.Runs(null, 100)).Runs);

        static string Turned(int i) => $"01m86{i.ToString("000000000000000000000", CultureInfo.InvariantCulture)}";
    }

    private static string Id(int i) => $"01m85{i.ToString("000000000000000000000", CultureInfo.InvariantCulture)}";

    private static int Size<T>(T state)
        where T : class => JsonSerializer.SerializeToUtf8Bytes(new Kept<T> { Value = state }, Wire.Json).Length;
}
