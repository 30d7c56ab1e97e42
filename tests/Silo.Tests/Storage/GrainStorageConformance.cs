using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Assize.Silo.Tests.Storage;

/// <summary>What every provider of grain state must do; a provider's test class says how it is opened.</summary>
public abstract class GrainStorageConformance
{
    /// <summary>How long a test waits for anything.</summary>
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The provider under test, ready for use; called once for each test.</summary>
    protected abstract Task<IGrainStorage> OpenAsync();

    [Fact]
    public async Task AMissingRecordReadsAsANewStateWithoutEtag()
    {
        var storage = await OpenAsync();
        var read = new NoteState { State = new Note { Text = "left over" }, ETag = "7", RecordExists = true };
        await storage.ReadStateAsync("note", Some.Grain(), read);
        Assert.False(read.RecordExists);
        Assert.Null(read.ETag);
        Assert.NotNull(read.State);
        Assert.Equal("", read.State.Text);
    }

    [Fact]
    public async Task WhatIsWrittenIsReadBack()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        var written = Note.Of("Grüße, 世界 \0 \"quoted\"", 1, 2, 3);
        await storage.WriteStateAsync("note", id, written, Token);
        Assert.True(written.RecordExists);
        Assert.False(string.IsNullOrEmpty(written.ETag));
        var read = await ReadAsync(storage, id);
        Assert.True(read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal(written.State.Text, read.State.Text);
        Assert.Equal(written.State.Numbers, read.State.Numbers);
    }

    [Fact]
    public async Task EachWriteChangesTheEtagAndTheLastOneStands()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        var state = Note.Of("first");
        await storage.WriteStateAsync("note", id, state);
        var first = state.ETag;
        state.State.Text = "second";
        await storage.WriteStateAsync("note", id, state);
        Assert.NotEqual(first, state.ETag);
        Assert.Equal("second", (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task AnEmptyStateExists()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        await storage.WriteStateAsync("note", id, new NoteState { State = new Note() });
        Assert.True((await ReadAsync(storage, id)).RecordExists);
    }

    [Fact]
    public async Task CreatingOverAnExistingRecordConflictsAndChangesNothing()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        await storage.WriteStateAsync("note", id, Note.Of("first"));
        var second = Note.Of("second");
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, second));
        Assert.Equal("first", (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task AStaleEtagConflictsAndAReadHealsIt()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        var one = Note.Of("one");
        await storage.WriteStateAsync("note", id, one);
        var other = await ReadAsync(storage, id);
        one.State.Text = "two";
        await storage.WriteStateAsync("note", id, one);
        other.State.Text = "lost";
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, other));
        Assert.Equal("two", (await ReadAsync(storage, id)).State.Text);
        await storage.ReadStateAsync("note", id, other);
        other.State.Text = "three";
        await storage.WriteStateAsync("note", id, other);
        Assert.Equal("three", (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task AClearedRecordIsGoneAndCanBeMadeAgain()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        var state = Note.Of("first");
        await storage.WriteStateAsync("note", id, state);
        var stale = await ReadAsync(storage, id);
        await storage.ClearStateAsync("note", id, state, Token);
        Assert.False(state.RecordExists);
        Assert.False((await ReadAsync(storage, id)).RecordExists);
        var again = await ReadAsync(storage, id);
        again.State = new Note { Text = "again" };
        await storage.WriteStateAsync("note", id, again);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, stale));
        Assert.Equal("again", (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task ClearingWithAStaleEtagConflictsAndChangesNothing()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        var state = Note.Of("first");
        await storage.WriteStateAsync("note", id, state);
        var stale = await ReadAsync(storage, id);
        state.State.Text = "second";
        await storage.WriteStateAsync("note", id, state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("note", id, stale));
        Assert.Equal("second", (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task ClearingWhatNeverWasIsDone()
    {
        var storage = await OpenAsync();
        var state = new NoteState { State = new Note() };
        await storage.ClearStateAsync("note", Some.Grain(), state);
        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task FiveMegabytesComeBackWhole()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        var state = Note.Of(Some.Text(5_000_000));
        await storage.WriteStateAsync("note", id, state);
        Assert.Equal(state.State.Text, (await ReadAsync(storage, id)).State.Text);
        state.State.Text = Some.Text(4_000_000);
        await storage.WriteStateAsync("note", id, state);
        Assert.Equal(state.State.Text, (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task OddKeysKeepTheirRecordsApart()
    {
        var storage = await OpenAsync();
        var family = Some.Key();
        // The longest one leaves room for a blob's name, which has 1,024 characters.
        string[] keys = ["/", "a/b", "a/b/", "a b", " a", "A", "a", "ä", "a\u0308", "世界", "%2F", "a?b#c&d=e", "'; DROP TABLE state; --", "..", "a//b", "*[x]", "a.", new string('k', 950)];
        foreach (var key in keys)
        {
            await storage.WriteStateAsync("note", GrainId.Create("odd", $"{family}{key}"), Note.Of(key));
        }

        foreach (var key in keys)
        {
            var read = await ReadAsync(storage, GrainId.Create("odd", $"{family}{key}"));
            Assert.True(read.RecordExists, key);
            Assert.Equal(key, read.State.Text);
        }
    }

    [Fact]
    public async Task TwoStatesOfOneGrainAreTwoRecords()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        await storage.WriteStateAsync("note", id, Note.Of("note"));
        await storage.WriteStateAsync("other", id, Note.Of("other"));
        Assert.Equal("note", (await ReadAsync(storage, id)).State.Text);
        Assert.Equal("other", (await ReadAsync(storage, id, "other")).State.Text);
    }

    [Fact]
    public async Task OfManyWritersWithOneEtagExactlyOneWins()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        for (var round = 0; round < 5; round++)
        {
            var contenders = new List<NoteState>();
            for (var writer = 0; writer < 20; writer++)
            {
                var state = await ReadAsync(storage, id);
                state.State.Text = $"{round}/{writer}";
                contenders.Add(state);
            }

            var won = await Task.WhenAll(contenders.Select(state => Task.Run(() => TryWriteAsync(storage, id, state), Token))).WaitAsync(Deadline, Token);
            Assert.Equal(1, won.Count(x => x));
            Assert.Equal(contenders[Array.IndexOf(won, true)].State.Text, (await ReadAsync(storage, id)).State.Text);
        }
    }

    [Fact]
    public async Task FiveHundredWritersToDifferentRecordsAllSucceed()
    {
        var storage = await OpenAsync();
        var ids = Enumerable.Range(0, 500).Select(_ => Some.Grain()).ToArray();
        await Task.WhenAll(ids.Select(id => Task.Run(
            async () =>
            {
                var state = await ReadAsync(storage, id);
                for (var turn = 0; turn < 4; turn++)
                {
                    state.State.Text = $"{id} {turn}";
                    await storage.WriteStateAsync("note", id, state, Token);
                }
            },
            Token))).WaitAsync(Deadline, Token);
        foreach (var id in ids)
        {
            Assert.Equal($"{id} 3", (await ReadAsync(storage, id)).State.Text);
        }
    }

    private protected static async Task<NoteState> ReadAsync(IGrainStorage storage, GrainId id, string name = "note")
    {
        var state = new NoteState();
        await storage.ReadStateAsync(name, id, state, Token);
        return state;
    }

    private static async Task<bool> TryWriteAsync(IGrainStorage storage, GrainId id, NoteState state)
    {
        try
        {
            await storage.WriteStateAsync("note", id, state, Token);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}
