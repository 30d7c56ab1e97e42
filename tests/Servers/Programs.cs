using Xunit;

namespace Assize.Servers;

/// <summary>What a test needs to find on the machine: where it is missing the test is skipped with the reason, but under CI it fails.</summary>
public static class Programs
{
    /// <summary>The project's folder.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    public static void Need(string program, string from)
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        Missing(!path.Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program))), $"{program} is not installed: it comes with {from}");
    }

    public static void NeedFile(string file, string from) => Missing(!File.Exists(file), $"{Path.GetFileName(file)} is not there: it comes with {from}");

    public static void NeedThat(bool there, string why) => Missing(!there, why);

    private static void Missing(bool missing, string why)
    {
        if (missing && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(why);
        }

        Assert.SkipWhen(missing, why);
    }

    private static string Above(string folder) => File.Exists(Path.Combine(folder, "Cluster.sln"))
        ? folder
        : Above(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the solution is not above the tests"));
}
