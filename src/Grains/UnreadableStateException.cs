namespace Assize.Grains;

/// <summary>What is stored of a grain cannot be read: it is damaged, or a later version wrote it. It is not written over.</summary>
[GenerateSerializer, Alias("assize.unreadable-state")]
public sealed class UnreadableStateException : OrleansException
{
    public UnreadableStateException()
        : base("what is stored cannot be read")
    {
    }

    public UnreadableStateException(string message)
        : base(message)
    {
    }

    public UnreadableStateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The one of these that made a call fail, however it is wrapped; null where something else did.</summary>
    public static UnreadableStateException? In(Exception failed)
    {
        for (var inner = failed; inner is not null; inner = inner.InnerException)
        {
            if (inner is UnreadableStateException unreadable)
            {
                return unreadable;
            }
        }

        return null;
    }
}
