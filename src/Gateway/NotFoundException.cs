namespace Assize.Gateway;

/// <summary>What a caller named does not exist, or is not theirs: both look the same from outside.</summary>
public sealed class NotFoundException : Exception
{
    public NotFoundException()
        : this("thing", "")
    {
    }

    public NotFoundException(string message)
        : base(message)
    {
    }

    public NotFoundException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public NotFoundException(string kind, string name, string? hint = null)
        : base(hint is null ? $"There is no {kind} '{name}'." : $"There is no {kind} '{name}'. {hint}") => (Kind, Name) = (kind, name);

    public string Kind { get; } = "thing";

    public string Name { get; } = "";
}
