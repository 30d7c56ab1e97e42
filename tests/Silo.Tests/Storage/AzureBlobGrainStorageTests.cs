using Assize.Servers;
using Assize.Silo.Storage;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Assize.Silo.Tests.Storage;

public sealed class AzureBlobGrainStorageTests(AzureBlobGrainStorageTests.Azurite azurite) : DurableGrainStorageConformance, IClassFixture<AzureBlobGrainStorageTests.Azurite>
{
    protected override (string Key, string Value)[] Settings => azurite.Settings;

    private BlobContainerClient Container => new BlobServiceClient(azurite.Server.ConnectionString).GetBlobContainerClient("grainstate");

    [Fact]
    public async Task ABlobOfMicrosoftsProviderIsReadAndWrittenOn()
    {
        var storage = await OpenAsync();
        var blob = Container.GetBlobClient("run-run/r1.json");
        await blob.UploadAsync(BinaryData.FromString("""{"Text":"by hand","Numbers":[1,2]}"""), new BlobUploadOptions { HttpHeaders = new() { ContentType = "application/octet-stream" } }, Token);
        var id = GrainId.Create("run", "r1");
        var state = await ReadAsync(storage, id, "run");
        Assert.True(state.RecordExists);
        Assert.Equal("by hand", state.State.Text);
        Assert.Equal([1, 2], state.State.Numbers);
        Assert.Equal((await blob.GetPropertiesAsync(cancellationToken: Token)).Value.ETag.ToString(), state.ETag);
        state.State.Text = "written on";
        await storage.WriteStateAsync("run", id, state, Token);
        Assert.Equal("""{"Text":"written on","Numbers":[1,2]}""", (await blob.DownloadContentAsync(Token)).Value.Content.ToString());
    }

    [Fact]
    public async Task AStateIsTheBlobThatMicrosoftsProviderWouldWrite()
    {
        var storage = await OpenAsync();
        var state = Note.Of("text", 3);
        await storage.WriteStateAsync("run", GrainId.Create("run", "proj/a#b c%d"), state, Token);
        var blob = (await Container.GetBlobClient("run-run/proj/a#b c%d.json").DownloadContentAsync(Token)).Value;
        Assert.Equal("""{"Text":"text","Numbers":[3]}""", blob.Content.ToString());
        Assert.Equal("application/octet-stream", blob.Details.ContentType);
        Assert.Equal(blob.Details.ETag.ToString(), state.ETag);
        Assert.Empty(blob.Details.Metadata);
        Assert.Equal(BlobType.Block, blob.Details.BlobType);
    }

