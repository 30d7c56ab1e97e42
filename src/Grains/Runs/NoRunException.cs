namespace Assize.Grains.Runs;

/// <summary>The run is not there: it has not begun yet, or is removed.</summary>
[GenerateSerializer, Alias("assize.no-run")]
public sealed class NoRunException : Exception
{
    public NoRunException()
        : base("the run is not there")
    {
    }

    public NoRunException(string message)
        : base(message)
    {
    }

    public NoRunException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
