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

    [Alias("Delete")]
    Task Delete();
}
