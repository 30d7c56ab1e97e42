using System.Diagnostics;

namespace Assize.Silo.Tests.Storage;

/// <summary>A real file system of a few megabytes in memory, so that a full disk and a read-only one are the real thing. It takes Linux and the right to mount.</summary>
internal sealed class SmallVolume : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallVolume()
    {
    }

    public string Path => _folder.Path;

    public string File(string name) => _folder.File(name);

    /// <summary>The volume, or the test is skipped with the reason.</summary>
    public static SmallVolume MountOrSkip(string size)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mounting a small file system takes Linux");
        var volume = new SmallVolume();
        if (!Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", volume.Path))
        {
            volume._folder.Dispose();
            Assert.Skip("this user may not mount a small file system");
        }

        return volume;
    }

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", Path));

    public void MakeWritable() => Assert.True(Run("mount", "-o", "remount,rw", Path));

    /// <summary>Takes all the room that is left, until what is returned is disposed.</summary>
    public IDisposable Fill()
    {
        var filler = new Filler(File("filler"));
        using var stream = System.IO.File.Create(filler.Path, 1);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                stream.Write(block);
            }
        }
        catch (IOException)
        {
            return filler;
        }
    }

    public void Dispose()
    {
        Run("umount", "-l", Path);
        _folder.Dispose();
    }

    private static bool Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private sealed class Filler(string path) : IDisposable
    {
        public string Path => path;

        public void Dispose() => System.IO.File.Delete(path);
    }
}
