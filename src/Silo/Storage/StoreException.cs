namespace Assize.Silo.Storage;

/// <summary>The store cannot do what was asked: what is wrong, where, and what to do. Nothing that was acknowledged is lost.</summary>
public sealed class StoreException : IOException
{
    public StoreException()
    {
    }

    public StoreException(string message)
        : base(message)
    {
    }

    public StoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
