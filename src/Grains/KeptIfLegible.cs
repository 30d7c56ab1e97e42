using System.Text.Json.Serialization;

namespace Assize.Grains;

/// <summary>A state that says why it cannot be read, for a grain that has to answer all the same: as one that is to be deleted then.</summary>
public abstract class Legible
{
    /// <summary>Why what is stored cannot be read, in words; null where it can. It must not be written over then.</summary>
    [JsonIgnore]
    public string? Unreadable { get; set; }
}

/// <summary>What such a grain keeps; it rests in the form of <see cref="Kept{T}"/>.</summary>
public sealed class KeptIfLegible<T> : Legible
    where T : class
{
    public T? Value { get; set; }
}
