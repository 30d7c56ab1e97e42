namespace Assize.Gateway;

/// <summary>What was asked for cannot be done in the state that things are in: why, and what to do first.</summary>
public sealed class RefusedException : Exception
{
    public RefusedException()
        : this("This cannot be done now.")
    {
    }

    public RefusedException(string message)
        : base(message)
    {
    }

    public RefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
