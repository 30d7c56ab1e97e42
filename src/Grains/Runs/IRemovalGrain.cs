using Assize.Evaluation.Runs;

namespace Assize.Grains.Runs;

/// <summary>Takes one run out of the store, however often it is interrupted: the order is kept until it is carried out.</summary>
[Alias("assize.removal")]
public interface IRemovalGrain : IGrainWithStringKey
{
    /// <summary>Takes the order and answers at once; the run is no longer found from then on. An order that is there already is gone on with.</summary>
    [Alias("Begin")]
    Task Begin(Removal removal);
}
