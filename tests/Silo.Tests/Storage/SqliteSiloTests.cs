namespace Assize.Silo.Tests.Storage;

public sealed class SqliteSiloTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AConfiguredSiloKeepsStateAcrossARestart()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("data/state.db");
        var id = Some.Grain();
        using (var silo = ConfiguredSilo.Build(("ProviderType", "Sqlite"), ("Path", path)))
        {
            await silo.StartAsync(Token);
            await ConfiguredSilo.Storage(silo).WriteStateAsync("note", id, Note.Of("kept"));
            await silo.StopAsync(Token);
        }

        Assert.False(File.Exists(path + "-wal"));
        using (var silo = ConfiguredSilo.Build(("ProviderType", "Sqlite"), ("Path", path)))
        {
            await silo.StartAsync(Token);
            var read = new NoteState();
            await ConfiguredSilo.Storage(silo).ReadStateAsync("note", id, read);
            Assert.Equal("kept", read.State.Text);
            await silo.StopAsync(Token);
        }
    }

    [Fact]
    public async Task ABrokenStoreFailsTheSilosStartWithItsMessage()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("state.db"), new string('x', 10_000), Token);
        using var silo = ConfiguredSilo.Build(("ProviderType", "Sqlite"), ("Path", folder.File("state.db")));
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ConfiguredSilo.OpenStorageAsync(silo));
        Assert.Contains("is not a database of this program", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStoreWithoutAPathLiesInTheDataFolder()
    {
        using var folder = new TemporaryFolder();
        using var silo = ConfiguredSilo.Build(folder.Path, ("ProviderType", "Sqlite"));
        await silo.StartAsync(Token);
        Assert.True(File.Exists(folder.File("assize.db")));
        await silo.StopAsync(Token);
    }
}
