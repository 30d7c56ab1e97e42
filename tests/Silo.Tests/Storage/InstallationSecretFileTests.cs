using Assize.Evaluation.Judges;
using Assize.Silo.Storage;

namespace Assize.Silo.Tests.Storage;

public sealed class InstallationSecretFileTests
{
    [Fact]
    public void TheFirstStartMakesASecretOnlyTheOwnerReads()
    {
        using var folder = new TemporaryFolder();
        InstallationSecretFile.LoadOrCreate(folder.File("data"));
        var path = folder.File("data/installation.secret");
        Assert.Equal(32, new FileInfo(path).Length);
        Assert.Equal([path], Directory.GetFiles(folder.File("data")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task ManyStartsAtOnceAgreeOnOneSecret()
    {
        using var folder = new TemporaryFolder();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => InstallationSecretFile.LoadOrCreate(folder.Path), TestContext.Current.CancellationToken)));
        var made = File.ReadAllBytes(folder.File(InstallationSecretFile.FileName));
        InstallationSecretFile.LoadOrCreate(folder.Path);
        Assert.Equal(made, File.ReadAllBytes(folder.File(InstallationSecretFile.FileName)));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void AShortSecretIsRefusedAndKept(int length)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File(InstallationSecretFile.FileName), new byte[length]);
        var failure = Assert.Throws<StorageException>(() => InstallationSecretFile.LoadOrCreate(folder.Path));
        Assert.Contains($"has {length} bytes and needs at least 32", failure.Message, StringComparison.Ordinal);
        Assert.Equal(length, new FileInfo(folder.File(InstallationSecretFile.FileName)).Length);
    }

    [Fact]
    public void AFolderInItsPlaceIsRefused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File(InstallationSecretFile.FileName));
        var failure = Assert.Throws<StorageException>(() => InstallationSecretFile.LoadOrCreate(folder.Path));
        Assert.Contains("installation.secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AReadOnlyVolumeIsRefusedInPlainWords()
    {
        using var volume = SmallVolume.MountOrSkip("1m");
        volume.MakeReadOnly();
        var failure = Assert.Throws<StorageException>(() => InstallationSecretFile.LoadOrCreate(volume.Path));
        Assert.Contains("writable at the first start", failure.Message, StringComparison.Ordinal);
        volume.MakeWritable();
        Assert.IsType<InstallationSecret>(InstallationSecretFile.LoadOrCreate(volume.Path));
    }
}
