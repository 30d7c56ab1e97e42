namespace Assize.Gateway;

/// <summary>Monitors are behind, and what was sent is to be sent again later.</summary>
public sealed class BusyException : Exception
{
    public BusyException()
        : this("The monitors are behind with what they were sent.")
    {
    }

    public BusyException(string message)
        : base(message)
    {
    }

    public BusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
