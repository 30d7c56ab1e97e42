using Assize.Servers;

namespace Assize.Cluster.Tests.Survival;

/// <summary>A process whose clock is off: Debian's libfaketime stands between it and the system's.</summary>
internal static class Skew
{
    private static readonly string[] Places = ["/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"];

    public static string Library()
    {
        var library = Places.FirstOrDefault(File.Exists) ?? Places[0];
        Programs.NeedFile(library, "Debian's package faketime (test.sh installs it when it may)");
        return library;
    }

    public static Dictionary<string, string> Of(string library, string skew) => new() { ["LD_PRELOAD"] = library, ["FAKETIME"] = skew, ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1", ["DONT_FAKE_MONOTONIC"] = "1" };
}
