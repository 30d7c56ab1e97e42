using Assize.Evaluation.Monitors;

namespace Assize.Grains.Monitors;

/// <summary>Drawn interactions of one monitor that wait to be judged.</summary>
[Alias("assize.segment")]
public interface ISegmentGrain : IGrainWithStringKey
{
    [Alias("Put")]
    Task Put(SampleSegment segment);

    /// <summary>What is stored, or nothing where nothing is.</summary>
    [Alias("Find")]
    Task<SampleSegment?> Find();

    [Alias("Delete")]
    Task Delete();
}
