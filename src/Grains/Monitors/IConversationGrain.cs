using Assize.Evaluation.Traffic;

namespace Assize.Grains.Monitors;

/// <summary>The texts of one drawn conversation until it is complete: in storage where they may rest there, else in memory.</summary>
[Alias("assize.conversation")]
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Adds turns; those that are known change nothing. Once any may not be kept, none is.</summary>
    [Alias("Add")]
    Task Add(ConversationTurns turns, bool keep);

    [Alias("Get")]
    Task<HeldTurns> Get();

    [Alias("Delete")]
    Task Delete();
}

/// <summary>What is held of a conversation.</summary>
/// <param name="Turns">All that is left of it.</param>
/// <param name="Kept">Whether it may rest in storage.</param>
[GenerateSerializer, Immutable, Alias("assize.held-turns")]
public sealed record HeldTurns([property: Id(0)] ConversationTurns Turns, [property: Id(1)] bool Kept);
