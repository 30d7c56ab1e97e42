using System.Text.Json.Nodes;
using Assize.Servers;

namespace Assize.Cluster.Tests;

/// <summary>The sample that the README runs.</summary>
internal static class SampleSuite
{
    private static string Folder => Path.Combine(Programs.Root, "samples", "support-bot");

    /// <summary>Copies it into a folder under another name, so that nothing is known of it; its document.</summary>
    public static string Write(string folder, string name)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var document = Path.Combine(folder, "suite.yaml");
        var text = File.ReadAllText(document);
        var renamed = text.Replace("name: support-bot\n", $"name: {name}\n", StringComparison.Ordinal);
        Assert.NotEqual(text, renamed);
        File.WriteAllText(document, renamed);
        return document;
    }

    /// <summary>A report in JSON without what is different about every run: its id and its times.</summary>
    public static string Comparable(string json)
    {
        var report = JsonNode.Parse(json)!.AsObject();
        Assert.True(report.Remove("run"));
        Assert.True(report["provenance"]!.AsObject().Remove("started"));
        Assert.True(report["provenance"]!.AsObject().Remove("ended"));
        return report.ToJsonString();
    }
}
