using Assize.Silo.Storage;

namespace Assize.Silo.Tests.Storage;

public sealed class InstallationSecretFileTests : IDisposable
{
    private readonly StoreFolder folder = new();

    private string Secret => Path.Combine(folder.Path, "installation.secret");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheSecretIsReadableByItsOwnerOnly()
    {
        InstallationSecretFile.LoadOrCreate(folder.Path);
        Assert.Equal(32, new FileInfo(Secret).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Secret));
        }
    }

    [Fact]
    public void TheSecretIsMadeOnceAndReadEverAfter()
    {
        InstallationSecretFile.LoadOrCreate(folder.Path);
        var first = File.ReadAllBytes(Secret);
        InstallationSecretFile.LoadOrCreate(folder.Path);
        Assert.Equal(first, File.ReadAllBytes(Secret));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void ASecretThatIsTooShortIsRefused()
    {
        File.WriteAllBytes(Secret, new byte[31]);
        var refused = Assert.Throws<StoreException>(() => InstallationSecretFile.LoadOrCreate(folder.Path));
        Assert.Equal($"The installation's secret {Secret} is shorter than 32 bytes. Restore it: with another one, what was judged before is asked again.", refused.Message);
    }

    [Fact]
    public void AFolderThatCannotBeMadeIsNamed()
    {
        File.WriteAllText(Secret, "");
        var refused = Assert.Throws<StoreException>(() => InstallationSecretFile.LoadOrCreate(Path.Combine(Secret, "data")));
        Assert.EndsWith("Make the folder writable, or choose another one with --data.", refused.Message, StringComparison.Ordinal);
    }
}
