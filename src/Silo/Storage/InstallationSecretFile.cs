using System.Security.Cryptography;
using Assize.Evaluation.Judges;

namespace Assize.Silo.Storage;

/// <summary>The installation's secret in a file of its own, readable by its owner only; made at the first start.</summary>
internal static class InstallationSecretFile
{
    private const int Length = 32;

    public static InstallationSecret LoadOrCreate(string folder)
    {
        var path = Path.Combine(folder, "installation.secret");
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(path))
            {
                Create(path);
            }

            var bytes = File.ReadAllBytes(path);
            return bytes.Length >= Length
                ? new InstallationSecret(bytes)
                : throw new StoreException($"The installation's secret {path} is shorter than {Length} bytes. Restore it: with another one, what was judged before is asked again.");
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException || (refused is IOException and not StoreException))
        {
            throw new StoreException($"The installation's secret {path} cannot be read or made: {refused.Message} Make the folder writable, or choose another one with --data.", refused);
        }
    }

    /// <summary>Written under another name first, so that no reader ever sees half a secret.</summary>
    private static void Create(string path)
    {
        var draft = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(draft, options))
        {
            stream.Write(RandomNumberGenerator.GetBytes(Length));
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: false);
    }
}
