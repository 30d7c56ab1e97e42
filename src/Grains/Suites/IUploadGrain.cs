using Assize.Evaluation.Suites;

namespace Assize.Grains.Suites;

/// <summary>An upload of a suite's cases: knows what it has stored until that belongs to a version, and takes it away where it never will.</summary>
[Alias("assize.upload")]
public interface IUploadGrain : IGrainWithStringKey
{
    /// <summary>Notes pieces before they are stored.</summary>
    /// <param name="upload">How far it will have come then.</param>
    /// <param name="first">Whether nothing was noted before.</param>
    /// <exception cref="Evaluation.EvaluationException">It was silent for so long that it was given up.</exception>
    [Alias("Note")]
    Task Note(Upload upload, bool first);

    /// <summary>Forgets the upload: a version has its pieces.</summary>
    [Alias("End")]
    Task End();

    /// <summary>Takes away whatever it has stored.</summary>
    [Alias("Discard")]
    [ResponseTimeout("00:10:00")]
    Task Discard();

    /// <summary>Ends an upload that has been silent for too long, by what became of it; it has to be found so twice, since whoever slept an hour with his machine goes on when he wakes.</summary>
    /// <returns>Whether it is known no longer.</returns>
    [Alias("Look")]
    [ResponseTimeout("00:10:00")]
    Task<bool> Look();
}
