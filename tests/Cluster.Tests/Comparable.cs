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

    /// <summary>The same, without calls that were made twice: when two silos ask for one reply, the one that comes second is in no verdict, and is billed.</summary>
    public static (string Report, long PaidTwice) BilledOnce(V1.Report report)
    {
        var same = report.Clone();
        var twice = 0L;
        foreach (var line in same.Usage)
        {
            twice += line.FailedAttempts;
            line.FailedAttempts = 0;
            line.Usage.InputTokens -= line.FailedUsage.InputTokens;
            line.Usage.OutputTokens -= line.FailedUsage.OutputTokens;
            line.Usage.CostMicros -= line.FailedUsage.CostMicros;
            line.FailedUsage = new V1.Usage();
        }

        return (Of(same), twice);
    }
}
