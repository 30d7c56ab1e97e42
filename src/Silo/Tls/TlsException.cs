namespace Assize.Silo.Tls;

/// <summary>A connection cannot be made safe, or the settings for it are wrong: what is wrong and what to do about it, in plain words.</summary>
public sealed class TlsException : IOException
{
    public TlsException()
        : base("TLS failed.")
    {
    }

    public TlsException(string message)
        : base(message)
    {
    }

    public TlsException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
