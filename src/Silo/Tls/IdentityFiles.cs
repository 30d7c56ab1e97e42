namespace Assize.Silo.Tls;

/// <summary>
/// The identity in force, read again on a period. Kubernetes renews a mounted secret by turning a link to another folder,
/// which a watch on the file does not see; reading three small files now and then does.
/// </summary>
internal sealed partial class IdentityFiles : IDisposable
{
    private readonly TlsOptions options;
    private readonly IReadOnlyList<Usage> usages;
    private readonly TimeProvider clock;
    private readonly ILogger<IdentityFiles> log;
    private readonly ITimer timer;
    private volatile Identity current;
    private volatile string? fault;

    /// <exception cref="TlsException">There is nothing to begin with.</exception>
    public IdentityFiles(TlsOptions options, IReadOnlyList<Usage> usages, TimeProvider clock, ILogger<IdentityFiles> log)
    {
        (this.options, this.usages, this.clock, this.log) = (options, usages, clock, log);
        current = Identity.Read(options, usages, clock.GetUtcNow());
        timer = clock.CreateTimer(_ => Read(), null, options.ReadEvery, options.ReadEvery);
    }

    /// <summary>What new connections use.</summary>
    public Identity Current => current;

    /// <summary>Why the files were of no use when they were last read; null when they were.</summary>
    public string? Fault => fault;

    public void Dispose() => timer.Dispose();

    private void Read()
    {
        try
        {
            var read = Identity.Read(options, usages, clock.GetUtcNow(), current);
            if (read != current)
            {
                current = read;
                Renewed(log, read.Certificate.SerialNumber, read.Expires);
            }

            fault = null;
        }
        catch (Exception broken)
        {
            // Everything, because what a timer throws ends the process, and a renewal that fails must not end a silo. Once for each fault and not at each reading.
            if (fault != broken.Message)
            {
                Kept(log, broken.Message, current.Expires);
            }

            fault = broken.Message;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "New connections use the certificate {Serial}, which expires at {Expires:u}")]
    private static partial void Renewed(ILogger log, string serial, DateTimeOffset expires);

    [LoggerMessage(2, LogLevel.Error, "The certificate stays the one that expires at {Expires:u}, because its files are of no use: {Why}")]
    private static partial void Kept(ILogger log, string why, DateTimeOffset expires);
}
