using Assize.Evaluation.Judges;

namespace Assize.Grains.Models;

/// <summary>How waiting for a permit ended.</summary>
internal enum Entry
{
    /// <summary>The call may start.</summary>
    Granted,

    /// <summary>The call may start, to see whether the provider works again; its failure is not held against it.</summary>
    Probe,

    /// <summary>Nobody waits for the call any more.</summary>
    GivenUp,

    /// <summary>This silo does not take the call any more; it is to be asked for again, which may reach another.</summary>
    LetGo,

    /// <summary>The provider has not worked, or has turned everybody away, for so long that waiting is pointless.</summary>
    Hopeless,
}

/// <summary>The end of waiting; one that was granted is given back with <see cref="Permits.Leave"/>.</summary>
/// <param name="Tokens">Reserved for the call.</param>
/// <param name="Why">In words, when it was not granted.</param>
/// <param name="Reason">What whoever waited is told, when it is hopeless.</param>
internal readonly record struct Permit(Entry Entry, FairQueue.Line? Line = null, double Tokens = 0, string? Why = null, Reason Reason = Reason.ProviderError)
{
    public bool Granted => Entry is Entry.Granted or Entry.Probe;
}

/// <summary>A silo lets go of a call that it has not started; who wants it asks again.</summary>
[GenerateSerializer]
[Alias("assize.let-go")]
public sealed class LetGoException : OrleansException
{
    public LetGoException()
        : base("this silo does not start the call any more")
    {
    }

    public LetGoException(string message)
        : base(message)
    {
    }

    public LetGoException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
