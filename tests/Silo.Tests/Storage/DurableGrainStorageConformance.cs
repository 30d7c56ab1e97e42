using Assize.Evaluation.Suites;
using Assize.Grains;
using Assize.Grains.Suites;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Storage;

namespace Assize.Silo.Tests.Storage;

/// <summary>What a provider must do whose state outlives a silo; its test class says beside how it is opened how it is configured and how it is broken.</summary>
public abstract class DurableGrainStorageConformance : GrainStorageConformance
{
    /// <summary>The provider's section, as an installation writes it.</summary>
    protected abstract (string Key, string Value)[] Settings { get; }

    /// <summary>Makes the provider fail until what is returned is disposed.</summary>
    protected abstract Task<IAsyncDisposable> BreakAsync();

    [Fact]
    public async Task AfterAnOutageNothingIsLostAndWritesGoOn()
    {
        var storage = await OpenAsync();
        var id = Some.Grain();
        var state = Note.Of("before");
        await storage.WriteStateAsync("note", id, state);
        var etag = state.ETag;
        var others = Enumerable.Range(0, 20).Select(_ => Some.Grain()).ToArray();
        await Task.WhenAll(others.Select(other => storage.WriteStateAsync("note", other, Note.Of(other.ToString()))));
        state.State.Text = "after";
        await using (await BreakAsync())
        {
            var denied = DeniesAsync(storage, id);
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => storage.WriteStateAsync("note", id, state).WaitAsync(Deadline, Token));
            Assert.IsNotType<InconsistentStateException>(failure);
            Assert.IsNotType<TimeoutException>(failure);
            Assert.Equal(etag, state.ETag);
            Assert.False(await denied.WaitAsync(Deadline, Token), "a store that is cut off must not say that there is no record");
        }

        Assert.Equal("before", (await ReadOnceBackAsync(storage, id)).State.Text);
        foreach (var other in others)
        {
            Assert.Equal(other.ToString(), (await ReadAsync(storage, other)).State.Text);
        }

        await storage.WriteStateAsync("note", id, state);
        Assert.Equal("after", (await ReadAsync(storage, id)).State.Text);
    }

    [Fact]
    public async Task AConfiguredSiloKeepsAGrainsStateAcrossARestart()
    {
        await OpenAsync();
        using var data = new TemporaryFolder();
        var upload = Some.Key();
        await WithChunkAsync(data, upload, grain => grain.Put(Chunk("Grüße, 世界")));
        await WithChunkAsync(data, upload, async grain => Assert.Equal("Grüße, 世界", (await grain.Get()).Exhibits.Single().Case.Turns.Single().Messages.Single().Content));
        await WithChunkAsync(data, upload, async grain =>
        {
            await grain.Delete();
            await Assert.ThrowsAsync<InvalidOperationException>(grain.Get);
        });
    }

    private protected async Task WithChunkAsync(TemporaryFolder data, string upload, Func<IChunkGrain, Task> use)
    {
        using var silo = ConfiguredSilo.Whole(data.Path, Settings);
        await silo.StartAsync(Token);
        await use(silo.Services.GetRequiredService<IGrainFactory>().Chunk(upload, 0, 0));
        await silo.StopAsync(Token);
    }

    private protected static Chunk Chunk(string text) =>
        new([new Exhibit { Case = new Case { Id = new("case-1"), Turns = [new Turn { Messages = [new Message(Role.User, text)] }] } }]);

    private static async Task<bool> DeniesAsync(IGrainStorage storage, Orleans.Runtime.GrainId id)
    {
        try
        {
            return !(await ReadAsync(storage, id)).RecordExists;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A client's connection may take a moment longer to come back than its server.</summary>
    private static async Task<NoteState> ReadOnceBackAsync(IGrainStorage storage, Orleans.Runtime.GrainId id)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(Deadline);
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                return await ReadAsync(storage, id);
            }
            catch (Exception) when (!deadline.IsCancellationRequested)
            {
                await often.WaitForNextTickAsync(deadline.Token);
            }
        }
    }
}
