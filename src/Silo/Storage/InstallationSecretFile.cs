using System.Security.Cryptography;
using Assize.Evaluation.Judges;

namespace Assize.Silo.Storage;

/// <summary>The installation's secret in its data folder: made at the first start, readable by its owner only, and the same ever after.</summary>
public static class InstallationSecretFile
{
    public const string FileName = "installation.secret";

    private const int Length = 32;
    private const int Longest = 4096;

    /// <summary>The secret that every silo of the installation is given, <c>Secret:File</c>; without that setting, the one of the data folder.</summary>
    /// <exception cref="StorageException">The file cannot be read or written, or holds fewer than 32 bytes; or silos share a store and were given no secret.</exception>
    public static InstallationSecret From(IConfiguration configuration)
    {
        if (configuration["Secret:File"] is { Length: > 0 } given)
        {
            return Load(Path.GetFullPath(given), mayCreate: false);
        }

        return configuration["Orleans:Clustering:ProviderType"] is null or "" or "Development"
            ? LoadOrCreate(DataFolder.From(configuration))
            : throw new StorageException(
                "The silos of a cluster need one secret, and none was given",
                "Secret:File",
                "Make a file of 32 random bytes, give it to every silo, and name it in Secret:File: with different secrets the same judgement would be asked and paid once a silo.");
    }

    /// <summary>The secret of that data folder; 32 random bytes are made where there is none yet.</summary>
    /// <exception cref="StorageException">The file cannot be read or written, or holds fewer than 32 bytes.</exception>
    public static InstallationSecret LoadOrCreate(string dataFolder) => Load(Path.Combine(Path.GetFullPath(dataFolder), FileName), mayCreate: true);

    private static InstallationSecret Load(string path, bool mayCreate)
    {
        try
        {
            if (mayCreate && !File.Exists(path))
            {
                Create(path);
            }

            var bytes = File.ReadAllBytes(path);
            return bytes.Length switch
            {
                < Length => throw new StorageException(
                    $"The installation's secret has {bytes.Length} bytes and needs at least {Length}",
                    path,
                    "Put back the file from a backup. If there is none, remove it: a new one is made at the next start, and prompts that were asked before are asked and paid again."),
                > Longest => throw new StorageException("The installation's secret is not a secret this program made: it is too long", path, "Put back the file from a backup, or name another data folder."),
                _ => new InstallationSecret(bytes),
            };
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException(
                Directory.Exists(path) ? "The installation's secret is a folder" : "The installation's secret cannot be read or made",
                path,
                "Make it a file that the user this process runs as can read; at the first start, make the folder writable.",
                e);
        }
        catch (IOException e)
        {
            throw new StorageException($"The installation's secret cannot be read or made: {e.Message}", path, "Check the folder, that it is writable at the first start, and that the disk is not full.", e);
        }
    }

    // Complete or absent, also when the machine stops halfway or two processes start at once: the first to give the file its name wins.
    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Environment.ProcessId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(draft, options))
            {
                stream.Write(RandomNumberGenerator.GetBytes(Length));
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first: its secret is the installation's.
            File.Delete(draft);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}
