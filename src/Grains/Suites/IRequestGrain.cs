using Assize.Evaluation;

namespace Assize.Grains.Suites;

/// <summary>One request to start a run, by the caller's id of it: the same request is the same run.</summary>
[Alias("assize.request")]
public interface IRequestGrain : IGrainWithStringKey
{
    /// <summary>The run that the request stands for: the one it was first made with.</summary>
    [Alias("Claim")]
    Task<RunId> Claim(RunId run);

    /// <summary>The run that the request started; null where it was never made.</summary>
    [Alias("Find")]
    Task<RunId?> Find();

    /// <summary>Lets go of a run; a claim that is another run's by now stays.</summary>
    [Alias("Release")]
    Task Release(RunId run);
}

/// <summary>The run that a request started.</summary>
public sealed record Claim(RunId Run);
