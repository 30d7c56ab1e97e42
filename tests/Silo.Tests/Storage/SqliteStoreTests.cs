using Assize.Silo.Storage;

namespace Assize.Silo.Tests.Storage;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public static TheoryData<string> OddKeys =>
        ["judgements/a b/c//d", " ", "übung/日本語/😀", "'; DROP TABLE state; --", "%_\\\"", "line\nbreak", new string('k', 1000)];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task WhatIsWrittenIsRead()
    {
        await using var store = SqliteStore.Open(folder.File);
        var tag = await store.Write("a", [1, 2, 3], 0);
        Assert.NotEqual(0, tag);
        var record = store.Read("a");
        Assert.Equal([1, 2, 3], record!.Data!);
        Assert.Equal(tag, record.Tag);
        Assert.Null(store.Read("b"));
    }

    [Fact]
    public async Task AnUpdateWithTheTagReplacesTheRecordAndTheTag()
    {
        await using var store = SqliteStore.Open(folder.File);
        var first = await store.Write("a", [1], 0);
        var second = await store.Write("a", [2], first);
        Assert.NotEqual(first, second);
        Assert.Equal([2], store.Read("a")!.Data!);
        Assert.Equal(second, store.Read("a")!.Tag);
    }

    [Fact]
    public async Task MakingARecordThatExistsIsRefusedAndChangesNothing()
    {
        await using var store = SqliteStore.Open(folder.File);
        var tag = await store.Write("a", [1], 0);
        Assert.Equal(0, await store.Write("a", [2], 0));
        Assert.Equal([1], store.Read("a")!.Data!);
        Assert.Equal(tag, store.Read("a")!.Tag);
    }

    [Fact]
    public async Task AnUpdateWithAnOldTagIsRefusedAndChangesNothing()
    {
        await using var store = SqliteStore.Open(folder.File);
        var old = await store.Write("a", [1], 0);
        var tag = await store.Write("a", [2], old);
        Assert.Equal(0, await store.Write("a", [3], old));
        Assert.Equal(0, await store.Write("nothing there", [3], old));
        Assert.Equal([2], store.Read("a")!.Data!);
        Assert.Equal(tag, store.Read("a")!.Tag);
        Assert.Null(store.Read("nothing there"));
    }

    [Fact]
    public async Task ADeletionWithAnOldTagIsRefusedAndChangesNothing()
    {
        await using var store = SqliteStore.Open(folder.File);
        var old = await store.Write("a", [1], 0);
        var tag = await store.Write("a", [2], old);
        Assert.Equal(0, await store.Write("a", null, old));
        Assert.Equal([2], store.Read("a")!.Data!);
        Assert.NotEqual(0, await store.Write("a", null, tag));
        Assert.Null(store.Read("a"));
    }

    [Fact]
    public async Task FiveHundredWritersToKeysOfTheirOwnAreAllAcknowledgedAndReadable()
    {
        await using var store = SqliteStore.Open(folder.File);
        var tags = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => store.Write($"key {i}", BitConverter.GetBytes(i), 0))));
        Assert.DoesNotContain(0, tags);
        Assert.Equal(500, tags.Distinct().Count());
        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal(i, BitConverter.ToInt32(store.Read($"key {i}")!.Data!)));
    }

    [Fact]
    public async Task OfAHundredWritersWithOneTagExactlyOneWins()
    {
        await using var store = SqliteStore.Open(folder.File);
        var tag = await store.Write("a", [255], 0);
        var tags = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => store.Write("a", [(byte)i], tag))));
        var winner = Assert.Single(Enumerable.Range(0, 100), i => tags[i] != 0);
        Assert.Equal([(byte)winner], store.Read("a")!.Data!);
        Assert.Equal(tags[winner], store.Read("a")!.Tag);
    }

    [Theory]
    [MemberData(nameof(OddKeys))]
    public async Task OddKeysAreKeptApart(string key)
    {
        await using var store = SqliteStore.Open(folder.File);
        Assert.NotEqual(0, await store.Write(key + "x", [2], 0));
        Assert.NotEqual(0, await store.Write(key, [1], 0));
        Assert.Equal([1], store.Read(key)!.Data!);
        Assert.Equal([2], store.Read(key + "x")!.Data!);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(5 * 1024 * 1024)]
    public async Task ValuesOfAnySizeComeBackWhetherTheyShrinkOrNot(int length)
    {
        await using var store = SqliteStore.Open(folder.File);
        var noise = StoreFolder.Noise(length);
        var text = new byte[length];
        Array.Fill(text, (byte)'a');
        await store.Write("noise", noise, 0);
        await store.Write("text", text, 0);
        Assert.True(noise.AsSpan().SequenceEqual(store.Read("noise")!.Data!));
        Assert.True(text.AsSpan().SequenceEqual(store.Read("text")!.Data!));
    }

    [Fact]
    public async Task SeveralWritesToOneKeyAtOnceTakeEffectInTheirOrder()
    {
        await using var store = SqliteStore.Open(folder.File);
        var tag = await store.Write("a", [1], 0);
        // Queued together, so that they share a batch: the second sees what the first did.
        var results = await Task.WhenAll(store.Write("a", [2], tag), store.Write("a", [3], tag), store.Write("b", [4], 0), store.Write("b", null, 12345), store.Write("b", [5], 0));
        Assert.Equal([true, false, true, false, false], results.Select(result => result != 0));
        Assert.Equal([2], store.Read("a")!.Data!);
        Assert.Equal([4], store.Read("b")!.Data!);
    }

    [Fact]
    public async Task ReopeningKeepsEverythingAndNeverRepeatsATag()
    {
        var tags = new HashSet<long>();
        for (var opening = 0; opening < 4; opening++)
        {
            await using var store = SqliteStore.Open(folder.File);
            Assert.All(Enumerable.Range(0, opening), before => Assert.Equal([(byte)before], store.Read($"key {before}")!.Data!));
            Assert.True(tags.Add(await store.Write($"key {opening}", [(byte)opening], 0)));
            Assert.True(tags.Add(await store.Write("gone", [0], 0)));
            Assert.NotEqual(0, await store.Write("gone", null, store.Read("gone")!.Tag));
        }
    }

    [Fact]
    public async Task AClosedStoreIsOneFileAndRefusesWrites()
    {
        var store = SqliteStore.Open(folder.File);
        await store.Write("a", [1], 0);
        await store.DisposeAsync();
        await store.DisposeAsync();
        var refused = await Assert.ThrowsAsync<StoreException>(() => store.Write("a", [1], 0));
        Assert.Equal($"The store {folder.File} is closed.", refused.Message);
        Assert.Equal(["assize.db", "assize.db.lock"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task WhatWasAcknowledgedBeforeAKillIsThereAfterIt()
    {
        await using var store = SqliteStore.Open(folder.File);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => store.Write($"key {i}", BitConverter.GetBytes(i), 0)));
        using var elsewhere = new StoreFolder();
        // What a killed process leaves: the file and its log, as they are, without a word of farewell.
        File.Copy(folder.File, elsewhere.File);
        File.Copy(folder.File + "-wal", elsewhere.File + "-wal");
        await using var copy = SqliteStore.Open(elsewhere.File);
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(i, BitConverter.ToInt32(copy.Read($"key {i}")!.Data!)));
        Assert.NotEqual(0, await copy.Write("key 300", [1], 0));
    }
}
