using Assize.Evaluation.Monitors;

namespace Assize.Grains.Monitors;

/// <summary>Drawn interactions of one monitor that wait to be judged.</summary>
[Alias("assize.segment")]
public interface ISegmentGrain : IGrainWithStringKey
{
    [Alias("Put")]
    Task Put(SampleSegment segment);

    [Alias("Get")]
    Task<SampleSegment> Get();

    /// <summary>The same, or nothing where none are stored.</summary>
    [Alias("Find")]
    Task<SampleSegment?> Find();

    [Alias("Delete")]
    Task Delete();
}
