namespace Assize.Cluster.Tests;

/// <summary>A report without what is different about every run: its id and its times.</summary>
internal static class Comparable
{
    public static string Of(V1.Report report)
    {
        var same = report.Clone();
        same.Run = "";
        same.Provenance.StartTime = null;
        same.Provenance.EndTime = null;
        return same.ToString();
    }
}
