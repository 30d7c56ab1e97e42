using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Assize.Silo.Tests.Storage;

/// <summary>What every grain storage has to hold; a subclass says how one is made.</summary>
public abstract class GrainStorageConformance : IAsyncDisposable
{
    private const string Name = "note";

    private IGrainStorage? storage;

    private IGrainStorage Storage => storage ??= Make();

    public static TheoryData<string> OddKeys => ["a/b//c", "with space", "日本語 😀", "+%2F?#", new string('k', 1000)];

    public async ValueTask DisposeAsync()
    {
        await Close();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task AStateThatWasNeverWrittenIsAFreshOne()
    {
        var state = await Read("a");
        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal("", state.State!.Text);
    }

    [Fact]
    public async Task WhatIsWrittenIsReadWithItsTag()
    {
        var written = await Written("a", "one");
        Assert.True(written.RecordExists);
        var read = await Read("a");
        Assert.True(read.RecordExists);
        Assert.Equal("one", read.State!.Text);
        Assert.Equal(written.ETag, read.ETag);
    }

    [Fact]
    public async Task EveryWriteHasATagOfItsOwn()
    {
        var state = await Written("a", "one");
        var first = state.ETag;
        state.State!.Text = "two";
        await Storage.WriteStateAsync(Name, Id("a"), state);
        Assert.NotEqual(first, state.ETag);
        Assert.Equal("two", (await Read("a")).State!.Text);
    }

    [Fact]
    public async Task TheLaterOfTwoActivationsIsRefusedAndChangesNothing()
    {
        await Written("a", "one");
        var (mine, other) = (await Read("a"), await Read("a"));
        other.State!.Text = "the other's";
        await Storage.WriteStateAsync(Name, Id("a"), other);
        mine.State!.Text = "mine";
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync(Name, Id("a"), mine));
        Assert.Equal("the other's", (await Read("a")).State!.Text);
    }

    [Fact]
    public async Task MakingAStateTwiceIsRefused()
    {
        var second = await Read("a");
        await Written("a", "one");
        second.State!.Text = "two";
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync(Name, Id("a"), second));
        Assert.Equal("one", (await Read("a")).State!.Text);
    }

    [Fact]
    public async Task AClearedStateIsGoneAndCanBeWrittenAgain()
    {
        var state = await Written("a", "one");
        await Storage.ClearStateAsync(Name, Id("a"), state);
        Assert.False(state.RecordExists);
        Assert.Equal("", state.State!.Text);
        Assert.False((await Read("a")).RecordExists);
        state.State!.Text = "two";
        await Storage.WriteStateAsync(Name, Id("a"), state);
        Assert.Equal("two", (await Read("a")).State!.Text);
    }

    [Fact]
    public async Task ClearingWithAnOldTagIsRefusedAndChangesNothing()
    {
        await Written("a", "one");
        var (mine, other) = (await Read("a"), await Read("a"));
        other.State!.Text = "two";
        await Storage.WriteStateAsync(Name, Id("a"), other);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync(Name, Id("a"), mine));
        Assert.Equal("two", (await Read("a")).State!.Text);
    }

    [Fact]
    public async Task ClearingWhatWasNeverWrittenChangesNothing()
    {
        var state = await Read("a");
        await Storage.ClearStateAsync(Name, Id("a"), state);
        Assert.False((await Read("a")).RecordExists);
    }

    [Fact]
    public async Task ALargeStateComesBackWhole()
    {
        var text = string.Concat(Enumerable.Range(0, 500_000).Select(i => (char)('a' + i * 7919 % 26)));
        await Written("large", text);
        Assert.Equal(text, (await Read("large")).State!.Text);
    }

    [Theory]
    [MemberData(nameof(OddKeys))]
    public async Task OddKeysAreKeptApart(string key)
    {
        await Written(key, "one");
        await Written(key + "x", "two");
        Assert.Equal("one", (await Read(key)).State!.Text);
        Assert.Equal("two", (await Read(key + "x")).State!.Text);
    }

    [Fact]
    public async Task TwoStatesOfOneGrainAreKeptApart()
    {
        await Written("a", "one");
        var second = new GrainState<Note>(new Note { Text = "two" });
        await Storage.WriteStateAsync("draft", Id("a"), second);
        Assert.Equal("one", (await Read("a")).State!.Text);
        var read = new GrainState<Note>(new Note());
        await Storage.ReadStateAsync("draft", Id("a"), read);
        Assert.Equal("two", read.State!.Text);
    }

    protected static IGrainStorageSerializer Serializer { get; } = new NoteSerializer();

    protected static IActivatorProvider Activators { get; } = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<IActivatorProvider>();

    protected abstract IGrainStorage Make();

    protected abstract ValueTask Close();

    private static GrainId Id(string key) => GrainId.Create(Name, key);

    private async Task<GrainState<Note>> Read(string key)
    {
        var state = new GrainState<Note>(new Note { Text = "left from before" });
        await Storage.ReadStateAsync(Name, Id(key), state);
        return state;
    }

    private async Task<GrainState<Note>> Written(string key, string text)
    {
        var state = await Read(key);
        state.State!.Text = text;
        await Storage.WriteStateAsync(Name, Id(key), state);
        return state;
    }

    public sealed class Note
    {
        public string Text { get; set; } = "";
    }

    private sealed class NoteSerializer : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(Encoding.UTF8.GetBytes(((Note)(object)input!).Text));

        public T Deserialize<T>(BinaryData input) => (T)(object)new Note { Text = Encoding.UTF8.GetString(input) };
    }
}

public sealed class SqliteGrainStorageTests : GrainStorageConformance
{
    private readonly StoreFolder folder = new();
    private Assize.Silo.Storage.SqliteStore? store;

    protected override IGrainStorage Make() =>
        new Assize.Silo.Storage.SqliteGrainStorage(store = Assize.Silo.Storage.SqliteStore.Open(folder.File), Serializer, Activators);

    protected override async ValueTask Close()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
        }

        folder.Dispose();
    }
}
