namespace Assize.Silo.Storage;

/// <summary>The store cannot do what it was asked: what is wrong, where, and what to do about it, in plain words.</summary>
public sealed class StorageException : IOException
{
    public StorageException()
        : base("The store failed.")
    {
    }

    public StorageException(string message)
        : base(message)
    {
    }

    public StorageException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public StorageException(string what, string path, string remedy, Exception? innerException = null)
        : base($"{what} ({path}). {remedy}", innerException) => Path = path;

    /// <summary>What it is about: a file, a folder or a setting; null where there is none.</summary>
    public string? Path { get; }

    /// <summary>The same failure for another caller of the same transaction, so that no two callers share a stack trace.</summary>
    internal StorageException Again() => Path is null ? new(Message, this) : new(Message, this, Path);

    private StorageException(string message, Exception innerException, string path)
        : base(message, innerException) => Path = path;
}
