using System.Diagnostics;
using System.Security.Cryptography;

namespace Assize.Silo.Tests.Storage;

/// <summary>A folder of a test's own, on a small disk of its own where that is asked for.</summary>
public sealed class StoreFolder : IDisposable
{
    private bool mounted;

    public string Path { get; } = Directory.CreateTempSubdirectory("assize-store-").FullName;

    public string File => System.IO.Path.Combine(Path, "assize.db");

    /// <summary>Mounts a disk of this size, or skips the test where that is not possible.</summary>
    public void MountDisk(string size)
    {
        var mistake = Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", Path);
        mounted = mistake is null;
        if (mistake is not null)
        {
            var mandatory = Environment.UserName == "root" && Environment.GetEnvironmentVariable("CI") == "true";
            Assert.False(mandatory, $"A disk of the test's own cannot be mounted although this runs as root: {mistake}");
            Assert.Skip($"A disk of the test's own cannot be mounted: {mistake}");
        }
    }

    public void MakeReadOnly() => Assert.Null(Run("mount", "-o", "remount,ro", Path));

    public void Dispose()
    {
        if (mounted)
        {
            Run("umount", "-l", Path);
        }

        Directory.Delete(Path, recursive: true);
    }

    /// <summary>Bytes that do not shrink.</summary>
    public static byte[] Noise(int length) => RandomNumberGenerator.GetBytes(length);

    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"{program} says {said.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
