using System.Globalization;
using System.Text;

namespace Assize.Silo.Storage;

/// <summary>
/// Says that this process owns a store's file: FILE.lock, held with an operating system lock, which the system lets go of however the process ends; the file
/// itself stays, because removing a lock file races with its next owner. FILE.pid names the process, because .NET cannot read a file so locked.
/// </summary>
internal sealed class FileLock : IDisposable
{
    // EROFS and ENOSPC have no exception type of their own.
    private const int ReadOnlyVolume = 30;
    private const int FullVolume = 28;
    private const int FullVolumeOnWindows = 112;

    private readonly FileStream _stream;
    private readonly FileStream _owner;

    private FileLock(FileStream stream, FileStream owner)
    {
        _stream = stream;
        _owner = owner;
    }

    public static FileLock Take(string path)
    {
        var lockPath = path + ".lock";
        var pidPath = path + ".pid";
        try
        {
            var stream = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            try
            {
                var owner = new FileStream(pidPath, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.DeleteOnClose);
                owner.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
                return new(stream, owner);
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw SqliteFault.ReadOnly(lockPath, e);
        }
        catch (IOException e) when (!IsVolume(e) && Owner(pidPath) is { } owner)
        {
            throw new StorageException(
                owner == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
                    ? "The store's file is already open in this process"
                    : $"The store's file is in use by process {owner}",
                path,
                "One process at a time may own it. Where it serves a cluster (assize up), work with that (--address); otherwise stop it, or take another place (--data, or Path in the configuration).",
                e);
        }
        catch (IOException e)
        {
            throw OfFolder(lockPath, e);
        }
    }

    /// <summary>What an I/O error of a folder or a new file means.</summary>
    public static StorageException OfFolder(string path, IOException e) =>
        (e.HResult & 0xffff) switch
        {
            ReadOnlyVolume => SqliteFault.ReadOnly(path, e),
            FullVolume or FullVolumeOnWindows => new("The disk is full", path, "Free space on that volume and start again.", e),
            _ => new($"The store's folder cannot be used: {e.Message}", path, "Check that the folder exists and that this process may write there.", e),
        };

    public void Dispose()
    {
        _owner.Dispose();
        _stream.Dispose();
    }

    private static bool IsVolume(IOException e) => (e.HResult & 0xffff) is ReadOnlyVolume or FullVolume or FullVolumeOnWindows;

    private static string? Owner(string pidPath)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(pidPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            var owner = reader.ReadToEnd();
            return owner.Length is > 0 and < 20 ? owner : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
