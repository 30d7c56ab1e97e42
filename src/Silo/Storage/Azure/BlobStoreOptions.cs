using System.Text.RegularExpressions;

namespace Assize.Silo.Storage.Azure;

/// <summary>Settings of one container; defaults and ranges stand here and nowhere else.</summary>
internal sealed partial record BlobStoreOptions
{
    /// <summary>The container, made where it is missing; 3 to 63 lower-case letters, digits and single hyphens between them.</summary>
    public string ContainerName { get; init; } = "grainstate";

    /// <summary>Whether a cleared state's blob is deleted; otherwise it stays, empty.</summary>
    public bool DeleteStateOnClear { get; init; } = true;

    /// <summary>The options of a provider's section, when every value is in its range.</summary>
    /// <exception cref="StorageException">A value is outside its range.</exception>
    public static BlobStoreOptions From(IConfigurationSection section)
    {
        var options = section.Get<BlobStoreOptions>() ?? new BlobStoreOptions();
        return options.ContainerName.Length is >= 3 and <= 63 && Name().IsMatch(options.ContainerName)
            ? options
            : throw new StorageException(
                $"The blob storage's container cannot be called '{options.ContainerName}'",
                $"{section.Path}:{nameof(ContainerName)}",
                "A container's name has 3 to 63 lower-case letters, digits and single hyphens between them.");
    }

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
