namespace Assize.Grains;

/// <summary>A suite or a monitor is being removed: what is wanted of it can be had when that is done.</summary>
[GenerateSerializer, Alias("assize.leaving")]
public sealed class LeavingException : OrleansException
{
    public LeavingException()
        : base("It is being removed.")
    {
    }

    public LeavingException(string message)
        : base(message)
    {
    }

    public LeavingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
