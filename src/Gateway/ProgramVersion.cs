using System.Reflection;

namespace Assize.Gateway;

/// <summary>The version of Assize, as it appears in every report.</summary>
public static class ProgramVersion
{
    public static string Current { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
