using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Assize.Grains.Suites;

namespace Assize.Grains.Tests;

[Collection(nameof(TwoSilos))]
public sealed class UploadTests(TwoSilos silos)
{
    private static readonly DateTimeOffset LongAgo = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(3);

    [Fact]
    public async Task AnUploadWhoseGatewayIsLostLeavesNothingInTheStore()
    {
        var upload = await Begun("lost");

        Assert.False(await upload.Look());
        Assert.True(await silos.Keeps<Chunk>("chunk", Piece("lost", 2)));
        Assert.True(await upload.Look());

        Assert.False(await silos.Keeps<Chunk>("chunk", Piece("lost", 0)));
        Assert.False(await silos.Keeps<Chunk>("chunk", Piece("lost", 2)));
        Assert.False(await silos.Keeps<Upload>("upload", upload));
        var late = await Assert.ThrowsAsync<EvaluationException>(() => upload.Note(new Upload(new("suite-lost"), [1, 0, 2], TimeProvider.System.GetUtcNow()), first: false));
        Assert.Contains("was silent for over an hour and was given up", Assert.Single(late.Mistakes).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUploadThatBecameAVersionStaysWhereNobodyEndedIt()
    {
        var upload = await Begun("became");
        await silos.Grains.Suite(Some.Tenant, new("suite-became")).Commit(new SuiteContents
        {
            Version = new("version-became"), Definition = Some.Definition("suite-became"), Cases = 2, Created = LongAgo, Plan = new CasePlan("became", [1, 0, 1]),
        });

        await upload.Look();
        Assert.True(await upload.Look());

        Assert.True(await silos.Keeps<Chunk>("chunk", Piece("became", 0)));
        Assert.False(await silos.Keeps<Upload>("upload", upload));
    }

    [Fact]
    public async Task AnUploadThatGoesOnAfterASleepIsNotGivenUp()
    {
        var upload = await Begun("slept");
        Assert.False(await upload.Look());
        await upload.Note(new Upload(new("suite-slept"), [1, 0, 2], LongAgo.AddHours(1)), first: false);

        Assert.False(await upload.Look());
        await upload.Note(new Upload(new("suite-slept"), [1, 1, 2], TimeProvider.System.GetUtcNow()), first: false);

        Assert.False(await upload.Look());
        Assert.False(await upload.Look());
        Assert.True(await silos.Keeps<Chunk>("chunk", Piece("slept", 0)));
        await upload.Discard();
        Assert.False(await silos.Keeps<Chunk>("chunk", Piece("slept", 0)));
    }

    private IChunkGrain Piece(string upload, int partition) => silos.Grains.Chunk(upload, partition, 0);

    /// <summary>An upload of which two pieces are stored, and nothing was heard since.</summary>
    private async Task<IUploadGrain> Begun(string name)
    {
        var upload = silos.Grains.Upload(Some.Tenant, name);
        await upload.Note(new Upload(new($"suite-{name}"), [1, 0, 1], LongAgo), first: true);
        await Piece(name, 0).Put(new Chunk([Some.Exhibit(name, 0)]));
        await Piece(name, 2).Put(new Chunk([Some.Exhibit(name, 1)]));
        return upload;
    }
}
