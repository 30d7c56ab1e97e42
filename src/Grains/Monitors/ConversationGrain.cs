using Assize.Evaluation.Traffic;
using Orleans.Placement;

namespace Assize.Grains.Monitors;

[PreferLocalPlacement]
[GrainType("conversation")]
internal sealed class ConversationGrain(
    [PersistentState("conversation")] IPersistentState<Kept<ConversationTurns>> state) : Grain, IConversationGrain
{
    /// <summary>Longer than a conversation can be silent: what is only in memory is not to be collected meanwhile.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(25);

    private ConversationTurns held = ConversationTurns.None;
    private bool inMemory;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        held = state.State.Value ?? held;
        return Task.CompletedTask;
    }

    public async Task Add(ConversationTurns turns, bool keep)
    {
        var next = held.With(turns.Turns);
        if (keep && !inMemory)
        {
            await this.Put(state, next);
        }
        else
        {
            if (!inMemory && state.State.Value is not null)
            {
                await this.Clear(state);
            }

            inMemory = true;
            DelayDeactivation(Longest);
        }

        held = next;
    }

    public Task<HeldTurns> Get() => Task.FromResult(new HeldTurns(held, !inMemory));

    public async Task Delete()
    {
        held = ConversationTurns.None;
        if (state.State.Value is not null)
        {
            await this.Clear(state);
        }

        DeactivateOnIdle();
    }
}