    [Fact]
    public async Task AnEmptyBlobIsNoRecordAndIsWrittenOverWithItsEtag()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        await Container.GetBlobClient($"note-{id}.json").UploadAsync(BinaryData.Empty, Token);
        var state = await ReadAsync(storage, id);
        Assert.False(state.RecordExists);
        Assert.NotNull(state.ETag);
        Assert.Equal("", state.State.Text);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, Note.Of("as if there were none")));
        state.State.Text = "again";
        await storage.WriteStateAsync("note", id, state);
        Assert.Equal("again", (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task AClearedStateLeavesNoBlob()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        var state = Note.Of("text");
        await storage.WriteStateAsync("note", id, state);
        await storage.ClearStateAsync("note", id, state);
        Assert.Null(state.ETag);
        Assert.False((await Container.GetBlobClient($"note-{id}.json").ExistsAsync(Token)).Value);
    }

    [Fact]
    public async Task AClearedStateLeavesAnEmptyBlobWhereThatIsAskedFor()
    {
        await OpenAsync();
        using var silo = ConfiguredSilo.Build([.. Settings, ("DeleteStateOnClear", "false")]);
        var storage = ConfiguredSilo.Storage(silo);
        var id = Some.Grain();
        var state = Note.Of("text");
        await storage.WriteStateAsync("note", id, state);
        await storage.ClearStateAsync("note", id, state);
        var blob = (await Container.GetBlobClient($"note-{id}.json").GetPropertiesAsync(cancellationToken: Token)).Value;
        Assert.Equal(0, blob.ContentLength);
        Assert.Equal(blob.ETag.ToString(), state.ETag);
        Assert.False(state.RecordExists);
        state.State.Text = "again";
        await storage.WriteStateAsync("note", id, state);
        Assert.Equal("again", (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task TheSerializerThatIsNamedIsTaken()
    {
        await OpenAsync();
        using var silo = ConfiguredSilo.Build(services => services.AddKeyedSingleton<IGrainStorageSerializer>("text", new TextOnly()), [.. Settings, ("SerializerKey", "text")]);
        var storage = ConfiguredSilo.Storage(silo);
        var id = Some.Grain();
        await storage.WriteStateAsync("note", id, Note.Of("only this"));
        Assert.Equal("only this", (await Container.GetBlobClient($"note-{id}.json").DownloadContentAsync(Token)).Value.Content.ToString());
        Assert.Equal("only this", (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task AContainerThatWasTakenAwayIsMadeAgainAtTheNextWrite()
    {
        await OpenAsync();
        using var silo = ConfiguredSilo.Build([.. Settings, ("ContainerName", "taken-away")]);
        var storage = ConfiguredSilo.Storage(silo);
        var id = Some.Grain();
        Assert.False((await ReadAsync(storage, id)).RecordExists);
        var state = Note.Of("text");
        await storage.WriteStateAsync("note", id, state);
        var container = new BlobServiceClient(azurite.Server.ConnectionString).GetBlobContainerClient("taken-away");
        await container.DeleteAsync(cancellationToken: Token);
        Assert.False((await ReadAsync(storage, id)).RecordExists);
        // What stood there is gone, and a silo that still remembers it is told so.
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, state));
        await storage.ReadStateAsync("note", id, state);
        state.State.Text = "anew";
        await storage.WriteStateAsync("note", id, state);
        Assert.Equal("anew", (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task AConflictNamesTheBlobAndTheEtag()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        await storage.WriteStateAsync("note", id, Note.Of("first"));
        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, new NoteState { State = new Note(), ETag = "\"0x1\"" }));
        Assert.Contains($"BlobName: note-{id}.json, Container: grainstate, CurrentETag: \"0x1\"", conflict.Message, StringComparison.Ordinal);
        Assert.Equal("Unknown", conflict.StoredEtag);
        Assert.Equal("\"0x1\"", conflict.CurrentEtag);
        Assert.IsType<RequestFailedException>(conflict.InnerException);
    }

    [Theory]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData(@"a\b")]
    public async Task AKeyThatWouldShareAnothersBlobIsRefused(string key)
    {
        var storage = await OpenAsync();
        var failure = await Assert.ThrowsAsync<StorageException>(() => storage.WriteStateAsync("note", GrainId.Create("note", key), Note.Of("text")));
        Assert.Contains($"A blob cannot be called note-note/{key}.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKeyThatDoesNotFitIntoABlobsNameIsRefused()
    {
        var storage = await OpenAsync();
        var failure = await Assert.ThrowsAsync<StorageException>(() => storage.ReadStateAsync("note", GrainId.Create("note", new string('k', 1_020)), new NoteState()));
        Assert.Contains("up to 1,024 characters", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACallerThatGivesUpChangesNothing()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        var state = Note.Of("kept");
        await storage.WriteStateAsync("note", id, state);
        var etag = state.ETag;
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => storage.WriteStateAsync("note", id, state, given.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => storage.ReadStateAsync("note", id, state, given.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => storage.ClearStateAsync("note", id, state, given.Token));
        Assert.Equal(etag, state.ETag);
        Assert.Equal("kept", (await ReadAsync(storage, id)).State.Text);
    }

    protected override Task<IGrainStorage> OpenAsync() => azurite.StorageAsync();

    // Ended and not killed: Azurite writes its index every five seconds only.
    protected override Task<IAsyncDisposable> BreakAsync() => azurite.OutageAsync(server => server.Stop(Token));

    /// <summary>A serializer that cannot stream.</summary>
    private sealed class TextOnly : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => BinaryData.FromString(((Note)(object)input!).Text);

        public T Deserialize<T>(BinaryData input) => (T)(object)new Note { Text = input.ToString() };
    }

    public sealed class Azurite : StorageServer<AzuriteServer>
    {
        public override (string Key, string Value)[] Settings => [("ProviderType", "AzureBlobStorage"), ("ConnectionString", Server.ConnectionString)];

        protected override Task<AzuriteServer> StartedAsync() => AzuriteServer.Started(TestContext.Current.CancellationToken);
    }
}
