namespace Assize.Silo;

/// <summary>Where an installation keeps its files: <c>Data</c> in the configuration, else the user's data folder.</summary>
public static class DataFolder
{
    public static string From(IConfiguration configuration) =>
        configuration["Data"] is { Length: > 0 } given ? Path.GetFullPath(given) : Default;

    public static string Default => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "assize");
}
