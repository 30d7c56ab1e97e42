namespace Assize.Silo.Clustering;

/// <summary>A gateway that starts before the silos waits for them, however long that takes; its readiness says so meanwhile.</summary>
internal sealed partial class PatientConnection(TimeProvider time, ILogger<PatientConnection> log) : IClientConnectionRetryFilter
{
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        NoSilo(log, exception.GetBaseException().Message);
        await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "No silo could be reached yet, trying again: {Why}")]
    private static partial void NoSilo(ILogger log, string why);
}
