namespace Assize.Grains.Models;

/// <summary>What came of waiting for a permit.</summary>
internal enum Entry
{
    /// <summary>The call may be made.</summary>
    Granted,

    /// <summary>Whoever waited gave up.</summary>
    GivenUp,

    /// <summary>The silo stops: another one will have the call.</summary>
    Closed,
}

/// <summary>Leave to make one call.</summary>
/// <param name="Tokens">What was set aside for it.</param>
/// <param name="Probe">Whether it is there to find out if a broken endpoint works again; it uses up no attempt.</param>
internal readonly record struct Permit(Entry Entry, int Tokens = 0, bool Probe = false);
